// The command line's second half: the commands that talk to a cluster through the kubeconfig.

import { type Command, Option } from 'commander';
import type { Io } from '../../terminal/terminal.ts';
import type { WithdrawOptions } from '../withdraw/withdraw.ts';
import type { AuditOptions } from './audit.ts';

type Report = (code: number) => void;

export function addAudit(program: Command, io: Io, report: Report): void {
  const command = program
    .command('audit')
    .description('say what in the Deployments that a cluster runs would lose requests during a rollout')
    .option('-n, --namespace <name>', 'this namespace only, opted in or not')
    .option('-A, --all-namespaces', 'every namespace that is opted in (the default)')
    .option('--all', 'the namespaces that are not opted in as well')
    .addOption(new Option('-o, --output <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that makes the exit code 1')
        .choices(['error', 'warning', 'note', 'never'])
        .default('warning'),
    )
    .addHelpText('after', auditHelp)
    .action(async (options: AuditOptions) => {
      const { audit } = await import('./audit.ts');
      report(await audit(options, io));
    });
  addClusterOptions(command);
}

export function addClusterOptions(command: Command): void {
  command
    .option('--context <name>', 'a context of the kubeconfig, instead of the current one')
    .option('--kubeconfig <file>', 'the kubeconfig, instead of KUBECONFIG or ~/.kube/config');
}

const auditHelp = `
The cluster is the one of KUBECONFIG, else of ~/.kube/config. Needed rights: list Deployments, Services, policies, Namespaces
and Nodes; with --namespace those of the namespace are enough. The right to list MutatingWebhookConfigurations shows what the
webhook is really called for; without it the labels of the namespaces count. Injections in namespaces that nobody is called for
any more are listed at the end, and count as a warning.

Examples:
  hitless audit                        every namespace with the label hitless.dev/mode
  hitless audit -n shop --fail-on error
  hitless audit --all --output json`;

export function addWithdraw(program: Command, io: Io, report: Report): void {
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
      const { withdraw } = await import('../withdraw/withdraw.ts');
      report(await withdraw(names, { ...options, when: now ? 'now' : 'next-rollout' }, io));
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
