// The flags and the help of `hitless audit`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, failOn, type OnExit } from '../options.ts';
import type { AuditOptions } from './audit.ts';

export function addAudit(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('audit')
    .description('find what in the Deployments of a cluster would lose requests during a rollout')
    .option('-n, --namespace <name>', 'only this namespace, opted in or not')
    .option('-A, --all-namespaces', 'every namespace that is opted in (the default)')
    .option('--all', 'also the namespaces that are not opted in')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(failOn())
    .addHelpText('after', auditHelp)
    .action(async (options: AuditOptions) => {
      const { audit } = await import('./audit.ts');
      report(await audit(options, terminal));
    });
  addClusterOptions(command);
}

const auditHelp = `
The cluster is the one of KUBECONFIG, else of ~/.kube/config. Required permissions: list Deployments, Services, policies,
Namespaces and Nodes; with --namespace, those in the namespace are enough. With permission to list MutatingWebhookConfigurations,
audit sees what the webhook is really called for; without it, the labels of the namespaces count. Injections in namespaces for which
the webhook is no longer called are listed at the end and count as a warning.

Exit codes: 0 no finding at or above --fail-on, 1 there is one, 2 something could not be read, wrong usage or no cluster.

Examples:
  hitless audit                        every namespace with the label hitless.dev/mode
  hitless audit -n shop --fail-on error
  hitless audit --all --output json`;
