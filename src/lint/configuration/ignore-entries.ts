// The entries of the configuration that accept findings: which of them are about an object, and which are over.

import type { ObjectReference } from '../object-reference.ts';

/** Plain data. What is absent is any. */
export interface IgnoreEntry {
  readonly kind?: readonly string[];
  /** Patterns, and so are names. */
  readonly namespace?: readonly string[];
  readonly name?: readonly string[];
  readonly rule?: readonly string[];
  /** On one line. */
  readonly reason: string;
  /** The last day on which it counts. */
  readonly until?: string;
  /** The file and its line. */
  readonly where: string;
}

export interface IgnoreEntries {
  readonly counting: readonly IgnoreEntry[];
  readonly over: readonly IgnoreEntry[];
}

/** `day`: as in `until`. */
export function byDay(entries: readonly IgnoreEntry[], day: string): IgnoreEntries {
  const isOver = ({ until }: IgnoreEntry) => until !== undefined && until < day;
  return { counting: entries.filter((one) => !isOver(one)), over: entries.filter(isOver) };
}

export function isAbout({ kind, namespace, name }: IgnoreEntry, object: ObjectReference): boolean {
  return (
    (kind?.includes(object.kind) ?? true) &&
    (namespace?.some((one) => matchesPattern(one, object.namespace)) ?? true) &&
    (name?.some((one) => matchesPattern(one, object.name)) ?? true)
  );
}

export function isOfRule({ rule: rules }: IgnoreEntry, rule: string): boolean {
  return rules?.includes(rule) ?? true;
}

/** True where `text` is `pattern`, in which `*` stands for any characters, and for none. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
