// An open-model load: each kind of traffic sends a request every 1/rate seconds, whatever the answers do.

import { nowMs } from '../../timing.ts';
import type { LoadSettings, Traffic, TrafficLoad } from '../traffic.ts';
import { type Attempt, type Client, isSafeToRetry } from './client.ts';
import { grpcUnaryClient } from './grpc.ts';
import { grpcStreamClient } from './grpc-stream.ts';
import { httpClient } from './http.ts';
import { requestIdOf, type Sample } from './sample.ts';
import { keepTime } from './schedule.ts';
import { webSocketClient } from './websocket.ts';

export interface Load {
  /** Stops sending, waits for the outcomes of requests in progress (at most timeoutMs), and closes every connection. */
  readonly stop: () => Promise<void>;
}

/** `tell` is called once per request, when its outcome is known; it must not throw. Settings: as readLoadSettings accepts them. */
export function startLoad(settings: LoadSettings, tell: (sample: Sample) => void): Load {
  const clients = settings.lanes.map((load) => ({ load, client: clientOf(load, settings) }));
  const underWay = new Set<Promise<void>>();
  const numbers = requestNumbers(settings);
  const send = ({ load: { lane }, client }: (typeof clients)[number], dueMs: number) => {
    const request = carryOut({ lane, client, dueMs, settings, ...numbers.next(lane) }).then(tell);
    underWay.add(request);
    void request.finally(() => underWay.delete(request));
  };
  const schedule = keepTime(clients.map((one) => ({ rate: one.load.rate, send: (dueMs: number) => send(one, dueMs) })));
  const finish = async () => {
    schedule.stop();
    // Each of them ends by its own timeout.
    await Promise.all(underWay);
    await Promise.all(clients.map(({ client }) => client.close()));
  };
  let stopped: Promise<void> | undefined;
  return {
    stop: () => {
      stopped ??= finish();
      return stopped;
    },
  };
}

const clientsByLane: Readonly<Record<Traffic, (load: TrafficLoad, settings: LoadSettings) => Client>> = {
  'get-new': httpClient,
  'post-new': httpClient,
  'get-kept': httpClient,
  'post-kept': httpClient,
  websocket: webSocketClient,
  'grpc-unary': grpcUnaryClient,
  'grpc-stream': grpcStreamClient,
};

function clientOf(load: TrafficLoad, settings: LoadSettings): Client {
  return clientsByLane[load.lane](load, settings);
}

interface Request {
  readonly lane: Traffic;
  readonly client: Client;
  readonly dueMs: number;
  readonly settings: LoadSettings;
  /** Where requests carry ids. */
  readonly request?: number;
}

function requestNumbers({ requestIds }: LoadSettings) {
  const last = new Map<Traffic, number>();
  return {
    next: (lane: Traffic) => {
      if (!requestIds) return {};
      const request = (last.get(lane) ?? 0) + 1;
      last.set(lane, request);
      return { request };
    },
  };
}

/** All attempts together have timeoutMs. */
async function carryOut({ lane, client, dueMs, settings, request }: Request): Promise<Sample> {
  const sentMs = nowMs();
  const remainingMs = () => sentMs + settings.timeoutMs - nowMs();
  const id = request === undefined ? undefined : requestIdOf(lane, request);
  let attempt = await client.send(settings.timeoutMs, id);
  let retries = 0;
  while (retries < settings.retries && isSafeToRetry(lane, attempt) && remainingMs() > 1) {
    retries += 1;
    attempt = await client.send(remainingMs(), id);
  }
  const when = { lane, dueMs, sentMs, endMs: nowMs(), ...(request !== undefined && { request }) };
  return sampleOf(when, attempt, retries);
}

function sampleOf(
  when: Pick<Sample, 'lane' | 'dueMs' | 'sentMs' | 'endMs' | 'request'>,
  attempt: Attempt,
  retries: number,
): Sample {
  return { ...when, ...attempt, ...(retries > 0 && { retries }) };
}
