// The flags and the help of `hitless audit`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addClusterOptions, addDetailOptions, failOn, type OnExit, outputs } from '../options.ts';
import type { AuditOptions } from './options.ts';

export function addAudit(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('audit')
    .description('find what in the workloads of a cluster would lose requests during a rollout')
    .option('-n, --namespace <name>', 'only this namespace, opted in or not')
    .option('-A, --all-namespaces', 'every namespace, opted in or not; the default is every namespace that is opted in')
    .addOption(outputs())
    .addOption(failOn())
    .addHelpText('after', auditHelp)
    .action(async (options: AuditOptions) => {
      const { audit } = await import('./audit.ts');
      report(await audit(options, terminal));
    });
  // Its meaning has moved to the name that kubectl has for it.
  command.addOption(new Option('--all').hideHelp()).on('option:all', () => {
    command.error("error: unknown option '--all': write -A or --all-namespaces for every namespace, opted in or not");
  });
  addDetailOptions(command);
  addClusterOptions(command);
}

const auditHelp = `
The cluster is the one of KUBECONFIG, else of ~/.kube/config. Required permissions: list Deployments, Services, policies,
Namespaces and Nodes; with --namespace, those in the namespace are enough. Also read, where it is permitted and they exist: workloads
of the other kinds that hitless judges, such as StatefulSets;
HorizontalPodAutoscalers, PersistentVolumeClaims, ResourceQuotas, LimitRanges, PodDisruptionBudgets, Ingresses, IngressClasses,
HTTPRoutes, Gateways, TargetGroupBindings and Argo Rollouts; what a missing one leaves unknown is said in a sentence. Pods,
ReplicaSets, Jobs and CronJobs that nothing owns, and workloads of operators, are only counted. With permission to list
MutatingWebhookConfigurations, audit sees what the webhook is really called for; without it, the labels of the namespaces count.
Injections in namespaces for which the webhook is no longer called are listed at the end and count as a warning.

Exit codes: 0 no finding at or above --fail-on, 1 there is one, 2 something could not be read, wrong usage or no cluster.

Examples:
  hitless audit                        every namespace with the label hitless.dev/mode
  hitless audit -n shop --fail-on error
  hitless audit -A --summary           every namespace, opted in or not, in numbers`;
