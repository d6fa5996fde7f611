// Fewer dots that look like all of them.

export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** At most `most` dots: every nth dot, plus the highest, so that no spike is lost. In the given order. */
export function downsample<T extends Dot>(dots: readonly T[], most: number): readonly T[] {
  if (dots.length <= most) return dots;
  const highest = Math.floor(most / 10);
  const kept = new Set(dots.toSorted((one, other) => other.y - one.y).slice(0, highest));
  const step = dots.length / (most - highest);
  for (let at = 0; at < dots.length; at += step) {
    const dot = dots[Math.floor(at)];
    if (dot !== undefined && kept.size < most) kept.add(dot);
  }
  return dots.filter((dot) => kept.has(dot));
}

/** Without those that would be drawn over one another: dots that share a cell of `cellX` by `cellY`. */
export function dropOverlaps<T extends Dot>(dots: readonly T[], cellX: number, cellY: number): readonly T[] {
  const taken = new Set<string>();
  return dots.filter(({ x, y }) => {
    const cell = `${Math.round(x / cellX)} ${Math.round(y / cellY)}`;
    return taken.has(cell) ? false : taken.add(cell);
  });
}
