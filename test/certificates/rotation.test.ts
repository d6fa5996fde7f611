import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../src/certificates/bundle.ts';
import { readContents } from '../../src/certificates/secret-contents.ts';
import { dayMs, lifetimes, type Simulation, simulate } from '../support/certificates/simulation.ts';

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function cluster(seed = 1, replicas = 3): Simulation {
  return simulate({ delaysMs: [20, 1500], replicas, random: seeded(seed) });
}

async function settled(seed?: number, replicas?: number): Promise<Simulation> {
  const sim = cluster(seed, replicas);
  await sim.run(60_000);
  return sim;
}

const all = (sim: Simulation) => sim.replicas.map((_, index) => index);
const served = (sim: Simulation) => new Set(sim.replicas.map(({ keeper: rotator }) => rotator.serving()?.cert));
const ready = (sim: Simulation) => sim.replicas.map(({ keeper: rotator }) => rotator.isReady());
const bundleSizes = (sim: Simulation) =>
  sim.configuration()?.entries.map(({ caBundle }) => readBundle(caBundle).certificates.length);

describe('the beginning', () => {
  test('many replicas at once make one authority and one leaf, and are ready once API servers trust it', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const sim = cluster(seed, 10);
      await sim.look(...all(sim));
      expect(ready(sim)).not.toContain(true);
      await sim.run(20_000);
      expect(sim.steps()).toEqual(['begin']);
      expect(served(sim).size).toBe(1);
      expect(ready(sim)).not.toContain(false);
      expect(sim.failures).toEqual([]);
    }
  });

  test('an empty Secret of ours is filled', async () => {
    const sim = cluster();
    sim.meddle.secret(() => ({ data: { 'tls.crt': '', 'tls.key': '' } }));
    await sim.run(20_000);
    expect(ready(sim)).not.toContain(false);
  });

  test('a replica that comes later is ready at its first look', async () => {
    const sim = await settled();
    sim.restart(0);
    await sim.look(0);
    expect(sim.replicas[0]?.keeper.isReady()).toBe(true);
  });

  test('without a webhook configuration there is nobody to wait for', async () => {
    const sim = cluster();
    sim.meddle.bundles(undefined);
    await sim.run(20_000);
    expect(ready(sim)).not.toContain(false);
    sim.meddle.bundles('');
    sim.sim.failuresCount = false;
    await sim.run(5000);
    expect(bundleSizes(sim)).toEqual([1, 1]);
  });

  test('nor is there with a configuration that somebody emptied, and it is right as soon as the entries are back', async () => {
    const sim = cluster();
    sim.meddle.bundles('', []);
    await sim.run(20_000);
    expect(ready(sim)).not.toContain(false);
    sim.meddle.secret(() => ({ rotationRequest: 'ca' }));
    await sim.run(5 * lifetimes.caPropagationMs);
    expect(sim.steps()).toEqual(['begin', 'introduce', 'switch']);
    sim.meddle.bundles('');
    sim.sim.failuresCount = false;
    await sim.run(5000);
    expect(bundleSizes(sim)).toEqual([2, 2]);
  });

  test('a Secret of somebody else is left alone and named', async () => {
    const sim = cluster();
    const data = { 'tls.crt': 'theirs' };
    sim.meddle.secret(() => ({ ours: false, data }));
    await expect(sim.replicas[0]?.keeper.look()).rejects.toThrow(/hitless-system\/hitless-tls is left alone/);
    await sim.run(10_000);
    expect(sim.secret()?.data).toEqual(data);
    expect(ready(sim)).not.toContain(true);
  });
});

describe('years', () => {
  test('ten of them: leaves every two months, three new authorities in overlap, never a call lost, little written', async () => {
    const sim = await settled();
    const endMs = sim.now().getTime() + 10 * 365 * dayMs;
    while (sim.now().getTime() < endMs) {
      sim.skip(dayMs);
      await sim.run(1000);
      // While a new authority settles, the replicas look often.
      if (readKeptNow(sim).next !== undefined) await sim.run(3 * lifetimes.caPropagationMs);
    }
    expect(sim.failures).toEqual([]);
    const count = (step: string) => sim.steps().filter((one) => one === step).length;
    expect(count('begin')).toBe(1);
    // After 3 years and 4 months each, or a little earlier.
    expect(count('introduce')).toBe(3);
    expect(count('switch')).toBe(3);
    expect(count('retire')).toBeGreaterThanOrEqual(2);
    expect(count('renew')).toBeGreaterThan(10 * 5);
    expect(count('renew')).toBeLessThan(10 * 7);
    expect(Math.max(...(bundleSizes(sim) ?? []))).toBeLessThanOrEqual(2);
  });

  test('after years of standing still all is made anew at once', async () => {
    const sim = await settled();
    sim.sim.failuresCount = false;
    sim.skip(6 * 365 * dayMs);
    for (const index of all(sim)) sim.restart(index);
    await sim.run(20_000);
    sim.sim.failuresCount = true;
    await sim.run(20_000);
    expect(sim.steps()).toEqual(['begin', 'begin']);
    expect(ready(sim)).not.toContain(false);
    expect(bundleSizes(sim)).toEqual([1, 1]);
    expect(sim.failures).toEqual([]);
  });

  test('after months of standing still the authority stays and the leaf is made anew', async () => {
    const sim = await settled();
    sim.sim.failuresCount = false;
    sim.skip(200 * dayMs);
    await sim.run(20_000);
    sim.sim.failuresCount = true;
    await sim.run(20_000);
    expect(sim.steps()).toEqual(['begin', 'renew']);
    expect(sim.failures).toEqual([]);
  });
});

function readKeptNow(sim: Simulation) {
  const reading = readContents(sim.secret()?.data ?? {});
  if (reading.kind !== 'kept') throw new Error(reading.kind);
  return reading.kept;
}

describe('somebody else', () => {
  test('resets the caBundle: it is right again at the next look, and the stranger goes after a while', async () => {
    const [sim, other] = [await settled(), await settled(2)];
    const foreign = other.configuration()?.entries[0]?.caBundle ?? '';
    for (const text of ['', 'no certificate', foreign]) {
      await sim.run(70_000);
      sim.sim.failuresCount = false;
      sim.meddle.bundles(text);
      await sim.run(3000);
      sim.sim.failuresCount = true;
      await sim.run(10_000);
      expect(bundleSizes(sim)).toEqual(text === foreign ? [2, 2] : [1, 1]);
    }
    await sim.run(dayMs);
    expect(bundleSizes(sim)).toEqual([1, 1]);
    expect(sim.failures).toEqual([]);
  });

  test('resets the caBundle every second: it is answered every time, for as long as that goes on', async () => {
    const sim = await settled();
    sim.sim.failuresCount = false;
    for (let i = 0; i < 120; i += 1) {
      sim.meddle.bundles('');
      await sim.run(1000);
      expect(bundleSizes(sim)).toEqual([1, 1]);
    }
  });

  test('takes back every answer in the same moment: it is answered ever more slowly', async () => {
    const sim = await settled(1, 1);
    sim.sim.failuresCount = false;
    const mended = () => sim.events.filter(({ kind }) => kind === 'mended').length;
    let seen = -1;
    for (let i = 0; i < 6000; i += 1) {
      if (mended() > seen) sim.meddle.bundles('');
      seen = mended();
      await sim.run(100);
    }
    expect(seen).toBeLessThan(60);
  });

  test.each([
    ['deletes the Secret', (): undefined => undefined],
    ['empties it', () => ({ data: {} })],
    ['breaks it', () => ({ data: { 'tls.crt': 'x', 'tls.key': 'y', 'ca.crt': 'z', 'ca.key': '' } })],
  ] as const)('%s: it comes back from memory as it was', async (_, change) => {
    const sim = await settled();
    const before = sim.secret()?.data;
    sim.meddle.secret(change);
    await sim.run(60_000);
    expect(sim.secret()?.data).toEqual(before);
    expect(sim.steps()).toEqual(['begin', 'restore']);
    expect(sim.failures).toEqual([]);
  });

  test.each([
    ['deletes the Secret', (): undefined => undefined],
    ['asks for all anew', () => ({ rotationRequest: 'all' })],
  ] as const)('%s while nobody remembers or wants the old one: no call is lost by those who serve', async (_, change) => {
    const sim = await settled();
    const before = sim.secret()?.data['ca.key'];
    // One replica without memory gets there first.
    sim.restart(2);
    sim.meddle.secret(change);
    await sim.look(2);
    await sim.run(5 * lifetimes.caPropagationMs);
    expect(sim.secret()?.data['ca.key']).not.toBe(before);
    expect(served(sim).size).toBe(1);
    expect(bundleSizes(sim)).toEqual([1, 1]);
    expect(sim.failures).toEqual([]);
  });

  test('asks for a new leaf, or a new authority: both come without a lost call, and once', async () => {
    const sim = await settled();
    for (const demand of ['leaf', 'ca']) {
      sim.meddle.secret(() => ({ rotationRequest: demand }));
      await sim.run(5 * lifetimes.caPropagationMs);
      expect(sim.secret()?.rotationRequest).toBeUndefined();
    }
    expect(sim.steps()).toEqual(['begin', 'renew', 'introduce', 'switch']);
    expect(sim.failures).toEqual([]);
  });

  test('asks for something unknown: it is said, and all goes on', async () => {
    const sim = await settled();
    sim.meddle.secret(() => ({ rotationRequest: 'everything' }));
    await expect(sim.replicas[0]?.keeper.look()).rejects.toThrow(
      'the annotation hitless.dev/rotate of the Secret hitless-system/hitless-tls must be one of leaf, ca, all, found "everything"',
    );
  });
});

const three = { min: 0, max: 2 };
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('days' as const), days: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('minutes' as const), minutes: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      replica: fc.integer(three),
      calls: fc.integer({ min: 0, max: 5 }),
      effect: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), replica: fc.integer(three) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cut off' as const),
      replica: fc.integer(three),
      days: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), rotationRequest: fc.constantFrom('leaf', 'ca') }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

async function play(sim: Simulation, happening: Event): Promise<void> {
  switch (happening.kind) {
    case 'days':
      sim.skip(happening.days * dayMs);
      return sim.run(5000);
    case 'minutes':
      return sim.run(happening.minutes * 60_000);
    case 'crash':
      Object.assign(sim.replicas[happening.replica] ?? {}, { crashAfter: { ...happening } });
      return;
    case 'restart':
      return sim.restart(happening.replica);
    case 'cut off':
      Object.assign(sim.replicas[happening.replica] ?? {}, {
        cutOffUntilMs: sim.now().getTime() + happening.days * dayMs,
      });
      return;
    case 'ask':
      sim.meddle.secret((secret) => ({ ...secret, rotationRequest: happening.rotationRequest }));
      return;
  }
}

// Authorities of a year, so that many of them come and go.
const shortLives = { ...lifetimes, authorityMs: 365 * dayMs };

test('whatever crashes, waits or is cut off for weeks: what is served is trusted by every API server, at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 60, maxLength: 200, size: 'max' }),
      fc.integer({ min: 1, max: 1_000_000 }),
      // Up to nearly the time to settle.
      fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 3 }),
      async (happenings, seed, delaysMs) => {
        const sim = simulate({ delaysMs, replicas: 3, random: seeded(seed), lifetimes: shortLives });
        sim.sim.failuresCount = false;
        await sim.run(120_000);
        sim.sim.failuresCount = true;
        for (const happening of happenings) {
          await play(sim, happening);
          if (sim.failures.length > 0) break;
        }
        expect(sim.failures.slice(0, 3)).toEqual([]);
        // And it goes on: once all is quiet, every replica is ready and serves the same leaf.
        for (const replica of sim.replicas) replica.cutOffUntilMs = 0;
        await sim.run(5 * lifetimes.caPropagationMs);
        expect(sim.failures.slice(0, 3)).toEqual([]);
        expect(served(sim).size).toBe(1);
        expect(ready(sim)).not.toContain(false);
      },
    ),
    { numRuns: 12, interruptAfterTimeLimit: 25_000 },
  );
});
