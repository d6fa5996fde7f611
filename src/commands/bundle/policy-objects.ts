// Policies and opted-in namespaces as they may be shown: what hitless is told to do, and not which labels or paths people use.

import { ignorePrefix, modeName } from '../../names.ts';
import { annotations, knownNames } from '../../policy/annotations.ts';
import { type FieldValues, isIntegerWithin, isIntOrPercent } from '../../policy/fields.ts';
import { lockable } from '../../policy/locks.ts';
import { actions } from '../../policy/policy.ts';
import { fieldsOf, sections } from '../../policy/sections.ts';
import { rules } from '../../rules/rules.ts';
import { isObject, type Json } from '../../workload/json.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import { conditions, metadata } from './installation-objects.ts';
import { anyNumber, countOf, fields, type Keep, listOf, nothing, oneOfWords, plainName, redacted } from './keep.ts';
import { modes } from './kind-words.ts';

const handler: Keep = (value) => {
  if (!isObject(value)) return oneOfWords(['auto'])(value);
  const target = fields({ port: anyNumber, path: nothing, service: nothing });
  return fields({ httpGet: target, tcpSocket: target, grpc: target })(value);
};

/** A value that the policy's own validation takes. */
function fieldValue(values: FieldValues): Keep {
  if (values.kind === 'handler') return handler;
  if (values.kind === 'action') return oneOfWords(actions);
  if (values.kind === 'choice') return oneOfWords(values.choices);
  if (values.kind === 'int-or-percent')
    return (value) => (isIntOrPercent(value, values.maximumPercent) ? value : redacted);
  const { minimum, maximum } = values;
  const isWord = (value: Json) => values.kind === 'int-or-word' && value === values.word;
  return (value) => (isWord(value) || isIntegerWithin(value, minimum, maximum) ? value : redacted);
}

const sectionRows = sections.map((section) => {
  const own = Object.entries(fieldsOf(section)).map(([name, values]) => [name, fieldValue(values)] as const);
  return [section, fields(Object.fromEntries(own))] as const;
});
const kindWords = oneOfWords(workloadKinds().map(({ kind }) => kind));
const selector = fields({ matchLabels: countOf('labels'), matchExpressions: countOf('expressions') });

export const shownPolicy = fields({
  metadata,
  spec: fields({
    ...{ priority: anyNumber, kinds: listOf(kindWords), locked: listOf(oneOfWords(lockable)) },
    ...{ namespaceSelector: selector, workloadSelector: selector, ...Object.fromEntries(sectionRows) },
  }),
  status: fields({
    ...{ observedGeneration: anyNumber, matchedNamespaces: anyNumber, matchedWorkloads: anyNumber, conditions },
    matched: listOf(fields({ kind: kindWords, count: anyNumber })),
  }),
});

const labels = fields({ [modeName]: oneOfWords(modes) });
const annotationRows = [
  ...knownNames.map((name) => [name, annotationValue(name)] as const),
  // The reason is a sentence of somebody.
  ...rules.map(({ id }) => [`${ignorePrefix}${id}`, nothing] as const),
];

/** A number, or one of the words that they have in common. */
function annotationValue(name: string): Keep {
  const row = annotations.find((annotation) => annotation.name === name);
  const plain = /^(?:\d{1,9}%?|auto|off|audit|enforce)$/;
  return (value) => {
    if (typeof value !== 'string' || !plain.test(value)) return redacted;
    return row === undefined || row.read(value) !== undefined ? value : redacted;
  };
}

export const shownNamespace = fields({
  metadata: fields({ name: plainName, labels, annotations: fields(Object.fromEntries(annotationRows)) }),
});
