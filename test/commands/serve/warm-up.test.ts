// A process answers itself before it is ready: its reviews go every way that the code has, and nobody hears of them.

import { createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { admit } from '../../../src/admission/admit.ts';
import { readReview } from '../../../src/admission/review.ts';
import { screen } from '../../../src/admission/skip.ts';
import { warmUp, warmUpState } from '../../../src/commands/serve/warm-up.ts';
import { warmUpReview } from '../../../src/commands/serve/warm-up-reviews.ts';
import { parseReview } from '../../../src/server/parse-review.ts';
import { type Settings, settingRows } from '../../../src/settings/settings.ts';
import { fieldTypeErrors } from '../../../src/workload/field-types.ts';
import { managedFieldsOf } from '../../../src/workload/managed-fields.ts';
import { eventually, pairNamed } from '../../support/pair.ts';
import { callPlain, type Running, start, stop } from '../../support/process.ts';

const running: Running[] = [];
afterAll(async () => {
  for (const server of running) await stop(server);
});

const reviews = Array.from({ length: 11 }, (_, shape) => warmUpReview(shape));
const request = (review: string) => screen(readReview(parseReview(Buffer.from(review))));

test('its reviews are whole, have managedFields that stay text, and are of every kind that the chart sends', () => {
  const kinds = reviews.map((review) => {
    const { object, workloadKind, skipped } = request(review);
    expect(skipped).toBeUndefined();
    if (object === undefined || workloadKind === undefined) throw new Error('no object');
    expect(fieldTypeErrors(workloadKind, object)).toEqual([]);
    expect(object.metadata.managedFields).toBeUndefined();
    expect(managedFieldsOf(object.metadata)).toHaveLength(1);
    return workloadKind.kind;
  });
  expect(new Set(kinds)).toEqual(new Set(['Deployment', 'StatefulSet', 'DaemonSet']));
});

test('they get every decision, and an edit of every rule that edits by default', () => {
  const decisions = reviews.map((review) => admit(request(review), warmUpState, 'enforce'));
  expect(new Set(decisions.map(({ decision }) => decision))).toEqual(
    new Set(['patched', 'complies', 'postponed', 'audited']),
  );
  const edits = decisions.flatMap(({ desired }) => desired?.applied.map(({ rule }) => rule) ?? []);
  expect(new Set(edits)).toEqual(new Set(['readiness-probe', 'pre-stop-sleep', 'rolling-update']));
});

test('neither log nor metrics know of them', async () => {
  const server = await start({ environment: { HITLESS_WARM_UP_CALLS: '22' } });
  running.push(server);
  const { body } = await callPlain(server, '/metrics');
  const counts = Array.from(body.matchAll(/^hitless_requests_total\{.*\} (\d+)$/gm), ([, count]) => Number(count));
  expect(counts.length).toBeGreaterThan(4);
  expect(new Set(counts)).toEqual(new Set([0]));
  expect(server.lines().map(({ message }) => message)).not.toContain('admission review');
  expect(server.lines().filter(({ level }) => level !== 'info')).toEqual([]);
});

const settings = Object.fromEntries(settingRows.map(({ name, parse, ...row }) => [name, parse(row.default ?? '')]));

test('it leaves no socket behind, and ends with the process', async () => {
  const listening = async () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = await listening();
  const pair = await pairNamed('first.test');
  await warmUp(pair, { ...settings, warmUpCalls: 100_000 } as unknown as Settings, AbortSignal.abort());
  await warmUp(pair, { ...settings, warmUpCalls: 100_000 } as unknown as Settings, AbortSignal.timeout(50));
  await warmUp(pair, { ...settings, warmUpCalls: 3 } as unknown as Settings, new AbortController().signal);
  expect(await eventually(listening, (count) => count === before)).toBe(before);
});

test('the helper that counts sockets sees one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  expect(process.getActiveResourcesInfo()).toContain('TCPServerWrap');
  server.close();
});
