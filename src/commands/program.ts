// The command line: which commands and options there are. What a command does is in its own file, loaded when it is called.

import { Argument, Command, CommanderError, Option } from 'commander';
import type { InputOptions } from '../lint/inputs.ts';
import { catchSignals } from '../server/signals.ts';
import { settingRows } from '../settings/settings.ts';
import type { Io } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import { addAudit, addWithdraw } from './audit/command.ts';
import type { CheckOptions } from './check/check.ts';
import type { ExplainOptions } from './explain/explain.ts';
import { addLab, addServers } from './lab/command.ts';
import { addVerify } from './verify/command.ts';

/** Runs one command line (without the program's name) and gives its exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = describe(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

type Report = (code: number) => void;

function describe(io: Io, report: Report): Command {
  const program = new Command('hitless')
    .description(
      'Rolling updates of Kubernetes Deployments that lose no request: a mutating admission webhook, and the same decision for manifests on disk.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.width ?? 100,
      getErrHelpWidth: () => io.width ?? 100,
    })
    .addHelpText('after', overview);
  addCheck(program, io, report);
  addFix(program, io, report);
  addExplain(program, io, report);
  addAudit(program, io, report);
  addWithdraw(program, io, report);
  addLab(program, io, report);
  addVerify(program, io, report);
  addServers(program, io, report);
  addServe(program, report);
  addDemo(program, io, report);
  return program;
}

const overview = `
Examples:
  hitless check deploy/              what loses requests in the manifests below deploy/
  hitless fix deploy/                the diff that mends it
  hitless fix --write deploy/        the same, written
  helm template . | hitless check -  a rendered chart
  hitless audit                      what loses requests in the cluster of your kubeconfig

Exit codes: 0 all is well, 1 check found something or serve cut calls off, 2 input or usage that cannot be used.`;

function addCheck(program: Command, io: Io, report: Report): void {
  const command = program
    .command('check')
    .description('say what in the manifests would lose requests during a rollout')
    .addArgument(files())
    .addOption(
      new Option('-o, --output <format>', 'how to say it').choices(['text', 'json', 'sarif', 'github']).default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that makes the exit code 1')
        .choices(['error', 'warning', 'note', 'never'])
        .default('warning'),
    )
    .addHelpText('after', checkHelp)
    .action(async (paths: string[], options: CheckOptions) => {
      const { check } = await import('./check/check.ts');
      report(await check(paths, options, io));
    });
  addInputOptions(command);
}

const checkHelp = `
Services, Namespaces and policies among the files count. Severities: an error contradicts itself or loses requests whatever
we do, for a warning an edit is waiting (hitless fix), a note is advice.

Examples:
  hitless check deploy/ --policy policy.yaml
  kustomize build overlays/prod | hitless check -
  hitless check deploy/ --output sarif > hitless.sarif`;

function addFix(program: Command, io: Io, report: Report): void {
  const command = program
    .command('fix')
    .description('write into the manifests what the rules ask for; comments and layout stay. Prints a diff')
    .addArgument(files())
    .addOption(new Option('-w, --write', 'change the files').conflicts('stdout'))
    .addOption(new Option('--stdout', 'print the whole new text of one file'))
    .addHelpText('after', fixHelp)
    .action(async (paths: string[], options: InputOptions & { write?: true; stdout?: true }) => {
      const { fix } = await import('./fix/fix.ts');
      const to = options.write ? 'write' : options.stdout ? 'stdout' : 'diff';
      report(await fix(paths, { ...options, to }, io));
    });
  addInputOptions(command);
}

const fixHelp = `
Exit codes: 0 every edit is made or shown, or there is none, also when something is left to do by hand (hitless check tells
of that); 2 something could not be read, edited or written.

Examples:
  hitless fix deploy/                                the diff of every file
  hitless fix deploy/ | git apply                    the same as --write
  helm template . | hitless fix --stdout - | kubectl apply -f -`;

function addExplain(program: Command, io: Io, report: Report): void {
  const command = program
    .command('explain')
    .description(
      'show the policy of each Deployment, field by field with who set it, and why each rule edits or does not',
    )
    .addArgument(files())
    .addOption(new Option('--name <name>', 'only the Deployments of this name, as web or shop/web'))
    .addOption(new Option('-o, --output <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addHelpText('after', explainHelp)
    .action(async (paths: string[], options: ExplainOptions) => {
      const { explain } = await import('./explain/explain.ts');
      report(await explain(paths, options, io));
    });
  addInputOptions(command);
}

const explainHelp = `
Exit codes: 0 whatever the rules say, 2 something could not be read or has no such name.

Example:
  hitless explain deploy/ --name web`;

function addServe(program: Command, report: Report): void {
  const command = program
    .command('serve')
    .description('run the webhook')
    .addHelpText('after', serveHelp)
    .action(async (flags: Record<string, string | undefined>) => {
      // Before the rest is loaded, which takes a while.
      const signals = catchSignals();
      const { serve } = await import('./serve/serve.ts');
      report(await serve(flags, { signals }));
    });
  for (const { flag, variable, fallback, description } of settingRows) {
    const absent = fallback === undefined ? '' : `; default ${fallback}`;
    command.addOption(new Option(flag, `${description} (${variable}${absent})`));
  }
}

const serveHelp = `
Exit codes after SIGTERM or SIGINT: 0 every call was answered, 1 the drain time cut some off; 2 it cannot start. A second signal
ends it at once, with 128 and the signal's number.`;

function addDemo(program: Command, io: Io, report: Report): void {
  program
    .command('demo')
    .description('show the webhook at work: a throw-away server, real requests, and its answers')
    .action(async () => {
      const { demo } = await import('./demo/demo.ts');
      report(await demo(io));
    });
}

function files(): Argument {
  return new Argument(
    '<file...>',
    'files, folders with all .yaml, .yml and .json files below them, - for standard input',
  );
}

function addInputOptions(command: Command): void {
  const collect = (path: string, before: readonly string[]) => [...before, path];
  command
    .addOption(
      new Option('--policy <file>', 'a file or folder of policies; repeatable').argParser(collect).default([], 'none'),
    )
    .addOption(new Option('-n, --namespace <name>', 'where documents live that name no namespace').default('default'));
}
