// The settings of a run of the lab.

import type { JsonObject } from '../../workload/json.ts';
import { type Traffic, type TrafficLoad, trafficKinds } from '../traffic.ts';
import { type PodSettings, servicePorts } from './objects.ts';
import type { LabRow } from './result.ts';

export interface LabSettings {
  readonly pods: PodSettings;
  readonly rows: readonly LabRow[];
  /** Of each row. */
  readonly rollouts: number;
  /** Measurements at one time. */
  readonly parallel: number;
  /** Requests a second of each kind of traffic: new connections, kept connections, WebSocket, gRPC. */
  readonly rate: number;
  readonly lanes: readonly Traffic[];
  readonly retries: number;
  readonly timeoutMs: number;
  /** The most that pods may take to start. */
  readonly startWithinMs: number;
  /** Absent: what the policy says by default. */
  readonly sleepSeconds: number | undefined;
  /** Whether the webhook that is installed writes the fixes of the row `all`. */
  readonly webhook: boolean;
  /** An address outside of the cluster that leads to the Service `test-app`; the load then comes from this process. */
  readonly target: string | undefined;
  /** The objects that lead from `target` to the Service; created in the namespace first. */
  readonly route: readonly JsonObject[];
  /** The image of the pod that records the rules of the node; absent: they are not recorded. */
  readonly dataPlaneImage?: string;
}

const kinds: Readonly<Record<Traffic, string>> = {
  'get-new': 'new',
  'post-new': 'new',
  'get-kept': 'kept',
  'post-kept': 'kept',
  websocket: 'websocket',
  'grpc-unary': 'grpc',
  'grpc-stream': 'grpc',
};

/** What an ingress or a gateway of HTTP can carry. */
export const httpTraffic: readonly Traffic[] = trafficKinds.filter((lane) => kinds[lane] !== 'grpc');

/** Single requests: what is measured through the proxies of the lab. */
export const requestTraffic: readonly Traffic[] = trafficKinds.filter((lane) => ['new', 'kept'].includes(kinds[lane]));

/** The traffic of one measurement; kinds of one protocol share its rate. */
export function trafficTo(host: string, { lanes: wanted, rate }: Pick<LabSettings, 'lanes' | 'rate'>): TrafficLoad[] {
  const urls: Readonly<Record<string, string>> = {
    new: `http://${host}:${servicePorts.http}/`,
    kept: `http://${host}:${servicePorts.http}/`,
    websocket: `ws://${host}:${servicePorts.http}/ws`,
    grpc: `grpc://${host}:${servicePorts.grpc}/`,
  };
  return split(wanted, rate, (lane) => urls[kinds[lane]] ?? '');
}

/** Through an ingress or a gateway; `wanted` of httpLanes. */
export function trafficThrough(
  target: string,
  { lanes: wanted, rate }: Pick<LabSettings, 'lanes' | 'rate'>,
): TrafficLoad[] {
  const url = new URL(target);
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.pathname = `${url.pathname.replace(/\/$/, '')}/ws`;
  return split(wanted, rate, (lane) => (lane === 'websocket' ? socket : url).href);
}

function split(wanted: readonly Traffic[], rate: number, urlOf: (lane: Traffic) => string): TrafficLoad[] {
  const chosen = trafficKinds.filter((lane) => wanted.includes(lane));
  return chosen.map((lane) => {
    const sharing = chosen.filter((other) => kinds[other] === kinds[lane]).length;
    return { lane, url: urlOf(lane), rate: rate / sharing };
  });
}
