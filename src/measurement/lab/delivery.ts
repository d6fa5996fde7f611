// What became of the requests of one rollout on their way: what clients saw, what the proxy logged, what the application got.

import type { JsonObject } from '../../workload/json.ts';
import { isLost, requestIdOf, type Sample } from '../load/sample.ts';
import type { GatewayRecord } from './gateways/gateway.ts';
import { arrivedIds } from './proxied-losses.ts';

type Counts = Readonly<Record<string, number>>;

export interface Delivery {
  /** Requests of the load, each counted once. */
  readonly asked: number;
  /** Tries of the clients: more than asked where they retry. */
  readonly sent: number;
  /** Requests that were answered only after a retry of the client. */
  readonly hidden: number;
  /** Tries that the application got, whoever made them. */
  readonly arrived: number;
  /** Requests that the application got more than once. */
  readonly repeated: number;
  /** The lost requests by what the client saw: the status of an answer, or the outcome. */
  readonly saw: Counts;
  readonly gateway?: GatewayDelivery;
}

/** By the log of the proxy, of the same requests. */
export interface GatewayDelivery {
  /** Tries of the clients. */
  readonly logged: number;
  /** Its tries to reach the application; absent where it does not log them. */
  readonly tries?: number;
  /** Requests that it answered only after a retry; absent where it does not log its tries. */
  readonly hidden?: number;
  /** The lost requests by what it logged of their last try, such as `502 could not connect`. */
  readonly why: Counts;
}

interface Logs {
  /** Absent without a proxy. */
  readonly records: readonly GatewayRecord[] | undefined;
  /** Of each pod of the application. */
  readonly application: Iterable<readonly JsonObject[]>;
}

/** Undefined where requests carry no ids. */
export function deliveryOf(samples: readonly Sample[], { records, application }: Logs): Delivery | undefined {
  const byId = new Map(samples.flatMap((sample) => pairOf(sample)));
  if (byId.size === 0) return undefined;
  const arrivals = tally([...application].flatMap((lines) => [...arrivedIds(lines)]).filter((id) => byId.has(id)));
  const tries = [...arrivals.values()];
  return {
    asked: byId.size,
    sent: sum([...byId.values()].map(({ retries = 0 }) => 1 + retries)),
    hidden: [...byId.values()].filter((sample) => !isLost(sample) && sample.retries !== undefined).length,
    arrived: sum(tries),
    repeated: tries.filter((count) => count > 1).length,
    saw: Object.fromEntries(tally(samples.filter(isLost).map(sightOf))),
    ...(records !== undefined && { gateway: gatewayDelivery(byId, records) }),
  };
}

function pairOf(sample: Sample): readonly (readonly [string, Sample])[] {
  return sample.request === undefined ? [] : [[requestIdOf(sample.lane, sample.request), sample]];
}

function gatewayDelivery(byId: ReadonlyMap<string, Sample>, records: readonly GatewayRecord[]): GatewayDelivery {
  const own = records.filter(({ requestId }) => byId.has(requestId));
  const last = new Map(own.map((record) => [record.requestId, record]));
  const lost = [...byId].filter(([, sample]) => isLost(sample));
  const counted = own.every(({ attempts }) => attempts !== undefined);
  const retried = own.filter(({ attempts = 1, reason }) => attempts > 1 && reason === undefined);
  return {
    logged: own.length,
    ...(counted && { tries: sum(own.map(({ attempts = 0 }) => attempts)), hidden: retried.length }),
    why: Object.fromEntries(tally(lost.map(([id]) => whyOf(last.get(id))))),
  };
}

/** Such as `502`, or `timeout`. */
function sightOf({ outcome, status }: Sample): string {
  return outcome === 'http-error' && status !== undefined ? `${status}` : outcome;
}

function whyOf(record: GatewayRecord | undefined): string {
  if (record === undefined) return 'not logged';
  const { status, reason } = record;
  return [status === 0 ? 'no answer' : `${status}`, ...(reason === undefined ? [] : [reason])].join(' ');
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
