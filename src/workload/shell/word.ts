// A word of a shell script: its quotes taken away, its expansions stepped over.

export interface Word {
  readonly kind: 'word';
  /** Without its quotes; of an expansion, which only the shell can resolve, the source or nothing. */
  readonly text: string;
  /** False when the shell makes something else of `text`: `$WAIT`, `$(cat file)`, `*.sh`. */
  readonly known: boolean;
  readonly quoted: boolean;
}

interface Reading {
  text: string;
  known: boolean;
  quoted: boolean;
  patterned: boolean;
  at: number;
}

/** The word at `at`, which is empty where none begins; undefined when a quote or an expansion in it has no end. */
export function readWord(script: string, at: number): { readonly token: Word; readonly end: number } | undefined {
  const reading: Reading = { text: '', known: true, quoted: false, patterned: false, at };
  while (reading.at < script.length && !endsWord(script[reading.at])) {
    if (!readPart(script, reading)) return undefined;
  }
  const { text, known, quoted, patterned } = reading;
  const resolved = known && (!patterned || text === '[' || text === '[[' || text === '{');
  return { token: { kind: 'word', text, known: resolved, quoted }, end: reading.at };
}

function endsWord(char: string | undefined): boolean {
  return char === undefined || ' \t\n;&|()<>'.includes(char);
}

/** Most of a script is of these. */
const plain = /[\w./:=,@%+-]+/y;

function readPart(script: string, reading: Reading): boolean {
  plain.lastIndex = reading.at;
  const run = plain.exec(script)?.[0];
  if (run !== undefined) {
    reading.text += run;
    reading.at += run.length;
    return true;
  }
  const char = script[reading.at];
  if (char === "'") return readSingleQuoted(script, reading);
  if (char === '"') return readDoubleQuoted(script, reading);
  if (char === '$' || char === '`') return readExpansion(script, reading);
  if (char === '\\') {
    const next = script[reading.at + 1] ?? '\\';
    if (next !== '\n') reading.text += next;
    reading.quoted = true;
    reading.at += 2;
    return true;
  }
  if (char !== undefined && '*?[~{'.includes(char)) reading.patterned = true;
  reading.text += char;
  reading.at += 1;
  return true;
}

function readSingleQuoted(script: string, reading: Reading): boolean {
  const end = script.indexOf("'", reading.at + 1);
  if (end === -1) return false;
  reading.text += script.slice(reading.at + 1, end);
  reading.quoted = true;
  reading.at = end + 1;
  return true;
}

function readDoubleQuoted(script: string, reading: Reading): boolean {
  reading.quoted = true;
  reading.at += 1;
  while (script[reading.at] !== '"') {
    const char = script[reading.at];
    if (char === undefined) return false;
    if (char === '$' || char === '`') {
      if (!readExpansion(script, reading)) return false;
      continue;
    }
    const next = script[reading.at + 1];
    const escapes = char === '\\' && next !== undefined && '$`"\\\n'.includes(next);
    reading.text += escapes ? (next === '\n' ? '' : next) : char;
    reading.at += escapes ? 2 : 1;
  }
  reading.at += 1;
  return true;
}

function readExpansion(script: string, reading: Reading): boolean {
  const next = script[reading.at + 1] ?? '';
  if (script[reading.at] === '`' || next === '(' || next === '{') {
    reading.known = false;
    reading.at = expansionEnd(script, reading.at);
    return reading.at !== -1;
  }
  if (/^[\w@*#?$!'"-]$/.test(next)) reading.known = false;
  reading.text += '$';
  reading.at += 1;
  return true;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '{': '}', '`': '`', '"': '"', "'": "'" };

/** The position behind the expansion at `at`; -1 when it has no end. */
function expansionEnd(script: string, at: number): number {
  const open = script[at] === '`' ? ['`'] : [closers[script[at + 1] ?? ''] ?? ''];
  for (let i = at + (script[at] === '`' ? 1 : 2); i < script.length; i += 1) {
    const char = script[i] ?? '';
    const top = open.at(-1);
    if (char === top) open.pop();
    else if (char === '\\' && top !== "'") i += 1;
    else if (opens(char, top, script[i - 1])) open.push(closers[char] ?? '');
    if (open.length === 0) return i + 1;
  }
  return -1;
}

function opens(char: string, top: string | undefined, before: string | undefined): boolean {
  if (top === "'") return false;
  if (char === '"' || char === '`') return true;
  if (char === "'") return top !== '"';
  return (char === '(' && (before === '$' || top === ')')) || (char === '{' && before === '$');
}
