// Custom resources of any shape: nothing but a schema stands before hitless, and that of another version may allow more. Whatever
// comes, the author's write passes, and no command ends because of one object.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { assess } from '../../src/admission/assess.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { injectionsIn, planWithdrawal } from '../../src/admission/withdrawal.ts';
import { reviewOf, stateUnder } from '../support/cluster/hitless.ts';
import { rollout } from '../support/cluster/kinds/rollout.ts';
import { clientSideApply } from '../support/cluster/kubectl.ts';
import { shop, stored } from '../support/cluster/shop.ts';
import { manifestOf } from '../support/histories/fields.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const numRuns = Number(process.env.HITLESS_TEST_RUNS ?? 300);
const state = stateUnder({ kinds: ['Rollout'] });

/** As it is stored, with everything that hitless writes. */
function patched(): Any {
  const world = shop({}, rollout);
  const proxy = { lifecycle: { preStop: { exec: { command: ['/quit'] } } } };
  return stored(
    world,
    clientSideApply(world.server, manifestOf({ proxy, liveness: { grpc: { port: 8081 } } }, rollout)),
  );
}

const whole = patched();
const paths = pathsIn(whole.spec, ['spec']);

function pathsIn(value: Any, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).map(([key, inner]) =>
    pathsIn(inner, [...path, Array.isArray(value) ? +key : key]),
  );
  return [path, ...below.flat()];
}

const odd = fc.constantFrom(undefined, null, 0, -1, 3.5, true, '', 'x', [], {}, [null], ['x'], [{}], [{ name: 'web' }]);
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ path: fc.constantFrom(...paths), value: odd }) },
  {
    weight: 1,
    arbitrary: fc.constant({
      path: ['spec', 'workloadRef'],
      value: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    }),
  },
  { weight: 1, arbitrary: fc.constant({ path: ['spec', 'template'], value: undefined }) },
);
const shaped = fc.array(change, { maxLength: 3 }).map((changes) => changes.reduce(changed, structuredClone(whole)));

function changed(object: Any, { path, value }: { path: readonly (string | number)[]; value: Any }): Any {
  const parent = path.slice(0, -1).reduce<Any>((at, key) => at?.[key], object);
  const last = path.at(-1) as string | number;
  if (typeof parent !== 'object' || parent === null) return object;
  if (value === undefined) delete parent[last];
  else parent[last] = structuredClone(value);
  return JSON.parse(JSON.stringify(object));
}

const called = { when: 'now', called: 'enforce', at: '2026-01-01T00:00:00Z' } as const;

describe('a custom resource of any shape', () => {
  it('is written as its author wants, whatever stood there before', () => {
    fc.assert(
      fc.property(shaped, fc.option(shaped), fc.constantFrom('enforce', 'audit'), (object, old, mode) => {
        const review = reviewOf({ object, old: old ?? undefined });
        expect(admit(screen(readReview(review)), state, mode).response.allowed).toBe(true);
      }),
      { numRuns, seed: 1 },
    );
  }, 60_000);

  it('ends neither an audit nor a withdrawal', () => {
    fc.assert(
      fc.property(shaped, (object) => {
        expect(() => assess(object, state)).not.toThrow();
        expect(() => injectionsIn(object)).not.toThrow();
        expect(() => planWithdrawal(object, called)).not.toThrow();
        expect(() => planWithdrawal(object, { ...called, when: 'next-rollout' })).not.toThrow();
      }),
      { numRuns, seed: 1 },
    );
  }, 60_000);
});
