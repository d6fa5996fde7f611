// The load generator as a server, so that a pod can run it and a process outside the cluster can control it.
//
//   POST /start    LoadSettings as JSON → 200 {nowMs}; 400 {mistakes}; 409 while one is running. Drops earlier samples.
//   POST /stop     answers when every request has its outcome → 200 {samples, dropped}; also when nothing runs
//   GET  /samples  those whose outcome is known so far, as PackedSamples
//   GET  /samples?take=N   those since the last take, with {taken: N}, and drops them: for a load that runs longer than they can be
//                  kept. N counts from 1; the N of the last take gives the same again, any other is a 409
//   GET  /clock    {nowMs}: the clock of the samples
//   GET  /healthz  {running, samples, dropped}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { nowMs } from '../../timing.ts';
import { type Load, startLoad } from './load.ts';
import { createRecorder, type PackedSamples, type Recorder } from './recorder.ts';
import { readLoadSettings } from './settings.ts';

export interface AgentOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** How many samples are kept; later ones are only counted. */
  readonly mostSamples?: number;
}

export interface Agent {
  readonly port: number;
  /** Since the last instruction or question; a probe is none. */
  readonly quietMs: () => number;
  /** Stops the load, answers open requests, and closes. */
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Route = (request: IncomingMessage) => Answer | Promise<Answer>;

/** Rejects when it cannot listen. */
export async function startAgent({ port, host, mostSamples }: AgentOptions): Promise<Agent> {
  const control = createControl(mostSamples);
  let askedMs = nowMs();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/healthz')) askedMs = nowMs();
    // A client that gave up in the middle of its request needs no answer.
    void answer(request, response, control.routes).catch(() => response.destroy());
  });
  const bound = await listen(server, port, host);
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await control.stop();
    server.closeIdleConnections();
    await closed;
    // A load whose settings were still arriving.
    await control.stop();
  };
  return { port: bound, quietMs: () => nowMs() - askedMs, close };
}

function listen(server: Server, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** What the last take gave: its answer may get lost on the way. */
interface Handed {
  readonly taken: number;
  readonly packed: PackedSamples;
}

function createControl(mostSamples?: number) {
  let recorder: Recorder = createRecorder(mostSamples);
  let load: Load | undefined;
  let handed: Handed = { taken: 0, packed: recorder.pack() };
  const counts = () => ({ samples: recorder.size(), dropped: recorder.dropped() });
  const start = async (request: IncomingMessage): Promise<Answer> => {
    const body = await bodyOf(request);
    if (body === undefined) return bad(['the body must be JSON of at most 1 MiB']);
    const read = readLoadSettings(body.value);
    if ('mistakes' in read) return bad(read.mistakes);
    if (load !== undefined) return { status: 409, body: { error: 'a load is running, stop it first' } };
    recorder = createRecorder(mostSamples);
    handed = { taken: 0, packed: recorder.pack() };
    load = startLoad(read.settings, (sample) => recorder.record(sample));
    return { status: 200, body: { nowMs: nowMs() } };
  };
  const stop = async () => {
    const stopping = load;
    await stopping?.stop();
    if (load === stopping) load = undefined;
  };
  const take = (wanted: number): Answer => {
    if (wanted === handed.taken + 1) {
      handed = { taken: wanted, packed: recorder.pack() };
      recorder = createRecorder(mostSamples);
    }
    if (wanted === handed.taken) return { status: 200, body: { ...handed.packed, taken: wanted } };
    return { status: 409, body: { error: `take ${wanted} does not follow ${handed.taken}` } };
  };
  const samples = ({ url = '' }: IncomingMessage): Answer => {
    const wanted = /[?&]take=(\d+)/.exec(url)?.[1];
    return wanted === undefined ? { status: 200, body: recorder.pack() } : take(Number(wanted));
  };
  const routes: Readonly<Record<string, Route>> = {
    'POST /start': start,
    'POST /stop': async () => {
      await stop();
      return { status: 200, body: counts() };
    },
    'GET /samples': samples,
    'GET /clock': () => ({ status: 200, body: { nowMs: nowMs() } }),
    'GET /healthz': () => ({ status: 200, body: { running: load !== undefined, ...counts() } }),
  };
  return { routes, stop };
}

function bad(mistakes: readonly string[]): Answer {
  return { status: 400, body: { mistakes } };
}

const most = 1 << 20;

/** Undefined when it is not JSON, or too long. */
async function bodyOf(request: IncomingMessage): Promise<{ readonly value: unknown } | undefined> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    // Keeps reading, or the response would not arrive.
    if (text.length <= most) text += chunk;
  }
  if (text.length > most) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: Readonly<Record<string, Route>>) {
  const path = (request.url ?? '/').replace(/\?.*/, '');
  const route = routes[`${request.method} ${path}`];
  const { status, body } = (await route?.(request)) ?? { status: 404, body: { error: `no ${request.method} ${path}` } };
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
