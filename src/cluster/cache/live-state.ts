// The stores of all kinds as one live ClusterState: no event costs more than the objects of its own namespace.

import { getHeapStatistics } from 'node:v8';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import { oldest } from '../../cluster-state/compose.ts';
import { policiesOf } from '../../policy/policies.ts';
import { policyKinds } from '../../policy/validation/validate.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { boundsOf, type Cached, type CachedKind, isNeighbour, kinds } from './kinds.ts';
import { watchOptIns } from './opt-ins.ts';
import { readCached } from './read-cached.ts';
import { createStore, type Store } from './store.ts';
import { createThrottle } from './throttle.ts';
import type { Sink } from './watch-events.ts';

export interface LiveState {
  readonly state: ClusterState;
  readonly sinks: Readonly<Record<CachedKind, Sink>>;
  /** Objects in use, by kind; without the kinds that are optional and not known. */
  readonly counts: () => Readonly<Partial<Record<CachedKind, number>>>;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  readonly namespaces: () => readonly Namespace[];
  /** True of a RolloutPolicy that is not used because its namespace has too many, or too large ones. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
  /** How many namespaces ask for hitless in a way that opts them into nothing. */
  readonly mistakenOptIns: () => number;
  /** Makes the policies that came last effective now. */
  readonly flush: () => void;
}

/** Called once for each object that cannot be used, such as `Service shop/web`, and without trouble when it is over. */
export type OnUnusable = (id: string, trouble: Trouble | undefined) => void;

type Stores = { readonly [K in CachedKind]: Store<Cached[K]> };

/** ClusterRolloutPolicies that change in a burst take effect together, this long after the burst began. */
export interface Listeners {
  /** Called when a policy has changed, or can no longer be used; not when only its status has. */
  readonly policiesChanged?: (() => void) | undefined;
  /** Called once for each mistake in how a namespace asks for hitless. */
  readonly optInMistaken?: (namespace: string, mistake: string) => void;
}

const compileEveryMs = 300;

export function createLiveState(
  mistaken: OnUnusable,
  bounds: Readonly<Record<CachedKind, Bounds>> = boundsOf(getHeapStatistics().heap_size_limit),
  { policiesChanged = () => undefined, optInMistaken = () => undefined }: Listeners = {},
): LiveState {
  const optIns = watchOptIns(optInMistaken);
  const read = <K extends CachedKind>(kind: K, object: JsonObject) => {
    const found = readCached(kind, object);
    if (kind === 'Namespace' && 'value' in found) optIns.look(found.value as Namespace);
    return found;
  };
  const storeOf = <K extends CachedKind>(kind: K): Store<Cached[K]> =>
    createStore({
      bounds: bounds[kind],
      read: (object) => read(kind, object),
      changed: () => changed[kind]?.(),
      mistaken: (key, trouble) => {
        mistaken(`${kind} ${key}`, trouble);
        if (policyKinds.some((policy) => policy === kind)) policiesChanged();
      },
    });
  const compiled = () =>
    policiesOf({
      cluster: live.ClusterRolloutPolicy.all(),
      inNamespace: live.RolloutPolicy.inNamespace,
      all: () => [...live.ClusterRolloutPolicy.all(), ...live.RolloutPolicy.all()],
    });
  const compile = createThrottle(() => {
    policies = compiled();
  }, compileEveryMs);
  const age = createThrottle(() => {
    oldestNode = oldest(live.Node.all());
  }, compileEveryMs);
  const changed: Partial<Record<CachedKind, () => void>> = {
    ClusterRolloutPolicy: () => {
      compile.ask();
      policiesChanged();
    },
    RolloutPolicy: policiesChanged,
    Node: age.ask,
  };
  const live = Object.fromEntries(kinds.map((kind) => [kind, storeOf(kind)])) as unknown as Stores;
  let [policies, oldestNode] = [compiled(), oldest([])];
  const flush = () => {
    compile.flush();
    age.flush();
  };
  return {
    state: {
      namespace: (name) => live.Namespace.find('', name),
      servicesIn: live.Service.inNamespace,
      objectsIn: (kind, namespace) => live[kind].inNamespace(namespace),
      knows: (kind, namespace) => live[kind].knows(namespace),
      get policies() {
        return policies;
      },
      get oldestNode() {
        return oldestNode;
      },
    },
    sinks: live,
    counts: () => {
      const counted = kinds.filter((kind) => !isNeighbour(kind) || live[kind].isListed());
      return Object.fromEntries(counted.map((kind) => [kind, live[kind].size()]));
    },
    namespaces: () => live.Namespace.all(),
    leavesOut: live.RolloutPolicy.leavesOut,
    mistakes: () => kinds.reduce((sum, kind) => sum + live[kind].mistakes(), 0),
    mistakenOptIns: () => optIns.mistaken((name) => live.Namespace.find('', name) !== undefined),
    flush,
  };
}
