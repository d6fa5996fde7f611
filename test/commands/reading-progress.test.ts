import { expect, it, vi } from 'vitest';
import type { Api } from '../../src/cluster/client/api.ts';
import { showReading } from '../../src/commands/reading-progress.ts';
import { terminal } from '../support/terminal.ts';

const pages = [
  { items: [{}, {}], metadata: { continue: 'x', remainingItemCount: 2998 } },
  { items: [{}], metadata: {} },
];

function api(answers: readonly object[]): Api {
  const left = [...answers];
  return { json: async () => left.shift() as never, stream: async () => ({}) as never };
}

const call = { path: '/apis/apps/v1/deployments' };

it('says after a second what is read, and how much of it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const seen: string[] = [];
    const reading = showReading(
      api([...pages, ...pages]),
      'audit',
      terminal({ progress: (text) => seen.push(text) }).io,
    );
    await reading.json(call);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1000);
    await reading.json(call);
    await reading.json(call);
    vi.advanceTimersByTime(100);
    await reading.json(call);
    expect(seen).toEqual(['hitless audit: reading deployments: 3', 'hitless audit: reading deployments: 6']);
  } finally {
    vi.useRealTimers();
  }
});

it('says how many there are where the API server knows', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const seen: string[] = [];
    const reading = showReading(api(pages), 'audit', terminal({ progress: (text) => seen.push(text) }).io);
    vi.advanceTimersByTime(1000);
    await reading.json(call);
    expect(seen).toEqual(['hitless audit: reading deployments: 2 of 3,000']);
  } finally {
    vi.useRealTimers();
  }
});

it('says nothing without a terminal, or with --quiet', () => {
  const plain = api([]);
  expect(showReading(plain, 'audit', terminal().io)).toBe(plain);
  expect(showReading(plain, 'audit', terminal({ progress: () => undefined, quiet: true }).io)).toBe(plain);
});
