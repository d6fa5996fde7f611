// The table of the chart's values, made from the comments in values.yaml.

import { readFileSync } from 'node:fs';
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface ValueRow {
  /** `webhook.timeoutSeconds` */
  readonly path: string;
  /** As one line of JSON. */
  readonly fallback: string;
  readonly meaning: string;
}

const file = new URL('../charts/hitless/values.yaml', import.meta.url);

export const valueRows: readonly ValueRow[] = rowsOf(parseDocument(readFileSync(file, 'utf8')).contents as YAMLMap, '');

/** A map is a value of its own when it is empty or has a comment; otherwise its entries are. */
function rowsOf(map: YAMLMap, prefix: string): ValueRow[] {
  return map.items.flatMap((pair, index) => {
    const { key, value } = pair as Pair<{ readonly value: string; readonly commentBefore?: string }>;
    const path = `${prefix}${key.value}`;
    // the library gives the comment before the first key to the map
    const above = index === 0 ? (map.commentBefore ?? key.commentBefore) : key.commentBefore;
    const meaning = (above?.split(/\n\s*\n/).at(-1) ?? '').replaceAll(/\s*\n\s*/g, ' ').trim();
    if (isMap(value) && value.items.length > 0 && isOpen(value, meaning)) return rowsOf(value, `${path}.`);
    return [{ path, fallback: text(value), meaning }];
  });
}

function isOpen(map: YAMLMap, meaning: string): boolean {
  return meaning === '' && !map.items.some(({ key }) => isScalar(key) && String(key.value).includes('/'));
}

function text(value: unknown): string {
  const plain = (value as { toJSON: () => unknown }).toJSON();
  return typeof plain === 'string' && plain !== ''
    ? plain
    : JSON.stringify(plain).replaceAll(',', ', ').replaceAll('":', '": ');
}
