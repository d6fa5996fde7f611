// A list in pages that is read more slowly than the API server forgets.

import { afterEach, expect, test } from 'vitest';
import { consistentPagesOf, pagesOf } from '../../../src/cluster/client/pages.ts';
import { workloadsIn } from '../../../src/cluster/workloads.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';
import { expire, type FakeApiServer, fakeApiServer, refuse } from '../../support/fake-api-server.ts';

const path = '/apis/apps/v1/deployments';
const names = ['a', 'b', 'c', 'd', 'e'];
const nameOf = ({ metadata }: JsonObject) => String((metadata as JsonObject).name);

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function given(): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  for (const name of names) server.put(path, { metadata: { name, namespace: 'shop' } });
  return server;
}

/** The names on each page; `between` the pages something happens. */
async function read(server: FakeApiServer, between: (page: number) => void): Promise<string[][]> {
  const found: string[][] = [];
  for await (const items of pagesOf(server.api, { path, pageSize: 2 })) {
    found.push(items.map(nameOf));
    between(found.length);
  }
  return found;
}

test('pages that expire between any two of them are read to the end, and no object comes twice', async () => {
  const server = await given();
  const found = await read(server, (page) => {
    server.put(path, { metadata: { name: `z${page}`, namespace: 'shop' } });
    server.compact();
  });
  expect(found.slice(0, 2)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(found.flat()).toEqual(expect.arrayContaining(names));
  expect(new Set(found.flat()).size).toBe(found.flat().length);
});

test('a page that has expired again when it is asked for by its new name ends the list with the reason', async () => {
  const server = await given();
  const reading = read(server, () => {
    for (let time = 0; time < 2; time += 1) server.next(path, (_request, response) => expire(response, '2@1'));
  });
  await expect(reading).rejects.toThrow('410: expired');
  expect(server.seen).toHaveLength(3);
});

test('a list whose pages must be of one moment is not gone on with', async () => {
  const server = await given();
  const reading = (async () => {
    const found: string[] = [];
    for await (const { items, version } of consistentPagesOf(
      server.api,
      { path, pageSize: 2 },
      new AbortController().signal,
    )) {
      expect(version).not.toBe('');
      found.push(...items.map(nameOf));
      if (found.length === 2) server.next(path, (_request, response) => expire(response, '2@1'));
    }
  })();
  await expect(reading).rejects.toThrow('410: expired');
});

test('null is an empty list, and what has no items is none', async () => {
  const server = await given();
  const answer = (text: string) => server.next(path, (_request, response) => response.end(text));
  answer('{"items":null,"metadata":{}}');
  expect(await read(server, () => undefined)).toEqual([[]]);
  answer('{"kind":"Pod","metadata":{"resourceVersion":"5"}}');
  await expect(read(server, () => undefined)).rejects.toThrow(`${path} did not return a list`);
});

test('pages without objects that always promise more end', async () => {
  const server = await given();
  let asked = 0;
  const empty = () =>
    server.next(path, (_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ items: [], metadata: { continue: `${asked}` } }));
    });
  empty();
  await expect(read(server, empty)).rejects.toThrow(`the pages of ${path} do not end`);
  expect(asked).toBe(100);
});

test('a 410 without another name for the place, and any other refusal, end the list', async () => {
  for (const code of [410, 403, 500]) {
    const server = await given();
    const reading = read(server, () => server.next(path, (_request, response) => refuse(response, code, 'no')));
    await expect(reading).rejects.toThrow(`${code}: no`);
  }
});

test('the Deployments of a list that expires are all there', async () => {
  const server = await given();
  for (let more = 0; more < 400; more += 1) server.put(path, { metadata: { name: `n${more}`, namespace: 'shop' } });
  const found = new Set<string | undefined>();
  for await (const { metadata } of workloadsIn(server.api, deployment)) {
    if (found.size === 10) {
      server.put(path, { metadata: { name: 'z', namespace: 'shop' } });
      server.compact();
    }
    found.add(metadata.name);
  }
  expect(found.size).toBeGreaterThanOrEqual(405);
});
