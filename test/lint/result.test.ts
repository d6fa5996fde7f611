// What findings make of the exit code.

import { expect, it } from 'vitest';
import { isFailing, severities } from '../../src/lint/result.ts';

it('a finding fails a command from the severity on that was asked for', () => {
  const table = [...severities, 'never' as const].map((failOn) =>
    severities.filter((severity) => isFailing([severity], failOn)),
  );
  expect(table).toEqual([['error'], ['error', 'warning'], ['error', 'warning', 'note'], []]);
  expect(isFailing(['note', 'error'], 'error')).toBe(true);
  expect(isFailing([], 'note')).toBe(false);
});
