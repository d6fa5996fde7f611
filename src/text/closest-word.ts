// The known word that an unknown one was probably meant to be.

import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant: the same but for case, the beginning of it, or a few letters away. */
export function closestWord(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 80) return undefined;
  const wanted = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, far: remoteness(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, word.length * 0.4) ? best.candidate : undefined;
}

function remoteness(word: string, candidate: string): number {
  const beginning = word.length >= 3 && (candidate.startsWith(word) || word.startsWith(candidate));
  return beginning && word !== candidate ? 1 : distance(word, candidate);
}
