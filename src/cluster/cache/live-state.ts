// The shelves of all kinds as one World that is alive: no event costs more than the objects of its own namespace.

import { getHeapStatistics } from 'node:v8';
import type { World } from '../../cluster-state/cluster-state.ts';
import { oldest } from '../../cluster-state/compose.ts';
import { policiesOf } from '../../policy/policies.ts';
import type { Bounds, Trouble } from './bounded-objects.ts';
import { boundsOf, type Kept, type Kind, kinds, read } from './kinds.ts';
import { createShelf, type Shelf } from './store.ts';
import { createThrottle } from './throttle.ts';
import type { Sink } from './watch-events.ts';

export interface Shelves {
  readonly world: World;
  readonly sinks: Readonly<Record<Kind, Sink>>;
  /** Objects in use, by kind. */
  readonly counts: () => Record<Kind, number>;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
  /** Makes the policies that came last effective now. */
  readonly flush: () => void;
}

/** Told once of each object that cannot be used, as `Service shop/web`, and without trouble when it is over. */
export type Mistaken = (id: string, trouble: Trouble | undefined) => void;

/** ClusterRolloutPolicies that change in a burst take effect together, this long after the burst began. */
const compileEveryMs = 300;

export function createShelves(
  mistaken: Mistaken,
  bounds: Readonly<Record<Kind, Bounds>> = boundsOf(getHeapStatistics().heap_size_limit),
): Shelves {
  const shelfOf = <K extends Kind>(kind: K, changed: () => void = () => undefined): Shelf<Kept[K]> =>
    createShelf({
      bounds: bounds[kind],
      read: (object) => read(kind, object),
      changed,
      mistaken: (key, trouble) => mistaken(`${kind} ${key}`, trouble),
    });
  const compiled = () =>
    policiesOf({
      cluster: shelves.ClusterRolloutPolicy.all(),
      inNamespace: shelves.RolloutPolicy.inNamespace,
      all: () => [...shelves.ClusterRolloutPolicy.all(), ...shelves.RolloutPolicy.all()],
    });
  const compile = createThrottle(() => {
    policies = compiled();
  }, compileEveryMs);
  const age = createThrottle(() => {
    oldestNode = oldest(shelves.Node.all());
  }, compileEveryMs);
  const shelves: { readonly [K in Kind]: Shelf<Kept[K]> } = {
    Namespace: shelfOf('Namespace'),
    Service: shelfOf('Service'),
    ClusterRolloutPolicy: shelfOf('ClusterRolloutPolicy', compile.ask),
    RolloutPolicy: shelfOf('RolloutPolicy'),
    Node: shelfOf('Node', age.ask),
  };
  let [policies, oldestNode] = [compiled(), oldest([])];
  const flush = () => {
    compile.flush();
    age.flush();
  };
  const count = (of: (kind: Kind) => number) => Object.fromEntries(kinds.map((kind) => [kind, of(kind)]));
  return {
    world: {
      namespace: (name) => shelves.Namespace.find('', name),
      servicesIn: shelves.Service.inNamespace,
      get policies() {
        return policies;
      },
      get oldestNode() {
        return oldestNode;
      },
    },
    sinks: shelves,
    counts: () => count((kind) => shelves[kind].size()) as Record<Kind, number>,
    mistakes: () => kinds.reduce((sum, kind) => sum + shelves[kind].mistakes(), 0),
    flush,
  };
}
