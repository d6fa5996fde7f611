// How long a program takes that a hook starts: `sleep`, and what only starts another one. Everything else is unknown.

import { truncate } from '../../text/truncate.ts';
import { type ShellCall, shellCall } from '../shell/call.ts';
import { basename, programs } from '../shell/programs.ts';
import { parseScript } from '../shell/script.ts';
import type { Word } from '../shell/word.ts';
import { type CommandTime, done, failing, unknown, unknownCalm } from './command-time.ts';
import { scriptTime } from './script-time.ts';
import { sleepOperandSeconds } from './sleep-operand.ts';

// Commands come from users.
const mostWords = 1_000;
const deepestCall = 5;

/** Of the words of an exec hook: each one is exactly what it is, no shell reads it. Computed once: commands must not change. */
export function hookTime(command: readonly string[]): CommandTime {
  const before = times.get(command);
  if (before !== undefined) return before;
  const words = command.slice(0, mostWords).map((text): Word => ({ kind: 'word', text, known: true, quoted: true }));
  const time = command.length > mostWords ? unknown : programTime(words, 0);
  times.set(command, time);
  return time;
}

const times = new WeakMap<readonly string[], CommandTime>();

function programTime(words: readonly Word[], depth: number): CommandTime {
  const [program, ...operands] = words;
  if (program === undefined || !program.known || depth > deepestCall) return unknown;
  const { text } = program;
  if (cannotBeAProgram(text)) return failing(`no program is called "${shown(text)}"`);
  const name = basename(text);
  if (name === 'sleep') return sleepTime(operands);
  if (name === 'kill' && operands.length === 0) return failing('kill has no operand');
  if (name === 'timeout') return timeoutTime(operands, depth);
  const started = startedBy(name, operands);
  if (started !== undefined) return programTime(started, depth + 1);
  const call = words.every(({ known }) => known) ? shellCall(words.map((word) => word.text)) : undefined;
  if (call !== undefined) return shellTime(call, depth);
  return unknown;
}

/** A command line in one word: `sleep 10`, `/bin/sleep 10`, `nginx -s quit`. A path may have a blank in it. */
function cannotBeAProgram(text: string): boolean {
  if (text === '') return true;
  const blank = text.search(/\s/);
  if (blank === -1 || text.includes('\\')) return false;
  return !text.includes('/') || /^[-\d"'$/]/.test(text.slice(blank + 1)) || blank === 0;
}

function sleepTime(operands: readonly Word[]): CommandTime {
  if (operands.length === 0) return failing('sleep has no operand');
  let sum = 0;
  for (const { text, known } of operands) {
    const seconds = known ? sleepOperandSeconds(text) : undefined;
    if (seconds === undefined) return unknownCalm;
    if (Number.isNaN(seconds)) return failing(`sleep does not take "${shown(text)}"`);
    sum += seconds;
  }
  if (Number.isFinite(sum)) return { ...done, atLeast: sum };
  return { ...unknownCalm, endless: true };
}

/** The words that a program starts as another one; undefined for other programs. */
function startedBy(name: string, operands: readonly Word[]): readonly Word[] | undefined {
  if (programs.inits.has(name)) {
    const end = operands.findIndex(({ text }) => text === '--');
    return end === -1 ? behindOptions(operands, []) : operands.slice(end + 1);
  }
  if (name === 'env') return behindOptions(operands, ['-u', '-C', '--unset', '--chdir'], /^(?!-S|--split)(?:-|\w+=)/);
  if (name === 'nice') return behindOptions(operands, ['-n', '--adjustment']);
  if (name === 'nohup') return behindOptions(operands, []);
  const applet = name === 'busybox' || name === 'toybox' ? operands[0] : undefined;
  return applet !== undefined && !programs.shells.has(applet.text) ? operands : undefined;
}

/** `withValue`: those whose value is the next word. */
function behindOptions(words: readonly Word[], withValue: readonly string[], option = /^-/): readonly Word[] {
  let at = 0;
  while (at < words.length && option.test(words[at]?.text ?? '')) {
    const text = words[at]?.text ?? '';
    at += withValue.includes(text) ? 2 : 1;
    if (text === '--') break;
  }
  return words.slice(at);
}

/** `timeout 30 nginx -s quit`: no longer than its first operand, unless that is 0. */
function timeoutTime(operands: readonly Word[], depth: number): CommandTime {
  const [limit, ...command] = behindOptions(operands, ['-s', '-k', '--signal', '--kill-after']);
  const seconds = limit?.known === true ? sleepOperandSeconds(limit.text) : undefined;
  const time = programTime(command, depth + 1);
  if (seconds === undefined || Number.isNaN(seconds) || command.length === 0) return unknown;
  if (seconds === 0 || (time.exact && time.atLeast < seconds)) return time;
  const { endless, ...bounded } = { ...time, outcome: 'unknown' } as const;
  if (endless !== true && time.atLeast < seconds) return bounded;
  return { ...bounded, atLeast: seconds, exact: true };
}

function shellTime({ shell, script, command, errexit, rest }: ShellCall, depth: number): CommandTime {
  if (!command) {
    const [file = ''] = rest;
    if (!/\s/.test(file) || file.includes('/')) return unknown;
    return failing(`${shell} without -c looks for a file called "${shown(file)}"`);
  }
  if (script === undefined) return failing(`${shell} -c has no command`);
  const parsed = parseScript(script);
  if (parsed === undefined) return unknown;
  const time = scriptTime(parsed, { errexit, timeOf: (words) => programTime(words, depth + 1) });
  if (time.outcome !== 'fails' || rest.length === 0 || /\s/.test(script.trim())) return time;
  return { ...time, why: `${shell} -c takes only the next word as its command, and "${shown(script)}" alone fails` };
}

function shown(text: string): string {
  return truncate(text, 40);
}
