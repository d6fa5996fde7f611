// An API server that stores objects: lists, single ones, merge patches that may name a version, and a status of its own.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from '../../src/cluster/client/api.ts';
import { refuse } from './fake-api-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

interface Written {
  readonly method: string;
  readonly path: string;
  readonly body: Any;
}

/** Objects by path. Namespaced collections can be listed for all namespaces. */
export async function storedObjects() {
  let version = 0;
  const objects = new Map<string, Any>();
  const written: Written[] = [];
  const asked: string[] = [];
  const refused = new Map<string, { readonly code: number; readonly message: string | undefined }>();
  const collectionOf = (path: string) => path.replace(/\/[^/]+$/, '');
  const everywhere = (path: string) => path.replace(/\/namespaces\/[^/]+/, '');
  const put = (path: string, object: Any) => {
    version += 1;
    const before = objects.get(path);
    const sameSpec = JSON.stringify(before?.spec) === JSON.stringify(object.spec);
    const generation = (before?.metadata.generation ?? 0) + (sameSpec && before ? 0 : 1);
    const uid = before?.metadata.uid ?? `uid-${version}`;
    const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
    const metadata = { name: path.split('/').at(-1), namespace, uid, ...object.metadata, generation };
    objects.set(path, { ...object, metadata: { ...metadata, resourceVersion: `${version}` } });
  };
  const patch = (path: string, body: Any): number => {
    const target = path.replace(/\/status$/, '');
    const found = objects.get(target);
    if (found === undefined) return 404;
    const wanted = body.metadata?.resourceVersion;
    if (wanted !== undefined && wanted !== found.metadata.resourceVersion) return 409;
    const { resourceVersion, ...metadata } = body.metadata ?? {};
    // by the path of a status nothing else is written, and elsewhere no status
    if (target !== path) put(target, { ...found, status: merged(found.status, body.status) });
    else put(target, { ...found, metadata: { ...found.metadata, ...metadata }, spec: merged(found.spec, body.spec) });
    return 200;
  };
  const answer = (request: IncomingMessage, response: ServerResponse, text: string) => {
    const { pathname: path } = new URL(request.url ?? '', 'http://fake');
    const { method = 'GET' } = request;
    asked.push(`${method} ${path}`);
    const refusal = refused.get(`${method} ${path}`);
    if (refusal !== undefined) return refuse(response, refusal.code, refusal.message ?? `${path} is refused`);
    if (method !== 'GET') {
      const body = JSON.parse(text);
      written.push({ method, path, body });
      const target = method === 'POST' ? `${path}/${body.metadata.name}` : path.replace(/\/status$/, '');
      if (method === 'POST' && objects.has(target)) return refuse(response, 409, 'it exists');
      if (method === 'POST') put(target, body);
      const done = method === 'POST' ? 200 : patch(path, body);
      if (done !== 200) return refuse(response, done, `code ${done}`);
      return response.end(JSON.stringify(objects.get(target)));
    }
    const one = objects.get(path);
    if (one !== undefined) return response.end(JSON.stringify(one));
    const items = [...objects].filter(([key]) => {
      const collection = collectionOf(key);
      return collection === path || everywhere(collection) === path;
    });
    if (items.length === 0 && /\/[a-z]+s\/[^/]+$/.test(path) && !/namespaces\/[^/]+\/[a-z]+$/.test(path))
      return refuse(response, 404, 'not found');
    return response.end(
      JSON.stringify({ metadata: { resourceVersion: `${version}` }, items: items.map(([, object]) => object) }),
    );
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.once('end', () => answer(request, response, text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  return {
    api: createApi({ server: url, origin: 'test', options: async () => ({ agent: false }) }),
    written,
    /** `GET /api/v1/namespaces`. */
    asked,
    put,
    get: (path: string) => objects.get(path),
    remove: (path: string) => void objects.delete(path),
    /** `PATCH /apis/...`; without a code no longer. */
    refuse: (what: string, code?: number, message?: string) =>
      code === undefined ? refused.delete(what) : refused.set(what, { code, message }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type StoredObjects = Awaited<ReturnType<typeof storedObjects>>;

function merged(before: Any = {}, patch: Any = {}): Any {
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null));
}
