// The command line: the list of commands. The flags of a command are in its command.ts; the rest is loaded when it is called.

import { Command, CommanderError } from 'commander';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import { addAudit } from './audit/command.ts';
import { addBaseline } from './baseline/command.ts';
import { addCheck } from './check/command.ts';
import { addDemo } from './demo/command.ts';
import { addExplain } from './explain/command.ts';
import { addFix } from './fix/command.ts';
import { addLab } from './lab/command.ts';
import { addLoad } from './load/command.ts';
import type { OnExit } from './options.ts';
import { addRecordRules } from './record-rules/command.ts';
import { addScan } from './scan/command.ts';
import { addServe } from './serve/command.ts';
import { type SplitCommand, splitCommand } from './split-command.ts';
import { addStatus } from './status/command.ts';
import { addTest } from './test/command.ts';
import { addTestApp } from './test-app/command.ts';
import { addVerify } from './verify/command.ts';
import { addWithdraw } from './withdraw/command.ts';

/** Runs one command line (without the program's name) and returns its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const { own, command } = splitCommand(args);
  const report: OnExit = (result) => {
    code = result;
  };
  const program = describe(terminal, report, command);
  try {
    await program.parseAsync(own, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

/** `words`: the command after `--`. */
function describe(terminal: Terminal, report: OnExit, words: SplitCommand['command']): Command {
  const program = new Command('hitless')
    .description(
      'Rolling updates in Kubernetes without lost requests: a mutating admission webhook, and the same rules for manifests on disk.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.width ?? 100,
      getErrHelpWidth: () => terminal.width ?? 100,
    })
    .addHelpText('after', overview);
  addCheck(program, terminal, report);
  addFix(program, terminal, report);
  addBaseline(program, terminal, report);
  addExplain(program, terminal, report);
  addTest(program, terminal, report);
  addAudit(program, terminal, report);
  addScan(program, terminal, report);
  addStatus(program, terminal, report);
  addWithdraw(program, terminal, report);
  addLab(program, terminal, report);
  addVerify(program, { terminal, report, words });
  addTestApp(program, terminal, report);
  addLoad(program, terminal, report);
  addRecordRules(program, terminal, report);
  addServe(program, report);
  addDemo(program, terminal, report);
  return program;
}

const overview = `
Examples:
  hitless check deploy/              find what loses requests in the manifests below deploy/
  hitless fix deploy/                show the diff that fixes it
  hitless fix --write deploy/        write the same edits to the files
  helm template . | hitless check -  check a rendered chart
  hitless audit                      find what loses requests in the cluster of your kubeconfig
  hitless status                     is hitless healthy there?

Exit codes: 0 all is well, 1 the command found or lost something (its help says what), 2 invalid input or usage, or no cluster.`;
