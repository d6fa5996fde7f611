// The uncertainty of a mean of a few rollouts.

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/**
 * The mean of counts, one per rollout, with its 95 % confidence interval.
 *
 * With losses: the percentile bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", 1979), because losses per
 * rollout are few, skewed and of no known distribution. The same counts always give the same interval. A few rollouts make that
 * too narrow, one or equal ones to nothing: so it is never narrower than if all losses had nothing to do with each other (Poisson,
 * by the approximation of E. B. Wilson and M. M. Hilferty, 1931). They do, so that this is the least that the uncertainty can be.
 *
 * None lost in n rollouts: 0 to 3/n, by the rule of three (J. A. Hanley, A. Lippman-Hand, JAMA 249, 1983): if more than one
 * request in n/3 rollouts was lost on average, n without a loss would come about in less than 5 of 100 cases.
 */
export function meanInterval(counts: readonly number[]): Interval {
  const n = counts.length;
  const mean = meanOf(counts);
  if (n === 0) return { mean: 0, low: 0, high: 0 };
  if (counts.every((count) => count === 0)) return { mean, low: 0, high: 3 / n };
  const random = generator(n);
  const draw = () => counts[Math.floor(random() * n)] ?? 0;
  const means = Float64Array.from({ length: resamples }, () => meanOf(Array.from({ length: n }, draw))).sort();
  const at = (share: number) => means[Math.round(share * (resamples - 1))] ?? mean;
  const least = poisson(mean * n);
  return { mean, low: Math.min(at(0.025), least.low / n), high: Math.max(at(0.975), least.high / n) };
}

function poisson(count: number): { readonly low: number; readonly high: number } {
  const bound = (n: number, z: number) => n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
  return { low: Math.max(0, bound(count, -1.96)), high: bound(count + 1, 1.96) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}

/** Mulberry32: from 0 to below 1, the same after the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
