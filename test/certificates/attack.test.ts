// What somebody may do to the Secret and the caBundles, or to the clocks, without a lost call: the parts that need no real cluster.

import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { readBundle } from '../../src/certificates/bundle.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { dayMs, lifetimes, name, type Simulation, simulate } from '../support/certificates/simulation.ts';

async function settled(replicas = 2): Promise<Simulation> {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const sim = simulate({ delaysMs: [20], replicas, random });
  await sim.run(60_000);
  return sim;
}

const served = (sim: Simulation) => sim.replicas.map(({ keeper: rotator }) => rotator.serving()?.cert ?? '');
const bundleOf = (sim: Simulation) => sim.configuration()?.entries[0]?.caBundle ?? '';
const sizeOf = (sim: Simulation) => readBundle(bundleOf(sim)).certificates.length;
const validity = (sim: Simulation, days = 90) => ({
  notBefore: new Date(sim.now().getTime() - 60_000),
  notAfter: new Date(sim.now().getTime() + days * dayMs),
});

test('a leaf of our authority for other names is never served, and replaced', async () => {
  const sim = await settled();
  const before = served(sim);
  const data = sim.secret()?.data ?? {};
  const authority = { cert: data['ca.crt'] ?? '', key: data['ca.key'] ?? '' };
  const wrong = await issueLeaf(authority, ['somebody.else.svc'], validity(sim));
  sim.meddle.secret(() => ({ data: { ...data, 'tls.crt': wrong.cert, 'tls.key': wrong.key } }));
  await sim.look(0);
  expect(served(sim)).toEqual(before);
  await sim.run(10_000);
  const [leaf = ''] = served(sim);
  expect(new X509Certificate(leaf).checkHost(name)).toBe(name);
  expect(sim.secret()?.data['tls.crt']).toBe(leaf);
  const ever = sim.events.flatMap((event) => (event.kind === 'serving' ? [event.pair.cert] : []));
  expect(ever).not.toContain(wrong.cert);
  expect(sim.failures).toEqual([]);
});

test('more authorities than fit into a caBundle are taken for garbage', async () => {
  const sim = await settled();
  const before = sim.secret()?.data ?? {};
  const more = await Promise.all(
    Array.from({ length: 12 }, (_, index) => issueAuthority(`number ${index}`, validity(sim))),
  );
  const bundle = [before['ca.crt'], ...more.map(({ cert }) => cert)].join('');
  sim.meddle.secret(() => ({
    data: { ...before, 'ca.crt': bundle, 'old-ca-until': validity(sim).notAfter.toISOString() },
  }));
  await sim.run(10_000);
  expect(sim.secret()?.data).toEqual(before);
  expect(sim.failures).toEqual([]);
});

test('a caBundle that is filled up keeps ours, and a bounded number of the others', async () => {
  const sim = await settled();
  const ours = bundleOf(sim);
  const more = await Promise.all(
    Array.from({ length: 30 }, (_, index) => issueAuthority(`number ${index}`, validity(sim))),
  );
  sim.sim.failuresCount = false;
  sim.meddle.bundles(more.map(({ cert }) => cert).join(''));
  await sim.run(10_000);
  expect(sizeOf(sim)).toBe(21);
  expect(bundleOf(sim)).toContain(ours.trim());
});

test('a stranger in the caBundle stays for a day, and for good when somebody brings it back', async () => {
  const sim = await settled();
  const stranger = await issueAuthority('another release', validity(sim, 3000));
  const add = () => sim.meddle.bundles(`${bundleOf(sim)}${stranger.cert}`);
  const hours = async (count: number) => {
    for (let hour = 0; hour < count; hour += 1) {
      sim.skip(3_600_000);
      await sim.run(1000);
    }
  };
  add();
  await hours(23);
  expect(sizeOf(sim)).toBe(2);
  await hours(2);
  await sim.run(60_000);
  expect(sizeOf(sim)).toBe(1);
  add();
  await hours(60);
  expect(sizeOf(sim)).toBe(2);
  expect(sim.failures).toEqual([]);
});

test.each([
  ['the Secret is no longer marked as ours', 'not ours'],
  ['nothing reaches the API server', 'cut off'],
  ['nothing reaches the API server and the Secret is emptied', 'emptied'],
] as const)('while %s, each replica renews the leaf for itself, until the authority ends', async (_, how) => {
  const sim = await settled();
  const before = sim.secret();
  const foreverMs = sim.now().getTime() + 10_000 * dayMs;
  if (how === 'not ours') sim.meddle.secret((secret) => ({ ...secret, ours: false }));
  else for (const replica of sim.replicas) replica.cutOffUntilMs = foreverMs;
  for (let day = 0; day < 400; day += 1) {
    sim.skip(dayMs);
    await sim.run(1000);
  }
  expect(sim.failures).toEqual([]);
  expect(new Set(served(sim)).size).toBe(2);
  // And then back to one for all, of the same authority, from memory if need be.
  for (const replica of sim.replicas) replica.cutOffUntilMs = 0;
  sim.meddle.secret((secret) => (how === 'emptied' ? { data: {} } : { ...secret, ours: true }));
  await sim.run(5 * lifetimes.caPropagationMs);
  expect(new Set(served(sim)).size).toBe(1);
  expect(sim.secret()?.data['ca.crt']).toBe(before?.data['ca.crt']);
  expect(sim.failures).toEqual([]);
});

test.each([
  ['minutes', 600_000],
  ['hours', 6 * 3_600_000],
])('API servers whose clocks are %s apart: renewed and rotated without a call lost at either', async (_, apartMs) => {
  const sim = simulate({ delaysMs: [20, 1500], replicas: 3, random: () => 0.5, clocksMs: [0, apartMs, -apartMs] });
  sim.sim.failuresCount = false;
  await sim.run(60_000);
  sim.sim.failuresCount = true;
  for (const demand of ['leaf', 'ca', 'all'] as const) {
    sim.meddle.secret((secret) => ({ ...secret, rotationRequest: demand }));
    await sim.run(5 * lifetimes.caPropagationMs);
  }
  for (let day = 0; day < 120; day += 1) {
    sim.skip(dayMs);
    await sim.run(1000);
  }
  expect(sim.failures).toEqual([]);
});
