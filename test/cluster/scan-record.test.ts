// The record of a scan: what is not one reads as none, and one of a huge cluster fits into its ConfigMap.

import { describe, expect, it } from 'vitest';
import { type Api, ApiError, type Call } from '../../src/cluster/client/api.ts';
import { readScanRecord, type ScanRecord, writeScanRecord } from '../../src/cluster/scan-record.ts';

const name = { namespace: 'hitless-system', name: 'hitless-scan' };
const record: ScanRecord = {
  ...{ began: 100, completed: 105, failedReports: 1, writer: '1.2.3' },
  ...{ missed: { shop: 2 }, missedUids: { u1: 90 }, fingerprints: { shop: 'abc' } },
};

const answering = (answer: (call: Call) => unknown): Api => ({
  json: async (call) => answer(call) as never,
  stream: () => Promise.reject(new Error('nothing is watched')),
});

const reading = (data: unknown) =>
  readScanRecord(
    answering(() => ({ metadata: { resourceVersion: '7' }, data })),
    name,
  );

async function written(from: ScanRecord): Promise<string> {
  let text = '';
  const api = answering(({ body }) => {
    text = (body as { data: Record<string, string> }).data['scan.json'] ?? '';
    return {};
  });
  expect(await writeScanRecord(api, name, { version: '7', record: from })).toBe(true);
  return text;
}

describe('the record of a scan', () => {
  it('reads as it was written, with the version for the next write', async () => {
    expect(await reading({ 'scan.json': await written(record) })).toEqual({ version: '7', record });
  });

  it.each([
    ['nothing yet', undefined],
    ['another key', { other: '{}' }],
    ['no JSON', { 'scan.json': '{"version":1,' }],
    ['a list', { 'scan.json': '[1]' }],
    ['another version', { 'scan.json': '{"version":2,"began":1,"completed":1}' }],
    ['times that are no numbers', { 'scan.json': '{"version":1,"began":"1","completed":1}' }],
  ])('is none where the ConfigMap holds %s', async (_, data) => {
    expect(await reading(data)).toEqual({ version: '7' });
  });

  it('loses the entries that are of another type', async () => {
    const odd = {
      version: 1,
      began: 1,
      completed: 2,
      missed: { a: 1, b: '2' },
      missedUids: [],
      fingerprints: { a: 3 },
    };
    expect((await reading({ 'scan.json': JSON.stringify(odd) }))?.record).toEqual({
      ...{ began: 1, completed: 2, failedReports: 0, writer: '', missed: { a: 1 }, missedUids: {}, fingerprints: {} },
    });
  });

  it('is undefined where there is no ConfigMap, and throws where it may not be read', async () => {
    const refusing = (code: number) => answering(() => Promise.reject(new ApiError(code, `said ${code}`)));
    expect(await readScanRecord(refusing(404), name)).toBeUndefined();
    await expect(readScanRecord(refusing(403), name)).rejects.toThrow('said 403');
    expect(await writeScanRecord(refusing(409), name, { version: '7', record })).toBe(false);
  });

  it('of a huge cluster keeps the counts of the worst namespaces, and forgets the rest', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `namespace-with-a-rather-long-name-of-some-team-${at}`);
    const missed = Object.fromEntries(names.map((one, at) => [one, at + 1]));
    const text = await written({ ...record, missed, fingerprints: Object.fromEntries(names.map((one) => [one, 'x'])) });
    expect(text.length).toBeLessThan(900_000);
    const read = (await reading({ 'scan.json': text }))?.record;
    expect(read).toMatchObject({ began: 100, completed: 105, missedUids: {}, fingerprints: {} });
    expect(Math.min(...Object.values(read?.missed ?? {}))).toBe(15_001);
  });
});
