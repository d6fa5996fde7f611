// Whether the hand-written webhook really does what hitless does for the reviews of the bench.

import { admit } from '../src/admission/admit.ts';
import { readReview } from '../src/admission/review.ts';
import { screen } from '../src/admission/skip.ts';
import { watchFolder } from '../src/cluster-state/folder.ts';
import { equal } from '../src/workload/json.ts';
import { cases, reviewText } from './cases.ts';
import { patchFor } from './servers/hand-written-patch.ts';

/** One sentence for each review whose patches differ: then the comparison is not a fair one. */
export async function differences(): Promise<readonly string[]> {
  const source = await watchFolder('bench/objects-folder', () => undefined);
  source.stop();
  const found: string[] = [];
  for (const one of cases) {
    const review = JSON.parse(await reviewText(one));
    const { patch = '' } = admit(screen(readReview(review)), source.current(), 'enforce').response;
    const ours = patch === '' ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());
    const theirs = JSON.parse(JSON.stringify(patchFor(review.request.object)));
    if (!equal(ours, theirs)) found.push(`${one.title}: the hand-written webhook makes another patch than hitless`);
  }
  return found;
}
