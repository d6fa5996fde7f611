// The Services that select the pods of one workload. Users of the namespace decide how many there are, so the search is bounded.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { servicesSharingLabel } from '../cluster-state/service-index.ts';
import type { Namespace, Service } from '../workload/kubernetes.ts';
import type { PodTemplate } from '../workload/workload.ts';

export interface MatchedServices {
  readonly services: readonly Service[];
  /** The reason why not all of them were checked: a sentence. */
  readonly beyond?: string;
}

// One process answers all calls in turn. Pods with twenty labels and ten thousand Services that select all of them stay below,
// and so do pods behind a Service for every port of a node.
const mostPairs = 200_000;
const mostPorts = 20_000;

export function servicesOf(state: ClusterState, { name }: Namespace, template: PodTemplate): MatchedServices {
  const labels = template.metadata?.labels ?? {};
  const services: Service[] = [];
  let [pairs, ports] = [0, 0];
  for (const service of servicesSharingLabel(state.servicesIn(name), labels)) {
    const fitting = fittingPairs(service.selector, labels);
    pairs += Math.abs(fitting);
    if (pairs > mostPairs) return beyond(`the Services of namespace ${name} ask for more than ${mostPairs} labels`);
    if (fitting <= 0) continue;
    services.push(service);
    ports += 1 + service.ports.length;
    if (ports > mostPorts) return beyond(`the Services that select these pods have more than ${mostPorts} ports`);
  }
  return { services };
}

/** The number of leading pairs of `selector` that are in `labels`; negative when a later pair is not. */
function fittingPairs(selector: Service['selector'], labels: Readonly<Record<string, string>>): number {
  let fitting = 0;
  for (const key in selector) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return -fitting;
    fitting += 1;
  }
  return fitting;
}

function beyond(what: string): MatchedServices {
  return { services: [], beyond: `${what}, the most that hitless checks` };
}
