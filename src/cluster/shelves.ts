// The shelves of all kinds as one World that is alive: no event costs more than its own object.

import { compilePolicies } from '../policy/select.ts';
import type { Service } from '../workload/deployment.ts';
import { oldest } from '../world/compose.ts';
import type { World } from '../world/world.ts';
import type { Sink } from './events.ts';
import { type Kept, type Kind, kinds, read } from './kinds.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { createThrottle } from './throttle.ts';

export interface Shelves {
  readonly world: World;
  readonly sinks: Readonly<Record<Kind, Sink>>;
  /** Objects in use, by kind. */
  readonly counts: () => Record<Kind, number>;
  /** How many objects cannot be read now. */
  readonly mistakes: () => number;
  /** Makes the policies that came last effective now. */
  readonly flush: () => void;
}

/** Told once of each object that cannot be read, as `Service shop/web`, and without a sentence when it is mended. */
export type Mistaken = (id: string, mistake: string | undefined) => void;

/** Policies that change in a burst take effect together, this long after the burst began. */
const compileEveryMs = 300;

export function createShelves(mistaken: Mistaken): Shelves {
  const shelfOf = <K extends Kind>(kind: K, changed: (before?: Kept[K], after?: Kept[K]) => void): Shelf<Kept[K]> =>
    createShelf({
      read: (object) => read(kind, object),
      changed,
      mistaken: (key, mistake) => mistaken(`${kind} ${key}`, mistake),
    });
  const services = createServicesByNamespace();
  let [policies, oldestNode] = [compilePolicies([]), oldest([])];
  const compile = createThrottle(() => {
    policies = compilePolicies([
      ...shelves.ClusterRolloutPolicy.values.values(),
      ...shelves.RolloutPolicy.values.values(),
    ]);
  }, compileEveryMs);
  const age = createThrottle(() => {
    oldestNode = oldest([...shelves.Node.values.values()]);
  }, compileEveryMs);
  const shelves: { readonly [K in Kind]: Shelf<Kept[K]> } = {
    Namespace: shelfOf('Namespace', () => undefined),
    Service: shelfOf('Service', services.changed),
    ClusterRolloutPolicy: shelfOf('ClusterRolloutPolicy', compile.ask),
    RolloutPolicy: shelfOf('RolloutPolicy', compile.ask),
    Node: shelfOf('Node', age.ask),
  };
  const flush = () => {
    compile.flush();
    age.flush();
  };
  const count = (of: (kind: Kind) => number) => Object.fromEntries(kinds.map((kind) => [kind, of(kind)]));
  return {
    world: {
      namespace: (name) => shelves.Namespace.values.get(name),
      servicesIn: services.in,
      get policies() {
        return policies;
      },
      get oldestNode() {
        return oldestNode;
      },
    },
    sinks: shelves,
    counts: () => count((kind) => shelves[kind].values.size) as Record<Kind, number>,
    mistakes: () => kinds.reduce((sum, kind) => sum + shelves[kind].mistakes.size, 0),
    flush,
  };
}

const none: readonly Service[] = [];

/** A list that was handed out never changes. */
function createServicesByNamespace() {
  const lists = new Map<string, readonly Service[]>();
  const changed = (before?: Service, after?: Service) => {
    const namespace = (after ?? before)?.namespace ?? '';
    const others = (lists.get(namespace) ?? none).filter((one) => one !== before);
    const list = after === undefined ? others : [...others, after];
    if (list.length === 0) lists.delete(namespace);
    else lists.set(namespace, list);
  };
  return { changed, in: (namespace: string) => lists.get(namespace) ?? none };
}
