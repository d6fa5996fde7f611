// What of a policy needs no document.

import { expect, it } from 'vitest';
import { lowerMode, type Mode } from '../../src/policy/policy.ts';

it('of two modes the one that does less counts, whichever comes first', () => {
  const modes: readonly Mode[] = ['off', 'audit', 'enforce'];
  const table = modes.map((a) => modes.map((b) => lowerMode(a, b)));
  expect(table).toEqual([
    ['off', 'off', 'off'],
    ['off', 'audit', 'audit'],
    ['off', 'audit', 'enforce'],
  ]);
});
