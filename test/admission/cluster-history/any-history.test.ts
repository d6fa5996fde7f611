// Any history of writes, policies and outages, in three worlds at once: with hitless, without it, and what the authors wrote.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broken } from '../../support/histories/broken.ts';
import { history } from '../../support/histories/steps.ts';

const runs = Number(process.env.HITLESS_TEST_RUNS ?? 1000);

describe('any history', () => {
  it('takes nothing from an author, leaves nothing behind, and replaces pods only when somebody changed them', () => {
    fc.assert(
      fc.property(history, (told) => {
        expect(broken(told)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
