// Items by how their label selectors select, to find those that select some labels without a look at all of them.

import type { LabelSelector } from '../workload/kubernetes.ts';
import { matches } from '../workload/selector.ts';

type Texts = Readonly<Record<string, string>>;

/** The items are numbered by their places in the list, ascending. */
export interface SelectorIndex {
  /** Those that select everything. */
  readonly always: readonly number[];
  /** Numbers of those of the others that select these labels; ascending. */
  readonly selectedBy: (labels: Texts) => readonly number[];
}

const none: readonly number[] = [];

export function indexSelectors(selectors: readonly (LabelSelector | undefined)[]): SelectorIndex {
  const always: number[] = [];
  const others: number[] = [];
  // Under the first pair of matchLabels: label key, then value.
  const byLabel = new Map<string, Map<string, number[]>>();
  for (const [index, { matchLabels = {}, matchExpressions = [] } = {}] of selectors.entries()) {
    const pair = Object.entries(matchLabels)[0];
    if (pair !== undefined) add(byLabel, pair, index);
    else (matchExpressions.length === 0 ? always : others).push(index);
  }
  if (byLabel.size === 0 && others.length === 0) return { always, selectedBy: () => none };
  const selectedBy = (labels: Texts): readonly number[] => {
    const selected = others.filter((index) => matches(selectors[index], labels));
    for (const key in labels) {
      const value = labels[key];
      const list = value === undefined ? none : (byLabel.get(key)?.get(value) ?? none);
      for (const index of list) if (matches(selectors[index], labels)) selected.push(index);
    }
    return selected.length > 1 ? selected.sort((a, b) => a - b) : selected;
  };
  return { always, selectedBy };
}

function add(byLabel: Map<string, Map<string, number[]>>, [key, value]: [string, string], index: number): void {
  const values = byLabel.get(key) ?? new Map<string, number[]>();
  const indexes = values.get(value) ?? [];
  indexes.push(index);
  byLabel.set(key, values.set(value, indexes));
}
