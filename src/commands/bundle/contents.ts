// What a bundle holds and what it does not, in words: the same in its README, in --dry-run and in the help.

import { bounds } from './bounds.ts';

export interface Content {
  readonly what: string;
  /** `list pods in the namespace of the release` */
  readonly permission: string;
}

const there = 'in the namespace of the release';

export const contents: readonly Content[] = [
  { what: 'versions of this program and of the API server', permission: 'get /version' },
  {
    what: 'the MutatingWebhookConfigurations of hitless, of their caBundles only fingerprints and expiry',
    permission: 'list mutatingwebhookconfigurations.admissionregistration.k8s.io',
  },
  {
    what: 'names and hitless.dev/ settings of the Namespaces with the label hitless.dev/mode',
    permission: 'list namespaces',
  },
  {
    what: 'ClusterRolloutPolicies and the RolloutPolicies of all namespaces',
    permission: 'list clusterrolloutpolicies.hitless.dev and rolloutpolicies.hitless.dev',
  },
  {
    what: 'the Deployment of hitless: its arguments and the names of its variables',
    permission: `list deployments.apps ${there}`,
  },
  {
    what: 'settings of hitless in ConfigMaps that its variables are taken from',
    permission: `get configmaps ${there}`,
  },
  {
    what: 'its Service and how many addresses get calls',
    permission: `get services and list endpointslices.discovery.k8s.io ${there}`,
  },
  { what: 'the status of its pods', permission: `list pods ${there}` },
  { what: 'its PodDisruptionBudget', permission: `get poddisruptionbudgets.policy ${there}` },
  { what: 'events of its objects, without their messages', permission: `list events ${there}` },
  {
    what: 'the metrics of each pod, and from them the expiry of the certificate',
    permission: `get pods/proxy ${there}`,
  },
  { what: 'the last log lines of each pod, and of its run before a restart', permission: `get pods/log ${there}` },
];

/** Sentences about what is not in it. */
export const never: readonly string[] = [
  'No Secret is read or listed.',
  'No workload, Service or pod of your applications is in it: Deployments and events beside those of hitless come with the same lists, and are left out. Their namespaces and names are there where the log, the metrics or a policy has them.',
  'Log lines keep only fields that hold names, numbers and words of hitless. User names, IP addresses, values of fields, sentences that quote one of these and the messages of errors are replaced by [redacted]. Of lines that are not of hitless only the number is there (leftOut), and so it is with unknown fields (otherFields).',
  'Of metrics only the series of hitless and of its process are there.',
  'Of policies and of the webhook configuration the selectors only say how many labels they have, except for hitless.dev/mode and names of namespaces. Paths of probes, reasons and messages are replaced.',
  'Of arguments only flags of hitless with a valid value are there. File names elsewhere than in /var/run/hitless, addresses and names of clients are replaced. Of variables only the names are there, and of images not the registry.',
];

export function limitSentences(logLines: number): readonly string[] {
  return [
    `At most ${bounds.releases} releases, with metrics and logs of ${bounds.pods} pods each, those that are not ready first, and of ${bounds.containers} containers of each pod.`,
    `The last ${logLines} log lines of a container, of at most ${mebibytes(bounds.logBytes)}; ${mebibytes(bounds.metricsBytes)} of metrics.`,
    `${bounds.events} events, ${bounds.policies} policies of each kind and ${bounds.namespaces} Namespaces.`,
  ];
}

function mebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`;
}
