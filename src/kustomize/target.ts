// Which objects a patch is for. On doubt it is for the object: what a patch sets is then left to it.

import { isObject, type JsonObject, objectAt, own } from '../workload/json.ts';
import { apiGroupOf } from '../workload/kubernetes.ts';

/** An entry's `target`, or what a patch says about itself. */
export interface PatchTarget {
  readonly kind: string;
  readonly name: string;
  readonly group: string;
  readonly labelSelector: string;
}

export function targetOf(target: JsonObject): PatchTarget {
  const text = (key: string) => (typeof own(target, key) === 'string' ? (own(target, key) as string) : '');
  return { kind: text('kind'), name: text('name'), group: text('group'), labelSelector: text('labelSelector') };
}

/** A strategic merge patch without a target is for the object that it names. */
export function ownTargetOf(patch: JsonObject): PatchTarget {
  const [apiVersion, metadata] = [own(patch, 'apiVersion'), own(patch, 'metadata')];
  const name = isObject(metadata) ? own(metadata, 'name') : undefined;
  return {
    kind: `${own(patch, 'kind') ?? ''}`,
    name: literal(`${name ?? ''}`),
    group: literal(apiGroupOf(apiVersion)),
    labelSelector: '',
  };
}

function literal(text: string): string {
  return text.replaceAll('.', '\\.');
}

/** `names`: all that the object has on its way through the kustomizations. */
export function isFor(target: PatchTarget, object: JsonObject, names: readonly string[]): boolean {
  return (
    fits(target.kind, `${object.kind}`) &&
    fits(target.group, apiGroupOf(own(object, 'apiVersion'))) &&
    names.some((name) => fits(target.name, name)) &&
    mayHaveLabels(target.labelSelector, objectAt(objectAt(object, 'metadata'), 'labels'))
  );
}

/**
 * Kustomize takes regular expressions here, which match as a whole. Names with `.` and `.*` in them are compared; anything more
 * special counts as fitting, because an expression of somebody else's could take for ever.
 */
export function fits(pattern: string, text: string): boolean {
  const plain = pattern.replace(/^\^/, '').replace(/\$$/, '');
  if (plain === '') return true;
  const parts = plain.split('.*').map((part) => part.replaceAll('\\.', '\0'));
  if (parts.some((part) => !/^[\w.\0/ -]*$/.test(part))) return true;
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return first.length === text.length && isAt(first, text, 0);
  if (text.length < first.length + last.length || !isAt(first, text, 0)) return false;
  if (!isAt(last, text, text.length - last.length)) return false;
  return rest.every((part) => part === '' || text.length >= part.length);
}

/** `.` stands for any character. */
function isAt(part: string, text: string, from: number): boolean {
  return Array.from(part).every((char, i) => char === '.' || text[from + i] === (char === '\0' ? '.' : char));
}

/** False only where the object has one of the labels with another value: kustomizations add labels. */
function mayHaveLabels(selector: string, labels: JsonObject): boolean {
  return selector.split(',').every((part) => {
    const [key = '', value, ...more] = part.split('=').map((side) => side.trim());
    const [wanted, isPlain] = value === '' && more.length === 1 ? [more[0], true] : [value, more.length === 0];
    const found = own(labels, key);
    return !isPlain || wanted === undefined || found === undefined || found === wanted;
  });
}
