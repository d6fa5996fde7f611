// Whether a Namespace asks for hitless in a way that opts it into nothing. API servers go by the label alone: for such a namespace
// they never call, so nobody would hear of it.

import { modeName } from '../names.ts';
import type { Namespace } from '../workload/kubernetes.ts';
import { nearestName, prefix } from './annotations.ts';
import { foreignNames, mentionsUs, modeMeant } from './near-misses.ts';
import { printable, show } from './validation/field-error.ts';

/** A sentence with the nearest right word; undefined where the namespace is opted in, or never meant to be. */
export function optInMistake({ name, labels, annotations }: Namespace): string | undefined {
  const label = labels[modeName];
  const owner = `Namespace ${name}`;
  if (isModeLabel(label) || !(mentionsUs(labels) || mentionsUs(annotations))) return undefined;
  if (label !== undefined) return labelMistake(owner, label);
  const misnamed = Object.keys(labels).find((key) => isMisnamedMode(key, labels[key] ?? ''));
  if (misnamed !== undefined) return `${owner} label ${printable(misnamed)} is not read; did you mean ${modeName}?`;
  const [foreign] = foreignNames(labels, { origin: `${owner} label`, known: [modeName], optsIn: true });
  if (foreign !== undefined) return foreign;
  const annotated = annotations[modeName];
  if (annotated === undefined || annotated === 'off') return undefined;
  return `${owner} has the annotation ${modeName}, which opts nothing in: write ${modeMeant(annotated) ?? 'enforce or audit'} into a label of that name.`;
}

/** True for `off` as well: it opts in nothing, on purpose. */
export function isModeLabel(value: string | undefined): boolean {
  return value === 'enforce' || value === 'audit' || value === 'off';
}

/** Another name under our prefix that was meant to be the mode, by its letters or by its value. */
export function isMisnamedMode(name: string, value: string): boolean {
  if (!name.startsWith(prefix) || name === modeName || value === 'off') return false;
  const nearest = nearestName(name);
  return nearest === modeName || (nearest === undefined && modeMeant(value) !== undefined);
}

/** Of a value that is none of the modes. */
export function labelMistake(owner: string, value: string): string {
  const meant = modeMeant(value);
  const question = meant === undefined ? '.' : `; did you mean ${meant}?`;
  return `${owner} label ${modeName} is ${show(value)}, so hitless is not called there: write enforce or audit, or remove it${question}`;
}
