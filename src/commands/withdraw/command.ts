// The flags and the help of `hitless withdraw`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, type OnExit } from '../options.ts';
import type { WithdrawOptions } from './withdraw.ts';

export function addWithdraw(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('withdraw')
    .description('remove what hitless injected into workloads, before their namespace opts out')
    .argument('[name...]', 'only these workloads of the namespace, such as web or deployment/web')
    .option('-n, --namespace <name>', 'the namespace')
    .option('-A, --all-namespaces', 'every namespace')
    .addOption(
      new Option(
        '--next-rollout',
        'pod templates at their next change, everything else at once (the default)',
      ).conflicts('now'),
    )
    .option('--now', 'everything at once: the pods are replaced')
    .option('-y, --yes', 'with --now: do not ask')
    .addOption(
      new Option('--check', 'only list what holds injections; exit code 1 if anything does').conflicts([
        'nextRollout',
        'now',
        'yes',
        'dryRun',
      ]),
    )
    .option('--dry-run', 'have the API server validate every write, and change nothing')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', withdrawHelp)
    .action(async (names: string[], { now, ...options }: Omit<WithdrawOptions, 'when'> & { now?: true }) => {
      const { withdraw } = await import('./withdraw.ts');
      report(await withdraw(names, { ...options, when: now ? 'now' : 'next-rollout' }, terminal));
    });
  addClusterOptions(command);
}

const withdrawHelp = `
Only fields recorded in the annotation hitless.dev/injected and unchanged since are removed; values that were raised are restored. A
workload that has to wait, or whose namespace enforces, gets the annotation hitless.dev/mode: off. Waiting workloads need the
webhook: keep a label hitless.dev/mode on the namespace until none is waiting. kubectl rollout undo to an earlier revision brings its
injections back, together with their record: withdraw them again.

Exit codes: 0 done, 1 at least one Deployment kept its injections or you declined (with --check: one holds injections), 2 wrong
usage or no cluster.

Examples:
  hitless withdraw -n shop                    without starting a rollout
  hitless withdraw -n shop web api --now      these two, at once
  hitless withdraw -n shop --dry-run          what holds injections, and what would happen
  hitless withdraw -A --check                 may hitless be uninstalled?`;
