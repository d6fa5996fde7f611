// The flags and the help of `hitless audit`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, failOn, type OnExit } from '../options.ts';
import type { AuditOptions } from './audit.ts';

export function addAudit(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('audit')
    .description('say what in the Deployments that a cluster runs would lose requests during a rollout')
    .option('-n, --namespace <name>', 'this namespace only, opted in or not')
    .option('-A, --all-namespaces', 'every namespace that is opted in (the default)')
    .option('--all', 'the namespaces that are not opted in as well')
    .addOption(new Option('-o, --output <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addOption(failOn())
    .addHelpText('after', auditHelp)
    .action(async (options: AuditOptions) => {
      const { audit } = await import('./audit.ts');
      report(await audit(options, terminal));
    });
  addClusterOptions(command);
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
