// Every regular expression of src, and texts that nearly match one.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

export interface Found {
  /** `yaml/parse.ts:74` */
  readonly place: string;
  readonly expression: RegExp;
}

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Those written between slashes, and those that `new RegExp` makes while the modules are loaded. */
export async function regularExpressions(): Promise<readonly Found[]> {
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const all = names.sort().map((name) => inFile(name, readFileSync(join(source, name), 'utf8')));
  const found = all.flatMap(({ written }) => written);
  for (const { name, made } of all) if (made > 0) found.push(...(await madeBy(name, made)));
  return found;
}

function inFile(name: string, text: string) {
  const written: Found[] = [];
  let made = 0;
  visit(parseAst(text, { lang: 'ts' }), (node) => {
    if (isMaker(node)) made += 1;
    if (node.type !== 'Literal' || !isRecord(node.regex)) return;
    const line = text.slice(0, Number(node.start)).split('\n').length;
    written.push({
      place: `${name}:${line}`,
      expression: new RegExp(`${node.regex.pattern}`, `${node.regex.flags}`),
    });
  });
  return { name, written, made };
}

type AnyNode = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null;
}

function visit(node: unknown, look: (node: AnyNode) => void): void {
  if (!isRecord(node)) return;
  look(node);
  for (const child of Object.values(node)) visit(child, look);
}

function isMaker({ type, callee }: AnyNode): boolean {
  return (type === 'NewExpression' || type === 'CallExpression') && isRecord(callee) && callee.name === 'RegExp';
}

/** Loads the module and listens. One that is made later, in a function, would not be found: that is an error. */
async function madeBy(name: string, count: number): Promise<Found[]> {
  const original = globalThis.RegExp;
  const found: Found[] = [];
  class Recorded extends original {
    constructor(pattern: string | RegExp, flags?: string) {
      super(pattern, flags);
      // Behind the message and this constructor comes who called it.
      if (new Error().stack?.split('\n')[2]?.includes(join('src', name)))
        found.push({ place: name, expression: new original(pattern, flags) });
    }
  }
  globalThis.RegExp = Recorded as unknown as RegExpConstructor;
  try {
    await import(join(source, name));
  } finally {
    globalThis.RegExp = original;
  }
  if (found.length !== count) throw new Error(`${name} makes a RegExp in a function: make it where the module begins`);
  return found;
}

/** Long texts of what `expression` is made of, again and again, in every combination of two, behind each of its words. */
export function nearMisses({ source }: RegExp, length: number): readonly string[] {
  const words = source.replace(/\\./g, ' ').match(/[-\w/ ]{2,}/g) ?? [];
  const pieces = [...new Set([...alphabetOf(source), ...words])];
  const pumps = pieces.flatMap((first) => [first, ...pieces.map((second) => first + second)]);
  const pumped = [...new Set(pumps)].map((pump) => pump.repeat(length / pump.length));
  return [...pumped, ...words.flatMap((word) => pieces.map((piece) => word + piece.repeat(length / piece.length)))];
}

const classes: Readonly<Record<string, string>> = {
  s: ' \t\n',
  d: '0',
  w: 'a',
  S: 'a',
  D: 'a',
  b: '',
  n: '\n',
  r: '\r',
};

/** A character for each of the expression's own, and for each of its classes. */
function alphabetOf(source: string): readonly string[] {
  const escaped = Array.from(source.matchAll(/\\(?:u[0-9a-f]{4}|p\{\w+\}|.)/gi), ([text]) => {
    if (text.startsWith('\\u')) return String.fromCharCode(Number.parseInt(text.slice(2), 16));
    return text.startsWith('\\p') ? '\u202e' : (classes[text.slice(1)] ?? text.slice(1));
  });
  const plain = source
    .replace(/\\(?:u[0-9a-f]{4}|p\{\w+\}|.)/gi, '')
    .replace(/[A-Za-z0-9]{2,}/g, (word) => word[0] ?? '');
  return [...new Set(`${escaped.join('')}${plain}\0`)];
}
