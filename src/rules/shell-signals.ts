// A container whose process 1 is a shell that does not pass SIGTERM on. Which shell does was measured, with SHELL -c SCRIPT:
// dash 0.5.12 (Debian's sh) never hands its process over; bash 5.2 does for a last command without redirections; the ash of BusyBox
// 1.35 (Alpine's sh) for any last command. A shell that is not known is not judged.

import { onWindows, shellOf } from '../workload/image.ts';
import { shellCall } from '../workload/shell/call.ts';
import { basename, programs } from '../workload/shell/programs.ts';
import { type Command, parseScript, type Script, type SimpleCommand } from '../workload/shell/script.ts';
import type { Container } from '../workload/workload.ts';
import { type Finding, report } from './finding.ts';
import type { Subject } from './rule.ts';

type Shell = 'dash' | 'bash' | 'busybox';

export function hiddenSignals(rule: string, container: Container, { kind, template }: Subject): readonly Finding[] {
  const { name, command = [], args = [] } = container;
  if (command.length === 0 && args.length === 0) return [];
  const { shareProcessNamespace, hostPID } = template.spec;
  // With either of them the shell is not process 1.
  if (shareProcessNamespace === true || hostPID === true || onWindows(template.spec)) return [];
  const call = shellCall(withoutEnv([...command, ...args]));
  const shell = call?.script === undefined ? undefined : knownShell(call.shell, container);
  if (shell === undefined || !keepsSignals(shell, call?.script ?? '')) return [];
  const message = `container ${name} is started by a shell (${shell}) that keeps SIGTERM to itself: the application is killed without notice. ${cure(call?.script ?? '')}`;
  const field = command.length > 0 ? 'command' : 'args';
  return [report(rule, 'note', { path: `${kind.containerPath(name)}.${field}`, message })];
}

function cure(script: string): string {
  const pipeline = parseScript(script)?.at(-1)?.pipelines.at(-1);
  const [command, ...others] = pipeline?.commands ?? [];
  const isLast = others.length === 0 && command?.kind === 'simple' && !isBuiltin(command);
  return isLast ? 'Put exec before its last command' : 'Make the application its last command, with exec before it';
}

/** `env A=1 sh -c …` becomes the shell. */
function withoutEnv(words: readonly string[]): readonly string[] {
  if (basename(words[0] ?? '') !== 'env') return words;
  const program = words.findIndex((word, at) => at > 0 && !/^\w+=/.test(word));
  return program === -1 ? [] : words.slice(program);
}

function knownShell(called: string, container: Container): Shell | undefined {
  if (called === 'bash' || called === 'dash') return called;
  if (called === 'ash') return 'busybox';
  return called === 'sh' ? shellOf(container) : undefined;
}

/** False wherever it is in doubt. */
export function keepsSignals(shell: Shell, script: string): boolean {
  const lists = parseScript(script);
  if (lists === undefined || lists.length === 0) return false;
  const commands = commandsIn(lists);
  if (commands.some(mayPassOn) || isEntrusted(script)) return false;
  if (shell === 'dash') return true;
  const isOpaque = commands.some(({ kind }) => kind === 'opaque');
  return !isOpaque && !handsOver(shell, lists);
}

/** Those in groups too. */
function commandsIn(lists: Script): readonly Command[] {
  return lists.flatMap(({ pipelines }) =>
    pipelines.flatMap(({ commands }) =>
      commands.flatMap((command) => (command.kind === 'group' ? commandsIn(command.lists) : [command])),
    ),
  );
}

/** The command hands the process over, handles the signal, or is not known. */
function mayPassOn(command: Command): boolean {
  if (command.kind !== 'simple') return false;
  const [program, ...operands] = command.words;
  if (program === undefined) return false;
  if (!program.known || program.text === 'eval' || programs.inits.has(basename(program.text))) return true;
  // Without operands exec only redirects.
  return program.text === 'trap' || (program.text === 'exec' && operands.length > 0);
}

/** The same within what is not read as commands, such as a condition. Each script is read in a single pass. */
function isEntrusted(script: string): boolean {
  return /(?:^|[;&|\n])[^\S\n]*(?:(?:then|else|do)[^\S\n]+)?(?:exec|trap)[^\S\n]+[^\s\d<>&]/.test(script);
}

/** Whether the last command of the script takes the shell's place. One of the shell's own is not the application. */
function handsOver(shell: 'bash' | 'busybox', lists: Script): boolean {
  const list = lists.at(-1);
  const pipeline = list?.pipelines.at(-1);
  const command = pipeline?.commands.length === 1 ? pipeline.commands[0] : undefined;
  if (list?.background !== false || pipeline?.negated !== false || command === undefined) return false;
  if (command.kind === 'group') return shell === 'busybox' && handsOver(shell, command.lists);
  if (command.kind !== 'simple' || isBuiltin(command)) return false;
  if (shell === 'busybox') return true;
  return command.redirected === 'no' && lists.every(({ background }) => !background);
}

/** A bare assignment too. */
function isBuiltin({ words }: SimpleCommand): boolean {
  return programs.builtins.has(words[0]?.text ?? ':');
}
