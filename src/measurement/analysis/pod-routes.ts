// Where the rules of a node sent new connections: for each pod of a rollout from when to when, and when its last one arrived.

import type { TestAppLog } from './test-app-log.ts';

export type DataPlaneMode = 'nftables' | 'iptables';

/** From then on, the rules of the node send new connections for one port of a Service to these addresses of pods. */
export interface RuleChange {
  /** Milliseconds since 1970 by the node's clock. */
  readonly atMs: number;
  readonly service: string;
  /** Its name. */
  readonly port: string;
  readonly addresses: readonly string[];
}

/** Milliseconds since 1970 on the load's clock; absent: it did not happen, or is not known. */
export interface PodRoute {
  readonly pod: string;
  /** When the rules of any port of the Service began to lead to it. */
  readonly fromMs?: number;
  /** When the rules of no port led to it any more. */
  readonly toMs?: number;
  /** When it accepted its last new connection. */
  readonly lastArrivalMs?: number;
}

export interface RecordedRules {
  /** Of one Service, in the order of atMs. */
  readonly changes: readonly RuleChange[];
  /** By pod. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** Pods that had the same address one after the other are left out: the rules do not tell them apart. */
export function podRoutes({ changes, addresses }: RecordedRules, logs: readonly TestAppLog[]): readonly PodRoute[] {
  const holders = Map.groupBy(addresses, ([, address]) => address);
  const connections = new Map(logs.map(({ pod, connectionsMs }) => [pod, connectionsMs]));
  return [...addresses].flatMap(([pod, address]): readonly PodRoute[] => {
    if ((holders.get(address)?.length ?? 0) > 1) return [];
    const lastArrivalMs = connections.get(pod)?.at(-1);
    return [{ pod, ...spanOf(address, changes), ...(lastArrivalMs !== undefined && { lastArrivalMs }) }];
  });
}

/** From the first rule to the end of the last one. */
function spanOf(address: string, changes: readonly RuleChange[]): Pick<PodRoute, 'fromMs' | 'toMs'> {
  const ports = new Set<string>();
  const span: { fromMs?: number; toMs?: number } = {};
  for (const { atMs, port, addresses } of changes) {
    const isReached = ports.size > 0;
    if (addresses.includes(address)) ports.add(port);
    else ports.delete(port);
    if (ports.size > 0) {
      span.fromMs ??= atMs;
      delete span.toMs;
    } else if (isReached) span.toMs = atMs;
  }
  return span;
}
