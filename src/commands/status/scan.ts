// Workloads with a stuck rollout, and those that hold injections where nothing would take them back. Listed once, a page at a time.

import { injectionsIn } from '../../admission/withdrawal.ts';
import type { Api } from '../../cluster/client/api.ts';
import { ifAllowed, type Known, known } from '../../cluster/known.ts';
import type { ModeFor } from '../../cluster/webhook-configuration.ts';
import { allWorkloads } from '../../cluster/workloads.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import { type StuckRollout, stuckRollout } from '../../lint/stuck.ts';
import { modeName } from '../../names.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindOf, patchableKinds } from '../../workload/kinds/kinds.ts';
import type { Namespace } from '../../workload/kubernetes.ts';

export interface Scan {
  readonly stuck: readonly (StuckRollout & { readonly object: ObjectReference })[];
  /** They hold injections, and the webhook is not called for them. */
  readonly leftovers: readonly ObjectReference[];
  readonly leftoversIn: 'labelled' | 'all';
  /** How many workloads were looked at. */
  readonly workloads: number;
  /** The resources that may not be listed: `statefulsets`. */
  readonly unread: readonly string[];
  /** In how many namespaces; absent: all. */
  readonly namespaces?: number;
}

export interface ScanPlace {
  readonly api: Api;
  readonly allNamespaces: boolean;
  readonly namespaces: Known<readonly Namespace[]>;
  readonly modeFor: ModeFor;
}

// With more namespaces than this, one list of the whole cluster is the smaller number of requests.
const mostLists = 50;
const atOnce = 4;

/** In the namespaces with a label, or in all of them. @throws ApiError */
export async function scanWorkloads(place: ScanPlace): Promise<Known<Scan>> {
  const { api, allNamespaces, namespaces } = place;
  if (allNamespaces)
    return ifAllowed(`list ${workloadResources()} in all namespaces`, () => collect(place, [undefined]));
  if (namespaces.kind === 'unknown') return namespaces;
  const names = labelledNames(namespaces.value);
  if (names.length === 0)
    return known({ stuck: [], leftovers: [], leftoversIn: 'labelled', workloads: 0, unread: [], namespaces: 0 });
  const [lists, where] = names.length > mostLists ? [[undefined], 'all namespaces'] : [names, 'labelled namespaces'];
  const wanted = new Set(names);
  const found = await ifAllowed(`list ${workloadResources()} in ${where}`, () =>
    collect({ ...place, api, isWanted: (name) => wanted.has(name) }, lists),
  );
  return found.kind === 'unknown' ? found : known({ ...found.value, namespaces: names.length });
}

/** As a role names them: `deployments, statefulsets`. */
export function workloadResources(): string {
  return patchableKinds()
    .map(({ resource }) => resource)
    .join(', ');
}

/** Whatever the value of the label. */
export function labelledNames(namespaces: readonly Namespace[]): readonly string[] {
  return namespaces.filter(({ labels }) => Object.hasOwn(labels, modeName)).map(({ name }) => name);
}

interface Collecting extends ScanPlace {
  readonly isWanted?: (namespace: string) => boolean;
}

async function collect(place: Collecting, lists: readonly (string | undefined)[]): Promise<Scan> {
  const stuck: Scan['stuck'][number][] = [];
  const leftovers: ObjectReference[] = [];
  const unread = new Set<string>();
  let workloads = 0;
  const isCalled = callsIn(place);
  const leftoversIn = lists.includes(undefined) ? 'all' : 'labelled';
  const left = [...lists];
  const work = async () => {
    while (left.length > 0)
      for await (const workload of allWorkloads(place.api, {
        namespace: left.shift(),
        kinds: patchableKinds(),
        onUnread: ({ kind }) => unread.add(kind.resource),
      })) {
        const { namespace = '', name = '' } = workload.metadata;
        const object = { kind: workload.kind, namespace, name };
        if (!isCalled(namespace, kindOf(workload)) && injectionsIn(workload) !== undefined) leftovers.push(object);
        if (place.isWanted?.(namespace) === false) continue;
        workloads += 1;
        const found = stuckRollout(workload);
        if (found !== undefined) stuck.push({ object, ...found });
      }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work));
  return { stuck, leftovers, leftoversIn, workloads, unread: [...unread] };
}

/** Where namespaces may not be read, what is called is not known, and there are no leftovers to tell. */
function callsIn({ namespaces, modeFor }: ScanPlace): (namespace: string, kind: WorkloadKind) => boolean {
  if (namespaces.kind === 'unknown') return () => true;
  const byName = new Map(namespaces.value.map((one) => [one.name, one]));
  return (name, kind) => {
    const namespace = byName.get(name);
    return namespace !== undefined && modeFor(namespace, kind) !== 'never';
  };
}
