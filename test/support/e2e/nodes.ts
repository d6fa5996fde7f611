// The nodes of the cluster, and what is free on them.

import { parseQuantity } from '../../../src/workload/quantity.ts';
import { kubectl, must } from './kubectl.ts';

interface Node {
  readonly metadata: { readonly name: string };
  readonly status: { readonly allocatable: { readonly cpu: string } };
}

interface Scheduled {
  readonly spec: {
    readonly containers: readonly { readonly resources?: { readonly requests?: { readonly cpu?: string } } }[];
  };
}

export async function nodes(): Promise<readonly Node[]> {
  return JSON.parse(await must(kubectl(['get', 'nodes', '-o', 'json']))).items;
}

/** What no pod has asked for; init containers ask for less, as a rule. */
export async function freeMillicores({ metadata, status }: Node): Promise<number> {
  const selector = `--field-selector=spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  const pods: readonly Scheduled[] = JSON.parse(
    await must(kubectl(['get', 'pods', '-A', selector, '-o', 'json'])),
  ).items;
  const asked = pods.flatMap(({ spec }) =>
    spec.containers.map(({ resources }) => millicores(resources?.requests?.cpu)),
  );
  return millicores(status.allocatable.cpu) - asked.reduce((sum, one) => sum + one, 0);
}

function millicores(cpu = '0'): number {
  return Number((parseQuantity(cpu) ?? 0n) / 1_000_000n);
}
