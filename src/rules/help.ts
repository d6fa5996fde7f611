// What each rule is about, in a sentence or two, for outputs that explain themselves.

import type { RuleId } from './finding.ts';

/** A rule, or `manifest` for mistakes that the API server would drop or refuse. */
export type Topic = RuleId | 'manifest';

export interface Help {
  readonly title: string;
  readonly text: string;
}

export const ruleHelp: Readonly<Record<Topic, Help>> = {
  'readiness-probe': {
    title: 'A new pod gets traffic before it can answer',
    text: 'Without a readinessProbe a container counts as ready as soon as it runs. Add one that succeeds only when the container can serve.',
  },
  'pre-stop-sleep': {
    title: 'An old pod is stopped while traffic is still sent to it',
    text: 'Proxies and load balancers learn of a terminating pod later than the pod itself. A preStop sleep keeps it serving until they have.',
  },
  'termination-grace-period': {
    title: 'A pod is killed before it finished its requests',
    text: 'terminationGracePeriodSeconds must hold the preStop sleep and the time that the last requests take.',
  },
  'rolling-update': {
    title: 'Old pods go before new ones are ready',
    text: 'maxUnavailable 0 with a maxSurge of at least 1 starts the new pod first.',
  },
  'min-ready-seconds': {
    title: 'Old pods go before the network knows the new ones',
    text: 'minReadySeconds gives cloud load balancers time to learn of a new pod before the next old one is removed.',
  },
  application: {
    title: 'Only the application, or its author, can close this gap',
    text: 'Something about the workload loses requests in a rollout and cannot be patched: see the message.',
  },
  manifest: {
    title: 'The API server would drop or refuse this',
    text: 'A field at the wrong depth, a misspelt key, a value of the wrong type, a name that is not allowed.',
  },
};
