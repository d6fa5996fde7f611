// The texts of the source, and the messages that the documents explain. What is computed reads `…` in both.

export interface Literal {
  /** `container … has no preStop hook` */
  readonly text: string;
  /** The code of the same statement before it. */
  readonly before: string;
}

/** The texts of functions that do nothing but return one, by their names. */
export type Sentences = ReadonlyMap<string, string>;

/** Strings and templates of TypeScript, those within templates included. A call of one of `sentences` reads as its text. */
export function literalsOf(source: string, sentences: Sentences = new Map()): readonly Literal[] {
  const found: Literal[] = [];
  readCode(source, 0, { code: '', found, until: undefined, sentences });
  return found;
}

/** `export function typeErrorText(…): string { return `…`; }`: one statement, which returns one template. */
export function sentencesOf(source: string): Sentences {
  const functions = source.matchAll(/^(?:export )?function (\w+)\([^)]*\): string \{\n {2}return (`[^`]*`);\n\}/gm);
  return new Map(
    Array.from(functions, ([, name = '', template = '']) => [name, literalsOf(template).at(-1)?.text ?? '']),
  );
}

interface Reading {
  code: string;
  readonly found: Literal[];
  readonly until: '}' | undefined;
  readonly sentences: Sentences;
}

/** From `start` to the end, or behind the brace that closes a template's expression. */
function readCode(source: string, start: number, reading: Reading): number {
  let depth = 0;
  for (let i = start; i < source.length; ) {
    const char = source[i] ?? '';
    const comment = /^(?:\/\/.*|\/\*[\s\S]*?\*\/)/.exec(
      source.slice(i, i + 2) === '//' || source.slice(i, i + 2) === '/*' ? source.slice(i) : '',
    )?.[0];
    if (comment !== undefined) i += comment.length;
    else if (char === '"' || char === "'") i = readString(source, i, reading);
    else if (char === '`') i = readTemplate(source, i, reading);
    else if (char === '/' && /(?:[(,=:[!&|?{};>]|return)\s*$/.test(reading.code))
      i = skipRegularExpression(source, i, reading);
    else {
      if (reading.until === char && depth === 0) return i + 1;
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      reading.code = char === ';' ? '' : reading.code + char;
      i += 1;
    }
  }
  return source.length;
}

function readString(source: string, start: number, { found, ...reading }: Reading): number {
  let end = start + 1;
  while (source[end] !== source[start]) end += source[end] === '\\' ? 2 : 1;
  found.push({
    text: source.slice(start + 1, end).replaceAll(/\\(.)/g, (_, char: string) => unescaped(char)),
    before: reading.code,
  });
  return end + 1;
}

function readTemplate(source: string, start: number, { code, found, sentences }: Reading): number {
  let text = '';
  for (let i = start + 1; ; ) {
    if (source[i] === '`') {
      found.push({ text: text.trimEnd(), before: code });
      return i + 1;
    }
    if (source.startsWith('${', i)) {
      const called = /^(\w+)\(/.exec(source.slice(i + 2, i + 80))?.[1];
      text += sentences.get(called ?? '') ?? '…';
      i = readCode(source, i + 2, { code: '', found, until: '}', sentences });
    } else if (source[i] === '\\') {
      text += unescaped(source[i + 1] ?? '');
      i += 2;
    } else {
      text += source[i];
      i += 1;
    }
  }
}

function unescaped(char: string): string {
  return char === 'n' ? '\n' : char;
}

function skipRegularExpression(source: string, start: number, reading: Reading): number {
  let inClass = false;
  let i = start + 1;
  for (; source[i] !== '/' || inClass; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === '[') inClass = true;
    else if (source[i] === ']') inClass = false;
  }
  reading.code += '/x/';
  return i + 1;
}

/** The code spans in the first cells of the tables whose first column is called `message`. */
export function messagesOf(page: string): readonly string[] {
  const tables = page.matchAll(/^\| message \|.*\n\| --- .*\n((?:\|.*\n?)*)/gm);
  return Array.from(tables, ([, rows = '']) => rows)
    .flatMap((rows) => rows.split('\n'))
    .map((row) => /^\| `([^`]+)`/.exec(row)?.[1])
    .filter((message) => message !== undefined);
}

/** True when `text` is an instance of `message`, in which each `…` stands for anything. */
export function isInstance(text: string, message: string): boolean {
  const parts = message.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(text);
}
