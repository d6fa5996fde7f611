// What hitless cannot know, all of it in this file. An author's field is safe wherever the request says whose it is; these are the
// writes that do not say it. Each exception holds for single fields, and only until somebody proves or changes them.

import { lastApplied } from '../cluster/controller.ts';
import { recordOf } from '../cluster/hitless.ts';
import { type Changes, changesOf, isApiDefault } from './changes.ts';
import type { Done } from './worlds.ts';

type Proof = NonNullable<Done['applied']>;

export interface Unknowable {
  /** To be told of every write that was stored, before it is judged. */
  readonly learn: (done: Done) => void;
  /** The author's value may be missing, or be replaced by one of ours. */
  readonly mayTake: (path: string) => boolean;
  /** A value of ours may stay for ever. */
  readonly mayLeave: (path: string) => boolean;
  /** False: the author changed his template only in ways that the request does not show. */
  readonly seesTemplate: () => boolean;
  /** This write proves that somebody wrote an API default into the template, which was not known before. */
  readonly provesDefault: () => boolean;
  /** A field without a record stands in the object: what is written beside it may be refused. */
  readonly mayRefuse: () => boolean;
}

export function unknowable(): Unknowable {
  let changes: Changes;
  let seen = true;
  let proves = false;
  const proven = new Map<string, Proof>();
  const equalToOurs = new Set<string>();
  const lost = new Set<string>();

  return {
    learn: (done) => {
      changes = changesOf(done);
      const before = new Set(equalToOurs);
      const isNewDefault = (path: string) =>
        path.startsWith('spec.template.') && isApiDefault(path, changes.sent.get(path)) && !proven.has(path);
      proves = done.applied !== undefined && [...changes.sent.keys()].some(isNewDefault);
      learnProofs(done, changes, proven);
      learnEqualValues(changes, proven, equalToOurs);
      seen = isSeen(done, changes, (path) => before.has(path) || equalToOurs.has(path));
      learnLostRecords(done, changes, lost);
    },
    mayTake: (path) => {
      // 1. A value that is the API's default, from a client that leaves no proof (PUT, Helm 3, an editor, create): the object
      // received is the same as if the client had not written it.
      const value = changes.wrote.get(path);
      if (!proven.has(path) && isApiDefault(path, value)) return true;
      // 2. A value that we had written ourselves, from such a client: the object received is the same as that of a client which
      // reads, changes something else, and writes back. A handler is known or unknown as a whole.
      return [...equalToOurs].some((known) => sameUnit(known, path));
    },
    // 3. A client that drops or replaces the annotation while the webhook is away (a PUT, `rollout undo`): the next call sees
    // fields without a record, as if an author had written them.
    mayLeave: (path) => [...lost, ...equalToOurs].some((known) => sameUnit(known, path)),
    seesTemplate: () => seen,
    provesDefault: () => proves,
    mayRefuse: () => lost.size > 0,
  };
}

/** An apply proves what it sends, until another client changes it, or takes the annotation away that was the proof. */
function learnProofs(done: Done, { wrote, wroteBefore, sent }: Changes, proven: Map<string, Proof>): void {
  const annotated = done.after.live.metadata.annotations?.[lastApplied] !== undefined;
  for (const [path, proof] of proven)
    if (wrote.get(path) !== wroteBefore.get(path) || (proof === 'client-side' && !annotated)) proven.delete(path);
  if (done.applied !== undefined) for (const path of sent.keys()) proven.set(path, done.applied);
}

/** What changed in the template must be more than values that we had written there already. */
function isSeen(
  { before }: Done,
  { wrote, wroteBefore, liveBefore }: Changes,
  hidden: (path: string) => boolean,
): boolean {
  if (before === undefined) return true;
  const paths = new Set([...wrote.keys(), ...wroteBefore.keys()]);
  const changed = [...paths].filter((path) => wrote.get(path) !== wroteBefore.get(path));
  const stood = (path: string) => wrote.has(path) && wrote.get(path) === liveBefore.get(path);
  return changed.some((path) => path.startsWith('spec.template.') && !hidden(path) && !stood(path));
}

function learnEqualValues(
  { wrote, wroteBefore, liveBefore }: Changes,
  proven: ReadonlyMap<string, Proof>,
  equal: Set<string>,
): void {
  for (const path of equal) if (proven.has(path) || wrote.get(path) !== wroteBefore.get(path)) equal.delete(path);
  for (const [path, value] of wrote)
    if (!proven.has(path) && wroteBefore.get(path) !== value && liveBefore.get(path) === value) equal.add(path);
}

function learnLostRecords({ called, before, after }: Done, { live, shadow }: Changes, lost: Set<string>): void {
  for (const path of lost) if (live.get(path) === shadow.get(path)) lost.delete(path);
  if (called || before === undefined || recordOf(before.live) === recordOf(after.live)) return;
  for (const [path, value] of live) if (shadow.get(path) !== value) lost.add(path);
}

/** A probe or a hook is one thing; any other field stands alone. */
function sameUnit(a: string, b: string): boolean {
  return a === b || (unitOf(a) !== undefined && unitOf(a) === unitOf(b));
}

export function unitOf(path: string): string | undefined {
  return /^.*\.(readinessProbe|lifecycle)(?=\.|$)/.exec(path)?.[0];
}
