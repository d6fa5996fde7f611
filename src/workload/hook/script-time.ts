// How long a shell script takes: a sum over its commands as far as each of them surely runs.

import { basename, programs } from '../shell/programs.ts';
import type { AndOrList, Command, Pipeline, Script, SimpleCommand } from '../shell/script.ts';
import type { Word } from '../shell/word.ts';
import { type CommandTime, done, unknown, unknownCalm } from './command-time.ts';

interface Shell {
  /** `set -e`: the script ends with the first command that fails. */
  errexit: boolean;
  /** True within a group: whether an error there ends the script depends on what is around it. */
  readonly nested?: boolean;
  /** Of a program outside of the shell. */
  readonly timeOf: (words: readonly Word[]) => CommandTime;
}

export function scriptTime(script: Script, shell: Shell): CommandTime {
  let sum = done;
  let backgroundEnd = 0;
  for (const list of script) {
    const time = isWait(list) ? waitTime(backgroundEnd - sum.atLeast) : listTime(list, shell);
    if (list.background) {
      backgroundEnd = sum.atLeast + time.atLeast;
      sum = { ...sum, exact: false };
      if (!time.calm) return { ...sum, outcome: 'unknown', calm: false };
      continue;
    }
    sum = followedBy(sum, time);
    if (!time.calm || time.last === true || time.endless === true) return sum;
    if (!shell.errexit || time.outcome === 'succeeds') continue;
    const ends = time.outcome === 'fails' && shell.nested !== true && isPlain(list);
    return ends ? sum : { ...sum, ...open };
  }
  return sum;
}

/** What follows may not run. */
const open = { exact: false, outcome: 'unknown', calm: false } as const;

/** Errors elsewhere in a list, and of a negated command, do not end a script. */
function isPlain({ pipelines }: AndOrList): boolean {
  return pipelines.length === 1 && pipelines[0]?.negated === false;
}

/** The outcome of a list is that of its last command. */
function followedBy(first: CommandTime, second: CommandTime): CommandTime {
  return { ...second, atLeast: first.atLeast + second.atLeast, exact: first.exact && second.exact };
}

function isWait({ pipelines, background }: AndOrList): boolean {
  const command = pipelines.length === 1 ? pipelines[0]?.commands[0] : undefined;
  return !background && command?.kind === 'simple' && command.words[0]?.text === 'wait';
}

/** `seconds`: until the command in the background ends; that it did not fail is not known. */
function waitTime(seconds: number): CommandTime {
  return { ...unknownCalm, atLeast: Math.max(0, seconds) };
}

function listTime({ pipelines }: AndOrList, shell: Shell): CommandTime {
  let sum = done;
  for (const pipeline of pipelines) {
    const { after } = pipeline;
    if (after === (sum.outcome === 'succeeds' ? '||' : '&&') && sum.outcome !== 'unknown') {
      // What is not read as commands hides those that follow.
      if (hasOpaqueEnd(pipeline)) return { ...sum, ...open };
      continue;
    }
    const time = pipelineTime(pipeline, shell);
    sum = after !== undefined && sum.outcome === 'unknown' ? perhaps(sum, time, after) : followedBy(sum, time);
    if (!sum.calm || sum.last === true || sum.endless === true) return sum;
  }
  return sum;
}

function hasOpaqueEnd({ commands }: Pipeline): boolean {
  const command = commands.at(-1);
  if (command?.kind !== 'group') return command?.kind === 'opaque';
  const pipeline = command.lists.at(-1)?.pipelines.at(-1);
  return pipeline !== undefined && hasOpaqueEnd(pipeline);
}

/** `time` follows only if `sum` succeeded, or failed. */
function perhaps(sum: CommandTime, time: CommandTime, after: '&&' | '||'): CommandTime {
  const calm = time.calm && time.last !== true && time.endless !== true;
  const outcome = after === '||' && time.outcome === 'succeeds' ? 'succeeds' : 'unknown';
  return { ...unknown, atLeast: sum.atLeast, calm, outcome };
}

function pipelineTime({ commands, negated }: Pipeline, shell: Shell): CommandTime {
  const times = commands.map((command) => commandTime(command, shell));
  const [time = done] = times;
  if (times.length === 1) return negated ? { ...time, outcome: opposite(time.outcome) } : time;
  // All run at the same time, and a shell waits for all of them.
  return {
    ...unknown,
    atLeast: times.reduce((most, { atLeast }) => Math.max(most, atLeast), 0),
    calm: times.every(({ calm }) => calm),
  };
}

function opposite(outcome: CommandTime['outcome']): CommandTime['outcome'] {
  if (outcome === 'unknown') return 'unknown';
  return outcome === 'fails' ? 'succeeds' : 'fails';
}

function commandTime(command: Command, shell: Shell): CommandTime {
  if (command.kind === 'opaque') return unknown;
  const time = command.kind === 'group' ? groupTime(command, shell) : simpleTime(command, shell);
  // A file that cannot be opened keeps the command from running at all.
  return command.redirected === 'yes' && time.outcome === 'succeeds' ? { ...time, outcome: 'unknown' } : time;
}

function groupTime({ lists, subshell }: Extract<Command, { kind: 'group' }>, shell: Shell): CommandTime {
  if (!subshell) return inGroup(lists, shell);
  // What it sets, and what ends it, concerns nothing outside.
  const { last, ...time } = scriptTime(lists, { ...shell, nested: true });
  return time;
}

/** Options that it sets stay set. */
function inGroup(lists: Script, shell: Shell): CommandTime {
  const inner = { ...shell, nested: true };
  const time = scriptTime(lists, inner);
  shell.errexit = inner.errexit;
  return time;
}

function simpleTime({ words }: SimpleCommand, shell: Shell): CommandTime {
  const [program, ...operands] = words;
  if (program === undefined) return done;
  if (!program.known) return unknown;
  const { text } = program;
  if (text === 'exec') return operands.length === 0 ? done : { ...inner(operands, shell), last: true };
  if (text === 'command' || text === 'builtin') return inner(operands, shell);
  if (text === 'exit' || text === 'return') return { ...exitTime(operands[0]), last: true };
  if (text === 'false') return { ...done, outcome: 'fails', why: 'it ends with false' };
  if (text === 'set') setOptions(operands, shell);
  return inner(words, shell);
}

function inner(words: readonly Word[], shell: Shell): CommandTime {
  const [program] = words;
  if (program === undefined || !program.known || program.text.startsWith('-')) return unknown;
  const name = basename(program.text);
  if (programs.certain.has(name)) return done;
  if (programs.quick.has(name) && (name !== 'env' || words.length === 1)) return { ...done, outcome: 'unknown' };
  return shell.timeOf(words);
}

function exitTime(status: Word | undefined): CommandTime {
  if (status?.text === '0') return done;
  return { ...done, outcome: 'unknown' };
}

/** `set -eu`, `set +e`, `set -o errexit`. */
function setOptions(operands: readonly Word[], shell: Shell): void {
  for (const [index, { text }] of operands.entries()) {
    const names = /^[-+]\w*o$/.test(text) && operands[index + 1]?.text === 'errexit';
    if (names || /^[-+]\w*e/.test(text)) shell.errexit = text.startsWith('-');
  }
}
