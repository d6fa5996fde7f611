// What real rollouts told (recorded/*.ndjson, made by record.ts) becomes the events in the text files beside them.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { folder, names, replay } from '../../support/rollout/replay.ts';

function sentence(event: RolloutEvent): string {
  const at = `${String(Math.round(event.atMs)).padStart(6)}  ${event.kind.padEnd(10)}`;
  if (event.kind === 'workload') return `${at}  ${event.what.padEnd(11)}  ${event.detail ?? ''}`.trimEnd();
  const serving = event.kind === 'endpoint' && event.serving !== undefined ? `, serving ${event.serving}` : '';
  return `${at}  ${event.what.padEnd(11)}  ${event.pod}${serving}`;
}

/** Of one pod, without times. */
const story = (events: readonly RolloutEvent[], pod: string) =>
  events.filter((event) => event.kind === 'pod' && event.pod === pod).map(({ what }) => what);

const leaving = (events: readonly RolloutEvent[]) =>
  events
    .filter((event) => event.kind === 'pod' && event.what === 'deleting')
    .map((event) => event as { pod: string; atMs: number });

const at = (events: readonly RolloutEvent[], pod: string, what: string, kind = 'pod') =>
  events.find((event) => event.kind === kind && 'pod' in event && event.pod === pod && event.what === what)?.atMs ??
  Number.NaN;

describe('a recorded rollout', () => {
  it.each(names)('%s gives the events in its text file', async (name) => {
    const text = `${replay(name).map(sentence).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(join(folder, `${name}.txt`));
  });

  it('tells the whole life of an old pod, its SIGTERM three seconds after its deletion', () => {
    const events = replay('probe-and-sleep');
    const old = leaving(events);
    expect(old).toHaveLength(2);
    for (const { pod, atMs } of old) {
      expect(story(events, pod)).toEqual([
        'created',
        'started',
        'ready',
        'deleting',
        'sleep-end',
        'stopped',
        'not-ready',
        'gone',
      ]);
      expect(at(events, pod, 'sleep-end') - atMs).toBe(3000);
      expect(at(events, pod, 'stopped') - atMs).toBeGreaterThan(3000);
      expect(Math.abs(at(events, pod, 'terminating', 'endpoint') - atMs)).toBeLessThan(200);
    }
  });

  it('has SIGTERM at the deletion where nobody sleeps', () => {
    const events = replay('without-sleep');
    for (const { pod, atMs } of leaving(events)) expect(at(events, pod, 'sleep-end')).toBe(atMs);
    expect(leaving(events)).toHaveLength(2);
  });

  it('shows a pod without a probe ready the moment that it runs', () => {
    const events = replay('without-probe');
    const fresh = events.filter((event) => event.kind === 'pod' && event.what === 'created').slice(2) as {
      pod: string;
    }[];
    expect(fresh).toHaveLength(2);
    for (const { pod } of fresh) expect(at(events, pod, 'ready')).toBe(at(events, pod, 'started'));
  });

  it('shows a time without any endpoint where the only replica goes first', () => {
    const events = replay('one-replica-replaced').filter(({ kind }) => kind === 'endpoint');
    const removed = events.find(({ what }) => what === 'removed')?.atMs ?? Number.NaN;
    const again = events.findLast(({ what }) => what === 'ready')?.atMs ?? Number.NaN;
    expect(again - removed).toBeGreaterThan(1000);
  });

  it('tells a crash as an end and a start of the same pod, which nobody deleted', () => {
    const events = replay('a-pod-crashes');
    const crashed = (events.find(({ what }) => what === 'stopped') as { pod: string }).pod;
    expect(story(events, crashed)).toEqual(['created', 'started', 'ready', 'stopped', 'not-ready', 'started', 'ready']);
    expect(leaving(events)).toEqual([]);
  });

  it('tells endpoints removed while their pods go on', () => {
    const events = replay('service-selects-others');
    expect(events.filter(({ kind, what }) => kind === 'endpoint' && what === 'removed')).toHaveLength(2);
    expect(leaving(events)).toEqual([]);
  });

  it('fails with the words of the Deployment controller', () => {
    const last = replay('misses-its-deadline').at(-1);
    expect(last).toMatchObject({ kind: 'workload', what: 'failed', detail: expect.stringContaining('timed out') });
  });

  it.each([
    'probe-and-sleep',
    'without-sleep',
    'without-probe',
    'one-replica-replaced',
  ])('%s begins with a changed template and ends complete', (name) => {
    const told = replay(name).filter(({ kind }) => kind === 'workload');
    expect(told.map(({ what }) => what).filter((what) => what !== 'progressing')).toEqual([
      'complete',
      'changed',
      'complete',
    ]);
  });
});
