// The tokens of a shell script, read as a POSIX shell reads them: quotes, comments, expansions, redirections. One pass over the
// text, whatever it is: scripts come from users.

import { readWord, type Word } from './word.ts';

interface Redirection {
  readonly kind: 'redirection';
  /** True when its target is always there: another descriptor, or a file of /dev or /proc. */
  readonly harmless: boolean;
}

interface Operator {
  readonly kind: 'operator';
  readonly text: string;
}

export type Token = Word | Redirection | Operator;

// A workload may have hundreds of scripts that are programs of their own; hooks and start commands are short.
const longestScript = 10_000;
const mostTokens = 400;

/**
 * Undefined for a script that a shell refuses, such as one with an open quote, for one with a here-document, and for one that is too
 * long to be judged.
 */
export function tokensOf(script: string): readonly Token[] | undefined {
  if (script.length > longestScript) return undefined;
  const tokens: Token[] = [];
  for (let at = 0; at < script.length; ) {
    if (tokens.length === mostTokens) return undefined;
    const skipped = skipBlank(script, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const found = operatorAt(script, at) ?? redirectionAt(script, at, 0) ?? wordOrRedirection(script, at);
    if (found === undefined || found === 'unreadable') return undefined;
    tokens.push(found.token);
    at = found.end;
  }
  return tokens;
}

interface Found {
  readonly token: Token;
  readonly end: number;
}

/** The end of the blank, the joined line or the comment at `at`; `at` itself where there is none. */
function skipBlank(script: string, at: number): number {
  const char = script[at];
  if (char === ' ' || char === '\t') return at + 1;
  if (char === '\\' && script[at + 1] === '\n') return at + 2;
  if (char !== '#') return at;
  const end = script.indexOf('\n', at);
  return end === -1 ? script.length : end;
}

const operators = ['&&', '||', ';;', '|&', '&', '|', ';', '(', ')', '\n'];

function operatorAt(script: string, at: number): Found | undefined {
  if (!'&|;()\n'.includes(script[at] ?? ' ') || (script[at] === '&' && script[at + 1] === '>')) return undefined;
  const text = operators.find((operator) => script.startsWith(operator, at));
  return text === undefined ? undefined : { token: { kind: 'operator', text }, end: at + text.length };
}

const redirections = ['&>>', '&>', '<<<', '<<', '<>', '<&', '<(', '>>', '>&', '>|', '>(', '<', '>'];
const unreadableRedirections: readonly string[] = ['<<', '<(', '>('];

/** `start` characters behind `at` is where its operator begins: the number of a descriptor may precede it. */
function redirectionAt(script: string, at: number, start: number): Found | 'unreadable' | undefined {
  if (!'<>&'.includes(script[at + start] ?? ' ')) return undefined;
  const operator = redirections.find((text) => script.startsWith(text, at + start));
  if (operator === undefined) return undefined;
  if (unreadableRedirections.includes(operator)) return 'unreadable';
  let end = at + start + operator.length;
  while (script[end] === ' ' || script[end] === '\t') end += 1;
  const target = readWord(script, end);
  if (target === undefined || target.end === end) return 'unreadable';
  const { text, known } = target.token;
  const harmless = known && (operator.endsWith('&') || /^\/(?:dev|proc)\//.test(text));
  return { token: { kind: 'redirection', harmless }, end: target.end };
}

function wordOrRedirection(script: string, at: number): Found | 'unreadable' | undefined {
  const word = readWord(script, at);
  if (word === undefined) return undefined;
  const next = script[word.end];
  if ((next !== '<' && next !== '>') || word.token.quoted || !/^\d+$/.test(word.token.text)) return word;
  // Of several digits dash makes a word, and bash a descriptor.
  if (word.token.text.length > 1) return { ...word, token: { ...word.token, known: false } };
  return redirectionAt(script, at, 1);
}
