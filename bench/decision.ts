// What one decision costs without a server around it, in a process of its own: what ran before would have shaped the compiled code.
// Prints one line of JSON. Usage: node bench/decision.ts REVIEW-FILE

import { readFileSync } from 'node:fs';
import { admit } from '../src/admission/admit.ts';
import { readReview } from '../src/admission/review.ts';
import { screen } from '../src/admission/skip.ts';
import { watchFolder } from '../src/cluster-state/folder.ts';
import { parseReview } from '../src/server/parse-review.ts';
import type { Json } from '../src/workload/json.ts';
import { median } from './statistics.ts';

const bytes = readFileSync(process.argv[2] ?? '');
// All reviews of a batch are in memory at one time.
const batch = Math.max(1, Math.min(200, Math.floor(2e6 / bytes.length)));
const batches = 90;
const source = await watchFolder('bench/objects-folder', () => undefined);
source.stop();
const state = source.current();

/** Microseconds of this thread for one: on a busy machine the clock would count others as well. */
function timed(action: () => void): number {
  const before = process.threadCpuUsage();
  for (let i = 0; i < batch; i += 1) action();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / batch;
}

function decisionOn(review: Json) {
  return admit(screen(readReview(review)), state, 'enforce');
}

const parse: number[] = [];
const decide: number[] = [];
for (let round = 0; round < batches; round += 1) {
  // Every review is parsed anew, so that nothing remembered by object can help.
  const reviews: Json[] = [];
  parse.push(timed(() => reviews.push(parseReview(bytes))));
  let next = 0;
  decide.push(timed(() => JSON.stringify(decisionOn(reviews[next++] as Json).response)));
}
const { decision } = decisionOn(parseReview(bytes));
const steady = (values: readonly number[]) => median(values.slice(batches / 3));
process.stdout.write(JSON.stringify({ decision, parseUs: steady(parse), decideUs: steady(decide) }));
