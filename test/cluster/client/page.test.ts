// Pages of a list by size: whatever lies on them, no page is longer than it may be.

import { afterEach, expect, test } from 'vitest';
import { TooLong } from '../../../src/cluster/client/answer.ts';
import { type Api, createApi } from '../../../src/cluster/client/api.ts';
import { mostPageBytes } from '../../../src/cluster/client/page.ts';
import { pagesOf } from '../../../src/cluster/client/pages.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';

const path = '/api/v1/services';
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** Objects of these sizes in bytes, in this order. */
async function given(sizes: readonly number[]): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  sizes.forEach((size, index) => {
    server.put(path, { metadata: { name: `s${String(index).padStart(5, '0')}` }, text: 'x'.repeat(size) });
  });
  return server;
}

interface Page {
  readonly limit: number;
  /** Of the answer that was read; undefined when it was cut off. */
  bytes?: number;
}

/** The API with a note of each page that was asked for. */
function noting(api: Api, pages: Page[]): Api {
  const json: Api['json'] = (call) => {
    const page: Page = { limit: Number(call.query?.limit) };
    pages.push(page);
    const received = (bytes: number) => {
      page.bytes = bytes;
      call.received?.(bytes);
    };
    return api.json({ ...call, received });
  };
  return { ...api, json };
}

async function read(server: FakeApiServer, pageSize = 500) {
  const pages: Page[] = [];
  const names: unknown[] = [];
  for await (const items of pagesOf(noting(server.api, pages), { path, pageSize }))
    names.push(...items.map(({ metadata }) => (metadata as JsonObject).name));
  return { pages, names };
}

const small = (count: number) => Array.from({ length: count }, () => 100);
const large = (count: number) => Array.from({ length: count }, () => 1_100_000);

test('small objects soon come in full pages', async () => {
  const { pages, names } = await read(await given(small(2_000)));
  expect(names).toHaveLength(2_000);
  expect(pages.map(({ limit }) => limit)).toEqual([100, 200, 400, 500, 500, 500]);
});

test('large objects behind small ones come a few at a time, and no page that was read was longer than it may be', async () => {
  const server = await given([...small(800), ...large(20), ...small(300), ...large(3)]);
  const { pages, names } = await read(server);
  expect(names).toEqual(names.toSorted());
  expect(names).toHaveLength(1_123);
  for (const { limit, bytes = 0 } of pages) expect(limit === 1 || bytes <= mostPageBytes).toBe(true);
  expect(pages.filter(({ bytes }) => bytes === undefined).length).toBeLessThan(10);
});

test('an object that is longer than a page comes alone', async () => {
  const { pages, names } = await read(await given([...small(3), 9_000_000, ...small(3)]));
  expect(names).toHaveLength(7);
  expect(pages.find(({ bytes = 0 }) => bytes > 9_000_000)).toMatchObject({ limit: 1 });
});

test('an answer that is longer than asked for is not read to its end', async () => {
  const server = await given(large(1));
  await expect(server.api.json({ path, mostBytes: 1_000_000 })).rejects.toThrow(TooLong);
});

test('nor is an answer that never ends', async () => {
  const server = await given([]);
  let sent = 0;
  server.next(path, (_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += 1;
      sent += 1;
    };
    response.on('drain', more).writeHead(200);
    more();
  });
  const api = createApi({ server: new URL(server.url), origin: 'test', options: async () => ({ agent: false }) });
  await expect(api.json({ path })).rejects.toThrow('longer than 33554432 bytes');
  expect(sent).toBeLessThan(60);
});
