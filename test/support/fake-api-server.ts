// An API server played by a few lines: lists in pages, watches with history and bookmarks, and every way to be in trouble.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timings } from '../../src/cluster/cache/reflector.ts';
import { type Api, createApi } from '../../src/cluster/client/api.ts';

export interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly labelSelector: string;
  readonly watch: boolean;
  readonly version: string;
  /** Of a page after the first. */
  readonly next: string;
  readonly at: number;
}

/** Of watches of it: pauses so short that a test need not wait for them. */
export const quickTimings: Timings = {
  firstMs: 10,
  mostMs: 100,
  absentMs: 50,
  optionalMs: 50,
  // A machine that stands still for a moment is no silence.
  silenceMs: 60_000,
  watchSeconds: 300,
  goodMs: 50,
  relistMs: 200,
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Event {
  readonly path: string;
  readonly version: number;
  readonly type: string;
  readonly object: object;
}

/** Collections exist from the first object in them, or `serve`. */
export async function fakeApiServer() {
  let version = 1;
  let oldest = 0;
  let continued = 0;
  const collections = new Map<string, Map<string, FakeObject>>();
  const history: Event[] = [];
  const watches = new Map<ServerResponse, string>();
  const seen: Seen[] = [];
  const overrides: { readonly path: string; readonly watch: boolean; readonly answer: Answer }[] = [];
  const sockets = new Set<Socket>();
  const forbidden = new Map<string, 'all' | 'watch'>();
  // The pages of a list are all of the moment of its first one; the rest of one that has expired is as it is now.
  const pages = new Map<string, { readonly at: number; readonly all: readonly FakeObject[] }>();
  const latest = -1;

  const send = (response: ServerResponse, event: unknown) => {
    if (!response.writableEnded) response.write(`${JSON.stringify(event)}\n`);
  };
  const happen = (path: string, type: string, object: FakeObject) => {
    version += 1;
    const told = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    history.push({ path, version, type, object: told });
    for (const [response, watched] of watches) if (watched === path) send(response, { type, object: told });
    return told;
  };
  const keyOf = ({ metadata }: FakeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

  const list = (path: string, query: URLSearchParams, response: ServerResponse) => {
    const [from = 0, of = latest] = query.get('continue')?.split('@').map(Number) ?? [];
    if (of !== latest && of < oldest) return expire(response, `${from}@${latest}`);
    const { at, all } = pages.get(`${path}@${of}`) ?? {
      at: version,
      all: [...(collections.get(path)?.values() ?? [])],
    };
    const end = from + Number(query.get('limit') ?? all.length);
    const next = end < all.length ? { continue: `${end}@${at}` } : {};
    if (end < all.length) {
      continued += 1;
      pages.set(`${path}@${at}`, { at, all });
    }
    response.end(JSON.stringify({ metadata: { resourceVersion: String(at), ...next }, items: all.slice(from, end) }));
  };
  const watch = (path: string, query: URLSearchParams, response: ServerResponse) => {
    const since = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (since < oldest) {
      send(response, { type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old resource version' } });
      return response.end();
    }
    for (const event of history)
      if (event.path === path && event.version > since) send(response, { type: event.type, object: event.object });
    watches.set(response, path);
    response.once('close', () => watches.delete(response));
    return undefined;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    const watching = url.searchParams.get('watch') === 'true';
    seen.push({
      method: request.method ?? '',
      path: url.pathname,
      labelSelector: url.searchParams.get('labelSelector') ?? '',
      watch: watching,
      version: url.searchParams.get('resourceVersion') ?? '',
      next: url.searchParams.get('continue') ?? '',
      at: performance.now(),
    });
    const index = overrides.findIndex(({ path, watch }) => path === url.pathname && watch === watching);
    const override = index < 0 ? undefined : overrides.splice(index, 1)[0];
    if (override !== undefined) return override.answer(request, response);
    const rule = forbidden.get(url.pathname);
    if (rule === 'all' || (rule === 'watch' && watching))
      return refuse(response, 403, `${url.pathname} is forbidden: cannot ${watching ? 'watch' : 'list'}`);
    if (collections.has(url.pathname))
      return watching
        ? watch(url.pathname, url.searchParams, response)
        : list(url.pathname, url.searchParams, response);
    const [, path = '', name = ''] = /^(.*)\/([^/]+)$/.exec(url.pathname) ?? [];
    const object = collections.get(path)?.get(`/${name}`);
    if (object === undefined) return refuse(response, 404, 'the server could not find the requested resource');
    response.end(JSON.stringify(object));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  /** Another process may have been given the port meanwhile. */
  const listenAgain = async () => {
    for (const end = performance.now() + 30_000; ; await sleep(100)) {
      try {
        return await listen(port);
      } catch (error) {
        if (performance.now() > end) throw error;
      }
    }
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const api: Api = createApi({ server: new URL(url), origin: 'test', options: async () => ({ agent: false }) });

  return {
    url,
    api,
    seen,
    openWatches: (path: string) => [...watches.values()].filter((one) => one === path).length,
    pagesAfterTheFirst: () => continued,
    serve: (...paths: readonly string[]) => {
      for (const path of paths) collections.set(path, collections.get(path) ?? new Map());
    },
    unserve: (path: string) => {
      collections.delete(path);
      for (const [response, watched] of watches) if (watched === path) response.end();
    },
    /** The lists and watches of this path are answered with 403, the watches alone, or none of them. An open watch goes on. */
    forbid: (path: string, what: 'all' | 'watch' | 'nothing' = 'all') => {
      if (what === 'nothing') forbidden.delete(path);
      else forbidden.set(path, what);
    },
    put: (path: string, object: FakeObject) => {
      const objects = collections.get(path) ?? new Map<string, FakeObject>();
      collections.set(path, objects);
      objects.set(keyOf(object), happen(path, objects.has(keyOf(object)) ? 'MODIFIED' : 'ADDED', object));
    },
    remove: (path: string, object: FakeObject) => {
      if (collections.get(path)?.delete(keyOf(object))) happen(path, 'DELETED', object);
    },
    /** Exists, but no watch tells of it: as in the moment before the event arrives. */
    hide: (path: string, object: FakeObject) => {
      collections.get(path)?.set(keyOf(object), object);
    },
    bookmark: (path: string) => {
      version += 1;
      const object = { metadata: { resourceVersion: String(version) } };
      for (const [response, watched] of watches) if (watched === path) send(response, { type: 'BOOKMARK', object });
    },
    /** Forgets what happened so far: who asks for more gets a 410. */
    compact: () => {
      oldest = version;
      history.length = 0;
    },
    /** Writes into the open watches as it is. */
    say: (path: string, text: string) => {
      for (const [response, watched] of watches) if (watched === path && !response.writableEnded) response.write(text);
    },
    endWatches: () => {
      for (const response of watches.keys()) response.end();
    },
    /** All connections end without a word. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    /** Answers the next list (or watch) of this path. */
    next: (path: string, answer: Answer, { watch = false } = {}) => void overrides.push({ path, watch, answer }),
    /** Nobody listens any more; `start` is the same address again. */
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    start: listenAgain,
  };
}

export type FakeApiServer = Awaited<ReturnType<typeof fakeApiServer>>;

export function refuse(response: ServerResponse, code: number, message: string, headers: Record<string, string> = {}) {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', status: 'Failure', message, code }));
}

/** The pages of a list have expired; with `next` the rest of it can be had as it is now. */
export function expire(response: ServerResponse, next: string) {
  response.writeHead(410, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', metadata: { continue: next }, message: 'expired', code: 410 }));
}
