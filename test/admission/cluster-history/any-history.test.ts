// Any history of writes, policies and outages, in three worlds at once: with hitless, without it, and what the authors wrote.
// HITLESS_TEST_RUNS=100000 looks longer.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import { broken } from '../../support/histories/broken.ts';
import { history } from '../../support/histories/steps.ts';
import { seed } from '../../support/seed.ts';

const asked = process.env.HITLESS_TEST_RUNS;
const usualRuns = (kind: string) => (kind === 'Deployment' ? 2000 : 400);

describe.each(modelKinds)('any history of a $kind', (model) => {
  const numRuns = Number(asked ?? usualRuns(model.kind));
  it(
    'takes nothing from an author, leaves nothing behind, and replaces pods only when somebody changed them',
    () => {
      fc.assert(
        fc.property(history, (told) => {
          expect(broken({ ...told, model })).toEqual([]);
        }),
        { numRuns, seed },
      );
    },
    60_000 + 200 * numRuns,
  );
});
