// The few figures that the bench takes from its samples.

/** Of a sorted or unsorted list; NaN of an empty one. */
export function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** The share of the variance that the line explains; 1: every point lies on it. */
  readonly fit: number;
}

/**
 * Least squares of the relative errors: the points span three orders of magnitude, and the largest would decide alone.
 * Minimises the sum of ((y - a - bx) / y)².
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const weights = points.map(([, y]) => 1 / y ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (x: number, y: number) => number) =>
    points.reduce((sum, [x, y], i) => sum + (weights[i] ?? 0) * of(x, y), 0) / total;
  const [meanX, meanY] = [weighted((x) => x), weighted((_, y) => y)];
  const slope = weighted((x, y) => (x - meanX) * (y - meanY)) / weighted((x) => (x - meanX) ** 2);
  const intercept = meanY - slope * meanX;
  const unexplained = weighted((x, y) => (y - intercept - slope * x) ** 2) / weighted((_, y) => (y - meanY) ** 2);
  return { slope, intercept, fit: 1 - unexplained };
}
