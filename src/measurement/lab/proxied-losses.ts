// What the logs of the proxy and of the application say of each lost request, for its cause.

import type { JsonObject } from '../../workload/json.ts';
import type { ProxiedLoss } from '../analysis/measurement.ts';
import { isLost, requestIdOf, type Sample } from '../load/sample.ts';
import type { GatewayRecord } from './gateways/gateway.ts';

/** By the ids of the requests. `logs`: of each pod of the application. */
export function proxiedLosses(
  samples: readonly Sample[],
  records: readonly GatewayRecord[],
  logs: ReadonlyMap<string, readonly JsonObject[]>,
): Readonly<Record<string, ProxiedLoss>> {
  const pods = new Map([...logs].flatMap(([pod, lines]) => [...arrivedIds(lines)].map((id) => [id, pod] as const)));
  const last = new Map(records.map((record) => [record.requestId, record]));
  const lost = samples
    .filter(isLost)
    .flatMap(({ lane, request }) => (request === undefined ? [] : [requestIdOf(lane, request)]));
  return Object.fromEntries(
    lost.map((id) => {
      const [pod, reason] = [pods.get(id), last.get(id)?.reason];
      return [id, { ...(pod !== undefined && { pod }), ...(reason !== undefined && { reason }) }];
    }),
  );
}

/** Of the requests that a pod logged. */
export function* arrivedIds(lines: readonly JsonObject[]): Generator<string, void, undefined> {
  for (const { requests } of lines)
    if (Array.isArray(requests)) for (const id of requests) if (typeof id === 'string') yield id;
}
