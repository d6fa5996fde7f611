// The flags and the help of `hitless withdraw`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, type OnExit } from '../options.ts';
import type { WithdrawOptions } from './withdraw.ts';

export function addWithdraw(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('withdraw')
    .description('take what hitless injected out of Deployments, before their namespace opts out')
    .argument('[name...]', 'only these Deployments of the namespace')
    .option('-n, --namespace <name>', 'the namespace')
    .option('-A, --all-namespaces', 'every namespace')
    .addOption(
      new Option('--next-rollout', 'pod templates at their next change, all else at once (the default)').conflicts(
        'now',
      ),
    )
    .option('--now', 'everything at once: the pods are replaced')
    .option('-y, --yes', 'with --now: do not ask')
    .option('--dry-run', 'the API server judges every write, and nothing is changed')
    .addOption(new Option('-o, --output <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addHelpText('after', withdrawHelp)
    .action(async (names: string[], { now, ...options }: Omit<WithdrawOptions, 'when'> & { now?: true }) => {
      const { withdraw } = await import('./withdraw.ts');
      report(await withdraw(names, { ...options, when: now ? 'now' : 'next-rollout' }, terminal));
    });
  addClusterOptions(command);
}

const withdrawHelp = `
Ours is what the annotation hitless.dev/injected records and nobody changed since; a value of the author's that was raised comes
back. A Deployment that has to wait, or whose namespace enforces, gets the annotation hitless.dev/mode: off. What waits needs the
webhook: keep a label hitless.dev/mode on the namespace until nothing waits any more. kubectl rollout undo to a revision from
before brings its injections back, with their record: withdraw again.

Exit codes: 0 done, 1 a Deployment keeps its injections or you said no, 2 usage or no cluster.

Examples:
  hitless withdraw -n shop                    without a rollout of its own
  hitless withdraw -n shop web api --now      these two, at once
  hitless withdraw -n shop --dry-run          what holds injections, and what would happen`;
