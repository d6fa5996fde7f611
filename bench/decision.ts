// What one decision costs in this process, step by step, without a server around it.

import { readFileSync } from 'node:fs';
import { admit } from '../src/admission/admit.ts';
import { readReview } from '../src/admission/review.ts';
import { screen } from '../src/admission/skip.ts';
import type { ClusterState } from '../src/cluster-state/cluster-state.ts';
import type { Json } from '../src/workload/json.ts';

export interface Steps {
  readonly parse: number;
  readonly decide: number;
}

const batch = 200;
const batches = 60;

/** Microseconds, the median over batches. Every review is parsed anew, so that nothing remembered by object can help. */
export function measureDecision(file: string, state: ClusterState): Steps {
  const bytes = readFileSync(file);
  const parse: number[] = [];
  const decide: number[] = [];
  for (let round = 0; round < batches; round += 1) {
    const reviews: Json[] = [];
    parse.push(timed(() => reviews.push(JSON.parse(bytes.toString()))));
    let next = 0;
    decide.push(
      timed(() => JSON.stringify(admit(screen(readReview(reviews[next++] as Json)), state, 'enforce').response)),
    );
  }
  return { parse: median(parse.slice(batches / 3)), decide: median(decide.slice(batches / 3)) };
}

function timed(action: () => void): number {
  const started = performance.now();
  for (let i = 0; i < batch; i += 1) action();
  return ((performance.now() - started) * 1000) / batch;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
