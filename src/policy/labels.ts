// What people write under hitless.dev/ in places where it is not read: labels of a workload, labels of a Namespace other than its mode,
// and whatever is in a pod template.

import { ignorePrefix, modeName } from '../names.ts';
import { firstOf, knownNames, type NamedText, ours } from './annotations.ts';
import { foreignNames } from './near-misses.ts';
import { isMisnamedMode, isModeLabel, labelMistake } from './opt-in.ts';
import { printable } from './validation/field-error.ts';

type Texts = Readonly<Record<string, string>>;

/** Labels of a workload are not read; users write them in place of annotations. `owner`: its kind. */
export function workloadLabelMistakes(labels: Texts, owner: string): readonly string[] {
  const sentence = ([name]: NamedText) => `${owner} label ${printable(name)} is not read: write it as an annotation.`;
  return [
    ...firstOf(ours(labels, 'with ignores'), owner, sentence),
    ...foreignNames(labels, { origin: `${owner} label`, known: knownNames, advice: asAnnotation }),
  ];
}

/** The only label of a Namespace that is read is its mode, which selects the webhook. */
export function namespaceLabelMistakes(labels: Texts, owner: string): readonly string[] {
  const wrong = ours(labels, 'with ignores').filter(([name, text]) => name !== modeName || !isModeLabel(text));
  const mistakes = firstOf(wrong, owner, ([name, text]) => {
    const origin = `${owner} label ${printable(name)}`;
    if (name === modeName) return labelMistake(owner, text);
    if (knownNames.includes(name) || name.startsWith(ignorePrefix))
      return `${origin} is not read: write it as an annotation.`;
    if (isMisnamedMode(name, text)) return `${origin} is not read; did you mean ${modeName}?`;
    return `${origin} is not read: the only label of a Namespace that is read is ${modeName}.`;
  });
  const advice = (meant: string) => (meant === modeName ? undefined : asAnnotation(meant));
  return [...mistakes, ...foreignNames(labels, { origin: `${owner} label`, known: knownNames, optsIn: true, advice })];
}

/** A pod template has annotations and labels of its own, which go to the pods. `owner`: the kind of the workload. */
export function templateMistakes({ annotations = {}, labels = {} }: PodMetadata, owner: string): readonly string[] {
  const sentence = ([name]: NamedText) =>
    `${printable(name)} in the pod template of the ${owner} is not read: write it as an annotation of the ${owner} itself.`;
  return firstOf([...ours(annotations, 'with ignores'), ...ours(labels, 'with ignores')], owner, sentence);
}

interface PodMetadata {
  readonly annotations?: Texts | undefined;
  readonly labels?: Texts | undefined;
}

function asAnnotation(meant: string): string {
  return `: write it as the annotation ${meant}.`;
}
