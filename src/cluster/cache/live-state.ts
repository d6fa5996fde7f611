// The stores of all kinds as one live ClusterState: no event costs more than the objects of its own namespace.

import { getHeapStatistics } from 'node:v8';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import { oldest } from '../../cluster-state/compose.ts';
import { policiesOf } from '../../policy/policies.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { boundsOf, type Cached, type CachedKind, kinds, readCached } from './kinds.ts';
import { createStore, type Store } from './store.ts';
import { createThrottle } from './throttle.ts';
import type { Sink } from './watch-events.ts';

export interface LiveState {
  readonly state: ClusterState;
  readonly sinks: Readonly<Record<CachedKind, Sink>>;
  /** Objects in use, by kind. */
  readonly counts: () => Record<CachedKind, number>;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  /** Makes the policies that came last effective now. */
  readonly flush: () => void;
}

/** Called once for each object that cannot be used, such as `Service shop/web`, and without trouble when it is over. */
export type OnUnusable = (id: string, trouble: Trouble | undefined) => void;

/** ClusterRolloutPolicies that change in a burst take effect together, this long after the burst began. */
const compileEveryMs = 300;

export function createLiveState(
  mistaken: OnUnusable,
  bounds: Readonly<Record<CachedKind, Bounds>> = boundsOf(getHeapStatistics().heap_size_limit),
): LiveState {
  const storeOf = <K extends CachedKind>(kind: K, changed: () => void = () => undefined): Store<Cached[K]> =>
    createStore({
      bounds: bounds[kind],
      read: (object) => readCached(kind, object),
      changed,
      mistaken: (key, trouble) => mistaken(`${kind} ${key}`, trouble),
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
  const live: { readonly [K in CachedKind]: Store<Cached[K]> } = {
    Namespace: storeOf('Namespace'),
    Service: storeOf('Service'),
    ClusterRolloutPolicy: storeOf('ClusterRolloutPolicy', compile.ask),
    RolloutPolicy: storeOf('RolloutPolicy'),
    Node: storeOf('Node', age.ask),
  };
  let [policies, oldestNode] = [compiled(), oldest([])];
  const flush = () => {
    compile.flush();
    age.flush();
  };
  const count = (of: (kind: CachedKind) => number) => Object.fromEntries(kinds.map((kind) => [kind, of(kind)]));
  return {
    state: {
      namespace: (name) => live.Namespace.find('', name),
      servicesIn: live.Service.inNamespace,
      get policies() {
        return policies;
      },
      get oldestNode() {
        return oldestNode;
      },
    },
    sinks: live,
    counts: () => count((kind) => live[kind].size()) as Record<CachedKind, number>,
    mistakes: () => kinds.reduce((sum, kind) => sum + live[kind].mistakes(), 0),
    flush,
  };
}
