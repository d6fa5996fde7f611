// The flags and the help of `hitless audit`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { ConfigurationFlags } from '../configured.ts';
import {
  addClusterOptions,
  addConfigurationOptions,
  addDetailOptions,
  failOn,
  givenOptions,
  type OnExit,
  outputs,
  policyFiles,
  whole,
} from '../options.ts';
import type { AuditOptions } from './options.ts';

export function addAudit(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('audit')
    .description('find what in the workloads of a cluster would lose requests during a rollout')
    .option('-n, --namespace <name>', 'only this namespace, opted in or not')
    .option(
      '-A, --all-namespaces',
      'every namespace, opted in or not; the default is every namespace that is opted in',
    );
  addTrialOptions(command);
  addContextsOptions(command);
  command
    .addOption(outputs())
    .addOption(failOn())
    .addHelpText('after', auditHelp)
    .action(async (flags: AuditOptions & ConfigurationFlags) => {
      const { configured } = await import('../configured.ts');
      // The policies of the configuration are for manifests: a cluster has its own.
      const options = configured(flags, { given: givenOptions(command), takes: ['failOn'], terminal });
      if (options === undefined) return report(2);
      const { audit } = await import('./audit.ts');
      report(await audit(options, terminal));
    });
  // Its meaning has moved to the name that kubectl has for it.
  command.addOption(new Option('--all').hideHelp()).on('option:all', () => {
    command.error("error: unknown option '--all': write -A or --all-namespaces for every namespace, opted in or not");
  });
  addConfigurationOptions(command);
  addDetailOptions(command);
  addClusterOptions(command);
}

function addTrialOptions(command: Command): void {
  command
    .addOption(
      policyFiles(
        'try a file or folder of policies: they count beside those of the cluster, and in place of the ones of the same name; repeatable',
      ),
    )
    .option('--only-policy-files', 'with --policy: the policies of the cluster do not count');
}

function addContextsOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--contexts <pattern>',
        "all clusters whose contexts in the kubeconfig match, such as 'prod-*', in one result",
      ).conflicts(['context', 'cluster', 'server']),
    )
    .addOption(
      new Option(
        '--parallel <n>',
        'with --contexts: how many clusters are read at the same time (default: 4)',
      ).argParser(whole(1, 32)),
    );
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

With --policy, the findings are those with these policies, and the end says which workloads would get other edits than today, and which.
Nothing is written to the cluster.

With --contexts, a cluster that cannot be audited is named with the reason, and the others are audited all the same.

Exit codes: 0 no finding at or above --fail-on, 1 there is one, 2 something could not be read, one of several clusters included, wrong
usage or no cluster.

Examples:
  hitless audit                        every namespace with the label hitless.dev/mode
  hitless audit -n shop --fail-on error
  hitless audit -A --summary           every namespace, opted in or not, in numbers
  hitless audit --policy policy.yaml   what this policy would change
  hitless audit --contexts 'prod-*'    every cluster whose context begins with prod-`;
