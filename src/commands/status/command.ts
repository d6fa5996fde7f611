// The flags and the help of `hitless status`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, failOn, listParser, type OnExit } from '../options.ts';
import { checkIds } from './check-ids.ts';
import type { StatusOptions } from './status.ts';

export function addStatus(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('status')
    .description('check whether hitless works in a cluster, and say what to do where it does not')
    .option('-A, --all-namespaces', 'look for stuck rollouts in every namespace, not only in labelled ones')
    .option('--release-namespace <name>', 'the namespace of the release, if the webhook configuration cannot say it')
    .addOption(
      new Option('--skip <checks>', `checks to leave out, separated by commas: ${checkIds.join(', ')}`)
        .argParser(listParser(checkIds))
        .default([], 'none'),
    )
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(failOn())
    .addHelpText('after', statusHelp)
    .action(async (options: StatusOptions) => {
      const { status } = await import('./status.ts');
      report(await status(options, terminal));
    });
  addClusterOptions(command);
}

const statusHelp = `
Nothing is changed. Required permission: list MutatingWebhookConfigurations. Also read, where it is permitted: Namespaces, Deployments
and policies; Services, EndpointSlices, pods, the Secret of the certificate and pods/proxy in the namespace of the release; /metrics of
the API server. What may not be read is unknown, named with the permission, and never counts as healthy; it does not change the exit code.

The calls are those that one API server has counted since it started. Of calls without an answer, more than 1 in 100 is a warning.

Exit codes: 0 nothing at or above --fail-on, 1 something needs attention, 2 the webhook configuration or something else could not be
read, wrong usage or no cluster.

Examples:
  hitless status
  hitless status --all-namespaces --output json
  hitless status --skip calls,rollouts --fail-on error     for monitoring: only what is wrong with hitless itself`;
