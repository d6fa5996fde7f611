// What a field is when nobody wrote it.

import { expect, it } from 'vitest';
import { graceSeconds } from '../../src/workload/api-defaults.ts';

it('the grace period of a pod template is the written one, 0 as well, or 30 s', () => {
  const containers = [{ name: 'web' }];
  expect(graceSeconds({ spec: { containers, terminationGracePeriodSeconds: 0 } })).toBe(0);
  expect(graceSeconds({ spec: { containers, terminationGracePeriodSeconds: 90 } })).toBe(90);
  expect(graceSeconds({ spec: { containers } })).toBe(30);
});
