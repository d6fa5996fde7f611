// Objects as the API server sends them, reduced to the few fields that are kept.

import { neighbourReader, readersByKind } from '../../cluster-state/readers.ts';
import { policyApiVersion } from '../../names.ts';
import type { JsonObject } from '../../workload/json.ts';
import { compact, trimmed } from './compact.ts';
import { type Cached, type CachedKind, heaviestOf, isNeighbour, type RequiredKind } from './kinds.ts';
import type { ReadResult } from './store.ts';
import { weightOf } from './weight.ts';

/** Per object. More of them in one log line would not be read. */
const mostMistakes = 5;

/** Of an object of that kind as the API server sends it, which leaves out apiVersion and kind in lists. */
export function readCached<K extends CachedKind>(
  kind: K,
  { metadata, spec, status }: JsonObject,
): ReadResult<Cached[K]> {
  const [most, isPolicy] = [heaviestOf(kind), kind === 'RolloutPolicy' || kind === 'ClusterRolloutPolicy'];
  // Validation of what is too large would take long as well.
  if (isPolicy && weightOf(spec, most) > most) return tooLarge(most);
  const mistakes: string[] = [];
  let more = 0;
  const wrong = (path: string, message: string) => {
    if (mistakes.length < mostMistakes) mistakes.push(`${path}: ${message}`);
    else more += 1;
  };
  const own = isNeighbour(kind) ? { spec, status } : kind === 'Node' ? { status } : { spec };
  const document = { apiVersion: policyApiVersion, kind, metadata, ...own };
  const read = isNeighbour(kind) ? neighbourReader(kind) : readersByKind[kind as RequiredKind];
  const fact = read(document as JsonObject, wrong);
  if (fact === undefined && mistakes.length === 0) return { irrelevant: true };
  if (fact === undefined) return { mistake: `${mistakes.join('; ')}${more === 0 ? '' : `; and ${more} more`}` };
  const value = trimmed(kind, fact.value as Cached[K]);
  const weight = weightOf(value, most);
  if (weight > most) return tooLarge(most);
  const { shared, ...rest } = compact(kind, value);
  return shared === undefined ? { ...rest, weight } : { ...rest, weight: weight - weightOf(shared.value), shared };
}

function tooLarge(most: number) {
  return {
    mistake: `too large: the fields that are read may take at most ${most / 1024} KiB of memory`,
    tooLarge: true,
  };
}
