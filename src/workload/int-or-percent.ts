// A number of pods, or a percentage of the replicas.

/** True for 0 and `0%`: the API server refuses a rolling update whose two numbers are both zero. */
export function isZero(value: unknown): boolean {
  return value === 0 || (typeof value === 'string' && /^0+%$/.test(value));
}
