// Counts of requests and their causes, in the words of lab and verify.

import type { Cause } from '../analysis/measurement.ts';

/** 12,000. */
export function thousands(n: number): string {
  return n.toLocaleString('en');
}

/** The most frequent cause first. */
export function causesText({ causes }: { readonly causes: Partial<Record<Cause, number>> }): string {
  const told = Object.entries(causes).toSorted(([, a], [, b]) => b - a);
  return told.map(([cause, n]) => `${cause} ${thousands(n)}`).join(', ');
}
