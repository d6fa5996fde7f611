// The command line: the list of commands. The flags of a command are in its command.ts; the rest is loaded when it is called.

import { Command, CommanderError } from 'commander';
import type { ProgramName } from '../names.ts';
import { withProgress } from '../terminal/status-line.ts';
import { reflow } from '../terminal/style.ts';
import { silentTerminal, type Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import { addAudit } from './audit/command.ts';
import { addBaseline } from './baseline/command.ts';
import { addBundle } from './bundle/command.ts';
import { addCheck } from './check/command.ts';
import { commandTable, type TableCommand } from './command-table.ts';
import { addCompletion, answerCompletion, completionRequest } from './completion/command.ts';
import { addDemo } from './demo/command.ts';
import { addExplain } from './explain/command.ts';
import { addFix } from './fix/command.ts';
import { addGlobalOptions } from './global-options.ts';
import { addLab } from './lab/command.ts';
import { addLoad } from './load/command.ts';
import type { OnExit } from './options.ts';
import { asPlugin, pluginOverview } from './plugin.ts';
import { addRecordRules } from './record-rules/command.ts';
import { addScan } from './scan/command.ts';
import { addServe } from './serve/command.ts';
import { type SplitCommand, splitCommand } from './split-command.ts';
import { addStatus } from './status/command.ts';
import { addTest } from './test/command.ts';
import { addTestApp } from './test-app/command.ts';
import { addVerify } from './verify/command.ts';
import { addVersion } from './version/command.ts';
import { addWithdraw } from './withdraw/command.ts';

/** Runs one command line (without the program's name) and returns its exit code. */
export async function run(args: readonly string[], terminal: Terminal, name: ProgramName = 'hitless'): Promise<number> {
  let code = 0;
  const { own, command: words } = splitCommand(args);
  const report: OnExit = (result) => {
    code = result;
  };
  const { terminal: shown, end } = withProgress(terminal);
  const program = describe(name, { terminal: shown, report, words });
  if (args[0] === completionRequest) return answerCompletion(program, args.slice(1), terminal);
  try {
    await program.parseAsync(own, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  } finally {
    end();
  }
}

/** The commands as data, without running one. */
export function programTable(name: ProgramName = 'hitless'): TableCommand {
  return commandTable(describe(name, { terminal: silentTerminal, report: () => {}, words: undefined }));
}

interface Outside {
  readonly terminal: Terminal;
  readonly report: OnExit;
  /** The command after `--`. */
  readonly words: SplitCommand['command'];
}

function describe(name: ProgramName, { terminal: outside, report, words }: Outside): Command {
  const program = new Command(name);
  const isPlugin = name === 'kubectl hitless';
  const named = (text: string) => (isPlugin ? asPlugin(text, commandNames(program)) : text);
  program
    .description(
      'Rolling updates in Kubernetes without lost requests: a mutating admission webhook, and the same rules for manifests on disk.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => outside.out(reflow(named(text), outside.width ?? usualWidth)),
      writeErr: (text) => outside.err(named(text)),
      getOutHelpWidth: () => outside.width ?? usualWidth,
      getErrHelpWidth: () => outside.errWidth ?? usualWidth,
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', isPlugin ? pluginOverview : overview);
  const terminal = addGlobalOptions(program, { ...outside, err: (text) => outside.err(named(text)) });
  if (!isPlugin) addForFiles(program, terminal, report);
  addExplain(program, terminal, report);
  addAudit(program, terminal, report);
  addStatus(program, terminal, report);
  addBundle(program, terminal, report);
  addWithdraw(program, terminal, report);
  if (!isPlugin) addLab(program, terminal, report);
  addVerify(program, { terminal, report, words });
  if (!isPlugin) addForMachines(program, terminal, report);
  addVersion(program, terminal, report);
  return program;
}

function commandNames({ commands }: Command): readonly string[] {
  return commands.map((command) => command.name());
}

function addForFiles(program: Command, terminal: Terminal, report: OnExit): void {
  addCheck(program, terminal, report);
  addFix(program, terminal, report);
  addBaseline(program, terminal, report);
  addTest(program, terminal, report);
}

function addForMachines(program: Command, terminal: Terminal, report: OnExit): void {
  addTestApp(program, terminal, report);
  addLoad(program, terminal, report);
  addRecordRules(program, terminal, report);
  addServe(program, report);
  addScan(program, terminal, report);
  addDemo(program, terminal, report);
  addCompletion(program, terminal, report);
}

/** Of help that is not for a terminal. */
const usualWidth = 100;

const overview = `
Examples:
  hitless check deploy/              find what loses requests in the manifests below deploy/
  hitless fix deploy/                show the diff that fixes it
  hitless fix --write deploy/        write the same edits to the files
  helm template . | hitless check -  check a rendered chart
  hitless audit                      find what loses requests in the cluster of your kubeconfig
  hitless status                     is hitless healthy there?

Exit codes: 0 all is well, 1 the command found or lost something (its help says what), 2 invalid input or usage, or no cluster.`;
