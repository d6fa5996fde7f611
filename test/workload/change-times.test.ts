// When an object was last changed, by its own metadata.

import { expect, it } from 'vitest';
import { changedAt, createdAt, specChangedAt } from '../../src/workload/change-times.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
const ms = (minute: number) => Date.parse(at(minute));
const entry = (minute: number, subresource?: string) => ({ time: at(minute), ...(subresource && { subresource }) });

it('is when a manager last changed it, which the status and the scale are not', () => {
  const managedFields = [entry(1), entry(3), entry(5, 'status'), entry(6, 'scale')];
  expect(changedAt({ creationTimestamp: at(0), managedFields })).toBe(ms(3));
  expect(changedAt({ creationTimestamp: at(4), managedFields })).toBe(ms(4));
});

it('is not known without managedFields, of an entry without a time, and without a creation', () => {
  expect(changedAt({ creationTimestamp: at(0) })).toBeUndefined();
  expect(changedAt({ creationTimestamp: at(0), managedFields: [entry(5, 'status')] })).toBeUndefined();
  expect(changedAt({ creationTimestamp: at(0), managedFields: [entry(1), {}] })).toBeUndefined();
  expect(changedAt({ managedFields: [entry(1)] })).toBeUndefined();
  expect(createdAt({ creationTimestamp: 'yesterday' })).toBeUndefined();
});

it('of a specification in its first generation is its creation, whoever labelled it since', () => {
  const managedFields = [entry(3)];
  expect(specChangedAt({ creationTimestamp: at(0), generation: 1, managedFields })).toBe(ms(0));
  expect(specChangedAt({ creationTimestamp: at(0), generation: 2, managedFields })).toBe(ms(3));
});
