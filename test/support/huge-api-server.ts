// An API server with collections that are too large to be kept: each object is made when it is asked for.

import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Huge {
  readonly count: number;
  /** As JSON. */
  readonly make: (index: number) => string;
}

/** What has been asked for so far, by path. */
export interface Asked {
  /** Lists that were read to their last page. */
  readonly lists: number;
  readonly watches: number;
}

/** Lists in pages, and watches in which nothing happens until they expire. Collections that are not given are empty. With a pair over TLS. */
export async function hugeApiServer(
  collections: Readonly<Record<string, Huge>>,
  pair?: { readonly cert: string; readonly key: string },
) {
  const watches = new Map<ServerResponse, string>();
  const asked = new Map<string, { lists: number; watches: number }>();
  const askedOf = (path: string) => {
    const counts = asked.get(path) ?? { lists: 0, watches: 0 };
    asked.set(path, counts);
    return counts;
  };
  const answer: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    if (searchParams.get('watch') === 'true') {
      askedOf(pathname).watches += 1;
      watches.set(response, pathname);
      response.once('close', () => watches.delete(response));
      return response.writeHead(200).flushHeaders();
    }
    const objects = collections[pathname] ?? { count: 0, make: String };
    if (endOf(objects, searchParams) === objects.count) askedOf(pathname).lists += 1;
    // Whoever stops reading ends the answer.
    return void pipeline(Readable.from(page(objects, searchParams)), response).catch(() => undefined);
  };
  const server = pair === undefined ? createServer(answer) : createTlsServer(pair, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${pair === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (path: string): Asked => askedOf(path),
    /** Every open watch ends as one does whose place is no longer known: its client has to list anew. */
    expire: () => {
      const object = { kind: 'Status', code: 410, message: 'too old resource version' };
      for (const response of watches.keys()) response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function endOf({ count }: Huge, query: URLSearchParams): number {
  return Math.min(count, Number(query.get('continue') ?? 0) + Number(query.get('limit') ?? count));
}

function* page(objects: Huge, query: URLSearchParams): Generator<string> {
  const { count, make } = objects;
  const from = Number(query.get('continue') ?? 0);
  const end = endOf(objects, query);
  yield `{"metadata":{"resourceVersion":"1"${end < count ? `,"continue":"${end}"` : ''}},"items":[`;
  for (let index = from; index < end; index += 1) yield `${index > from ? ',' : ''}${make(index)}`;
  yield ']}';
}
