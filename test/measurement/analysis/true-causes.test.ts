// Over made-up rollouts in which the cause of each loss is known: what is attributed is true, or says that it is not known.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advise } from '../../../src/measurement/analysis/advise.ts';
import { attribute } from '../../../src/measurement/analysis/attribute.ts';
import type { Cause, Loss, Measurement, ProxiedLoss } from '../../../src/measurement/analysis/measurement.ts';
import { isLost, type Sample } from '../../../src/measurement/load/sample.ts';
import { isPod } from '../../../src/measurement/rollout/order.ts';
import { type MadeUpRollout, type RolloutPlan, rollOut } from '../../support/measurement/made-up-rollout.ts';
import { truthFrom } from '../../support/measurement/truth.ts';

const plans: fc.Arbitrary<RolloutPlan> = fc.record({
  replicas: fc.integer({ min: 1, max: 3 }),
  probeAfter: fc.option(fc.integer({ min: 10, max: 1000 }), { nil: undefined }),
  startUp: fc.integer({ min: 0, max: 4000 }),
  sleep: fc.constantFrom(0, 0, 500, 3000, 6000),
  onSigterm: fc.constantFrom('end', 'close', 'serve'),
  leave: fc.integer({ min: 300, max: 12_000 }),
  joinLag: fc.integer({ min: 0, max: 1500 }),
  leaveLag: fc.integer({ min: 0, max: 3000 }),
  sandbox: fc.integer({ min: 50, max: 900 }),
  report: fc.integer({ min: 0, max: 1400 }),
  picks: fc.array(fc.nat(100), { minLength: 40, maxLength: 40 }),
});

// One old pod takes a request with it a moment before the next one gets its SIGTERM.
const endOfTwo: RolloutPlan = {
  replicas: 2,
  probeAfter: undefined,
  startUp: 309,
  sleep: 0,
  onSigterm: 'serve',
  leave: 1014,
  joinLag: 0,
  leaveLag: 1014,
  sandbox: 50,
  report: 0,
  picks: Array.from({ length: 40 }, () => 0),
};

const views: readonly (keyof MadeUpRollout & ('measurement' | 'withOwnLogs' | 'unnamed'))[] = [
  'measurement',
  'withOwnLogs',
  'unnamed',
];

const isUnsure = (cause: Cause, truth: Cause | undefined) =>
  cause === 'unexplained' || (cause === 'lag-or-not-ready' && (truth === 'endpoint-lag' || truth === 'not-ready'));

function losses(rollout: MadeUpRollout, measurement: Measurement): readonly (Loss & { readonly truth: Cause })[] {
  return attribute(measurement).map((loss) => ({ ...loss, truth: rollout.truth.get(loss.sample) ?? 'unexplained' }));
}

it.each(views)('an attributed cause is true, or not known: %s', (view) => {
  fc.assert(
    fc.property(plans, (plan) => {
      const rollout = rollOut(plan);
      const wrong = losses(rollout, rollout[view]).filter(
        ({ cause, truth }) => cause !== truth && !isUnsure(cause, truth),
      );
      expect(wrong.map(({ cause, truth, sample }) => ({ cause, truth, sample }))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it.each(views)('is known wherever new pods have a probe: %s', (view) => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 10, max: 1000 }), (plan, probeAfter) => {
      const rollout = rollOut({ ...plan, probeAfter });
      const found = losses(rollout, rollout[view]);
      expect(found.map(({ cause }) => cause)).toEqual(found.map(({ truth }) => truth));
    }),
    { numRuns: 200, examples: [[endOfTwo, 13]] },
  );
});

/** The same losses as a client sees them behind a proxy that keeps its connections, with what the logs say of them. */
function behindProxy({ withOwnLogs, truth }: MadeUpRollout): {
  readonly measurement: Measurement;
  readonly truths: readonly Cause[];
} {
  const proxied: Record<string, ProxiedLoss> = {};
  const truths: Cause[] = [];
  const leavers = withOwnLogs.events.filter((event) => isPod(event, 'stopped'));
  const samples = withOwnLogs.samples.map((sample, request): Sample => {
    const through = { ...sample, request, lane: 'get-kept', connection: 'reused' } as const;
    if (!isLost(sample)) return through;
    const cause = truth.get(sample) ?? 'unexplained';
    const killer = leavers.find(({ atMs }) => sample.outcome === 'reset-sent' && atMs === sample.endMs)?.pod;
    proxied[`get-kept-${request}`] =
      killer === undefined
        ? { reason: sample.outcome === 'timeout' ? 'the client had gone' : 'could not connect' }
        : { pod: killer, reason: 'closed before an answer' };
    truths.push(killer === undefined ? cause : 'killed');
    return sample.outcome === 'timeout'
      ? { ...through, detail: 'no answer' }
      : { ...through, outcome: 'http-error', status: 502 };
  });
  return { measurement: { ...withOwnLogs, samples, proxied }, truths };
}

it('through a proxy: what the client saw hides no cause', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { measurement, truths } = behindProxy(rollOut(plan));
      const found = attribute(measurement).map(({ cause }) => cause);
      expect(found.filter((cause, at) => cause !== truths[at] && !isUnsure(cause, truths[at]))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('is known by the own logs of an application that serves on after SIGTERM: new pods lost them all', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const rollout = rollOut({ ...plan, probeAfter: undefined, onSigterm: 'serve', leave: 10_000 });
      expect(
        new Set(losses(rollout, rollout.withOwnLogs).map(({ cause }) => cause)).difference(new Set(['not-ready'])),
      ).toEqual(new Set());
    }),
    { numRuns: 200 },
  );
});

it.each(
  views,
)('no sleep alone is advised where no old pod lost anything, and no probe alone where no new one did: %s', (view) => {
  fc.assert(
    fc.property(plans, (plan) => {
      const rollout = rollOut(plan);
      const truths = new Set(rollout.truth.values());
      const found = losses(rollout, rollout[view]);
      const advised = advise({ causes: Object.fromEntries(found.map(({ cause }) => [cause, 1])) }).map(
        ({ cause }) => cause,
      );
      if (!truths.has('endpoint-lag')) expect(advised).not.toContain('endpoint-lag');
      if (!truths.has('not-ready')) expect(advised).not.toContain('not-ready');
    }),
    { numRuns: 200 },
  );
});

it('the truth that the logs tell is the one that was made, wherever they tell one', () => {
  let [told, all] = [0, 0];
  fc.assert(
    fc.property(plans, (plan) => {
      const { measurement, logs, truth } = rollOut(plan);
      const { causesOf } = truthFrom(logs, measurement.events);
      for (const sample of measurement.samples.filter(({ outcome }) => outcome !== 'ok')) {
        const causes = causesOf(sample);
        expect([...causes]).toContain(truth.get(sample));
        all += 1;
        told += causes.size === 1 ? 1 : 0;
      }
    }),
    { numRuns: 200 },
  );
  expect(told / all).toBeGreaterThan(0.5);
});
