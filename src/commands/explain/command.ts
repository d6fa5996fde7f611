// The flags and the help of `hitless explain`.

import { Argument, type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, addInputOptions, givenOptions, type OnExit } from '../options.ts';
import type { ExplainOptions } from './explain.ts';

export function addExplain(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('explain')
    .description(
      'show the policy of each Deployment, field by field with its source, which policies apply and why others do not, and what each rule does',
    )
    .addArgument(
      new Argument(
        '<target...>',
        'files, folders, or - for standard input; or deployment/NAME, statefulset/NAME and so on: that workload in the cluster',
      ),
    )
    .addOption(
      new Option('--name <name>', 'of the workloads in files, only those with this name, such as web or shop/web'),
    )
    .option('--all', 'also the built-in defaults, and every policy that does not match')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', explainHelp)
    .action(async (words: string[], options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      report(await explain(words, { ...options, given: givenOptions(command) }, terminal));
    });
  addInputOptions(command);
  addClusterOptions(command);
}

const explainHelp = `
deployment/web, deploy/web and deployment web name a workload of the cluster, in the namespace of -n or of the kubeconfig, unless a
file or folder here has that name; with --context or --kubeconfig always. Required permissions: get the workloads, list Services and policies in the namespace;
also read, where it is permitted: what hitless audit reads.

Exit codes: 0 whatever the rules find, 2 something could not be read, or nothing has the given name.

Examples:
  hitless explain deploy/ --name web
  hitless explain deployment/web -n shop`;
