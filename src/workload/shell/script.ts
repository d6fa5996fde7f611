// A shell script as lists of pipelines. What is not a list of plain commands (`if`, `while`, functions) is opaque: nothing is
// known of it, and of what follows it.

import { type Token, tokensOf } from './tokens.ts';
import type { Word } from './word.ts';

export interface SimpleCommand {
  readonly kind: 'simple';
  /** The program and its arguments; empty for a bare assignment or redirection. */
  readonly words: readonly Word[];
  readonly redirected: Redirected;
}

export type Command =
  | SimpleCommand
  | { readonly kind: 'group'; readonly subshell: boolean; readonly lists: Script; readonly redirected: Redirected }
  | { readonly kind: 'opaque' };

/** harmless: only to other descriptors, and to files that are always there. */
type Redirected = 'no' | 'harmless' | 'yes';

export interface Pipeline {
  /** The operator before it. */
  readonly after: '&&' | '||' | undefined;
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

export interface AndOrList {
  readonly pipelines: readonly Pipeline[];
  readonly background: boolean;
}

export type Script = readonly AndOrList[];

const deepestGroup = 20;

/** Undefined for a script that a shell refuses, and for one that is too long to be judged. */
export function parseScript(script: string): Script | undefined {
  const tokens = tokensOf(script);
  return tokens && readLists({ tokens, at: 0, depth: 0, opaque: false }, undefined);
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
  /** True once an opaque command has taken all that follows, the end of a group included. */
  opaque: boolean;
}

function readLists(reader: Reader, closer: '}' | ')' | undefined): Script | undefined {
  const lists: AndOrList[] = [];
  for (;;) {
    while (isOperator(reader, '\n') || isOperator(reader, ';')) reader.at += 1;
    const token = reader.tokens[reader.at];
    if (token === undefined) return closer === undefined || reader.opaque ? lists : undefined;
    if (closer !== undefined && closes(token, closer)) {
      reader.at += 1;
      return lists;
    }
    const list = readAndOr(reader);
    if (list === undefined) return undefined;
    lists.push(list);
  }
}

function closes(token: Token, closer: '}' | ')'): boolean {
  if (closer === ')') return token.kind === 'operator' && token.text === ')';
  return token.kind === 'word' && !token.quoted && token.text === '}';
}

function readAndOr(reader: Reader): AndOrList | undefined {
  const pipelines: Pipeline[] = [];
  for (let after: Pipeline['after']; ; ) {
    const pipeline = readPipeline(reader, after);
    if (pipeline === undefined) return undefined;
    pipelines.push(pipeline);
    if (isOperator(reader, '&&')) after = '&&';
    else if (isOperator(reader, '||')) after = '||';
    else break;
    skipNewlines(reader);
  }
  const background = isOperator(reader, '&');
  if (background || isOperator(reader, ';') || isOperator(reader, '\n')) reader.at += 1;
  else if (reader.at < reader.tokens.length && !isClose(reader)) return undefined;
  return { pipelines, background };
}

function isClose({ tokens, at }: Reader): boolean {
  const token = tokens[at];
  return token !== undefined && (closes(token, ')') || closes(token, '}'));
}

function readPipeline(reader: Reader, after: Pipeline['after']): Pipeline | undefined {
  const negated = keywordAt(reader) === '!';
  if (negated) reader.at += 1;
  const commands: Command[] = [];
  for (;;) {
    const command = readCommand(reader);
    if (command === undefined) return undefined;
    commands.push(command);
    if (!isOperator(reader, '|') && !isOperator(reader, '|&')) return { after, negated, commands };
    skipNewlines(reader);
  }
}

/** Steps over the operator, and over the ends of lines behind it. */
function skipNewlines(reader: Reader): void {
  reader.at += 1;
  while (isOperator(reader, '\n')) reader.at += 1;
}

const opaqueKeywords = new Set(['if', 'while', 'until', 'for', 'case', 'select', 'function', '[[', 'time', 'coproc']);

function readCommand(reader: Reader): Command | undefined {
  const keyword = keywordAt(reader);
  if (keyword !== undefined && opaqueKeywords.has(keyword)) return opaque(reader);
  if (keyword === '{') return readGroup(reader, '}');
  if (isOperator(reader, '(')) return readGroup(reader, ')');
  return readSimple(reader);
}

function opaque(reader: Reader): Command {
  reader.at = reader.tokens.length;
  reader.opaque = true;
  return { kind: 'opaque' };
}

function readGroup(reader: Reader, closer: '}' | ')'): Command | undefined {
  reader.at += 1;
  const arithmetic = closer === ')' && isOperator(reader, '(');
  if (arithmetic || reader.depth === deepestGroup) return opaque(reader);
  reader.depth += 1;
  const lists = readLists(reader, closer);
  reader.depth -= 1;
  return lists && { kind: 'group', subshell: closer === ')', lists, redirected: readRest(reader, undefined) };
}

const assignment = /^[A-Za-z_]\w*=/;

function readSimple(reader: Reader): Command | undefined {
  const words: Word[] = [];
  const begin = reader.at;
  const redirected = readRest(reader, words);
  if (isOperator(reader, '(')) return opaque(reader);
  if (reader.at === begin) return undefined;
  const program = words.findIndex(({ text }) => !assignment.test(text));
  return { kind: 'simple', words: program === -1 ? [] : words.slice(program), redirected };
}

/** The redirections, and the words among them, up to the next operator. */
function readRest(reader: Reader, words: Word[] | undefined): Redirected {
  let redirected: Redirected = 'no';
  for (let token = reader.tokens[reader.at]; token !== undefined; token = reader.tokens[reader.at]) {
    if (token.kind === 'operator' || (token.kind === 'word' && words === undefined)) break;
    if (token.kind === 'word') words?.push(token);
    else if (redirected !== 'yes') redirected = token.harmless ? 'harmless' : 'yes';
    reader.at += 1;
  }
  return redirected;
}

function isOperator({ tokens, at }: Reader, text: string): boolean {
  const token = tokens[at];
  return token?.kind === 'operator' && token.text === text;
}

/** The word at the start of a command, where it may be a reserved one. */
function keywordAt({ tokens, at }: Reader): string | undefined {
  const token = tokens[at];
  return token?.kind === 'word' && !token.quoted ? token.text : undefined;
}
