// An API server with collections that are too large to be kept: each object is made when it is asked for.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Huge {
  readonly count: number;
  /** As JSON. */
  readonly make: (index: number) => string;
}

/** Lists in pages, and watches in which nothing happens. Collections that are not given are empty. */
export async function hugeApiServer(collections: Readonly<Record<string, Huge>>) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    if (searchParams.get('watch') === 'true') return response.writeHead(200).flushHeaders();
    const objects = collections[pathname] ?? { count: 0, make: String };
    // Whoever stops reading ends the answer.
    return void pipeline(Readable.from(page(objects, searchParams)), response).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function* page({ count, make }: Huge, query: URLSearchParams): Generator<string> {
  const from = Number(query.get('continue') ?? 0);
  const end = Math.min(count, from + Number(query.get('limit') ?? count));
  yield `{"metadata":{"resourceVersion":"1"${end < count ? `,"continue":"${end}"` : ''}},"items":[`;
  for (let index = from; index < end; index += 1) yield `${index > from ? ',' : ''}${make(index)}`;
  yield ']}';
}
