// Which fields an author has proven to be his: an apply says what it sends.

import { lastApplied } from '../cluster/controller.ts';
import { type Changes, isApiDefault } from './changes.ts';
import type { Done } from './worlds.ts';

export interface Proofs {
  readonly learn: (done: Done, changes: Changes) => void;
  readonly has: (path: string) => boolean;
  /** The last write was the first to prove an API default in the template. */
  readonly provesDefault: () => boolean;
}

export function proofs(): Proofs {
  const proven = new Map<string, NonNullable<Done['applied']>>();
  let news = false;
  const learn: Proofs['learn'] = ({ after, applied }, { wrote, wroteBefore, sent }) => {
    const isNews = (path: string) =>
      path.startsWith('spec.template.') && isApiDefault(path, sent.get(path)) && !proven.has(path);
    news = applied !== undefined && [...sent.keys()].some(isNews);
    // Until another client changes the field, or takes the annotation away that was the proof.
    const annotated = after.live.metadata.annotations?.[lastApplied] !== undefined;
    for (const [path, proof] of proven)
      if (wrote.get(path) !== wroteBefore.get(path) || (proof === 'client-side' && !annotated)) proven.delete(path);
    if (applied !== undefined) for (const path of sent.keys()) proven.set(path, applied);
  };
  return { learn, has: (path) => proven.has(path), provesDefault: () => news };
}
