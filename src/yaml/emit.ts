// Writes values as YAML or JSON text, in the style of their surroundings.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';

export type Quote = 'plain' | 'single' | 'double';

export interface BlockStyle {
  /** Indentation of a nested map. */
  readonly unit: number;
  /** Indentation of a list under a key; 0 is as common as the unit. */
  readonly listIndent: number;
  /** The quotes of the neighbouring keys. */
  readonly keys: Quote;
}

/** `key: value` over as many lines as it needs, the first not indented. */
export function blockEntry(key: string, value: Json, style: BlockStyle): string[] {
  const name = text(key, style.keys);
  if (!standsOnOwnLines(value)) return [`${name}: ${flow(value, 'plain')}`];
  const by = Array.isArray(value) ? style.listIndent : style.unit;
  return [`${name}:`, ...indented(blockLines(value, style), by)];
}

/** The lines of a map or list, not indented. */
export function blockLines(value: Json, style: BlockStyle): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => blockItem(item, style));
  return Object.entries(value as JsonObject).flatMap(([key, child]) => blockEntry(key, child ?? null, style));
}

function blockItem(item: Json, style: BlockStyle): string[] {
  if (!isObject(item) || !standsOnOwnLines(item)) return [`- ${flow(item, 'plain')}`];
  const [first = '', ...rest] = blockLines(item, style);
  return [`- ${first}`, ...indented(rest, 2)];
}

/** False for values that fit after their key: scalars, empty collections and short lists of scalars such as a command. */
export function standsOnOwnLines(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length > 0;
  if (!Array.isArray(value)) return false;
  return value.some((item) => typeof item === 'object' && item !== null) || flow(value, 'plain').length > 60;
}

function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}

/** On one line, in braces and brackets. */
export function flow(value: Json, keys: Quote): string {
  if (Array.isArray(value)) {
    const strings = value.some((item) => typeof item === 'string' && !isPlain(item)) ? 'double' : 'plain';
    return `[${value.map((item: Json) => (typeof item === 'string' ? text(item, strings) : flow(item, keys))).join(', ')}]`;
  }
  if (!isObject(value)) return scalarText(value, 'plain');
  const entries = Object.entries(value).map(([key, child]) => `${text(key, keys)}: ${flow(child ?? null, keys)}`);
  return `{${entries.join(', ')}}`;
}

/** JSON on one line; `gap` follows colons and commas. */
export function json(value: Json, gap: '' | ' '): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => json(item, gap)).join(`,${gap}`)}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, child]) => `${JSON.stringify(key)}:${gap}${json(child ?? null, gap)}`,
  );
  return `{${entries.join(`,${gap}`)}}`;
}

/** A scalar; a string in the quotes asked for, or in double ones where plain would mean something else. */
export function scalarText(value: Json, quote: Quote): string {
  return typeof value === 'string' ? text(value, quote) : String(value);
}

function text(value: string, quote: Quote): string {
  if (quote === 'plain' && isPlain(value)) return value;
  if (quote === 'single' && /^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value);
}

/** Stays the same string without quotes, in YAML 1.1 and 1.2, in braces and outside. */
function isPlain(value: string): boolean {
  if (/^\d+%$/.test(value)) return true;
  return /^[A-Za-z_/][\w./@+-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value);
}
