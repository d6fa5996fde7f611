// What hitless cannot know, all of it in this file. An author's field is safe wherever the request says whose it is; these are the
// writes that do not say it. Each exception holds for single fields, and only until somebody proves or changes them.

import { recordOf } from '../cluster/hitless.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import { type Changes, changesOf, isApiDefault, isFilledIn } from './changes.ts';
import { ownersOf, type Proofs, proofs } from './proofs.ts';
import type { Done } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Unknowable {
  /** To be told of every write that was stored, before it is judged. */
  readonly learn: (done: Done) => void;
  /** The author's value may be missing, or be replaced by one of ours. */
  readonly mayTake: (path: string) => boolean;
  /** A value of ours may stay for ever. */
  readonly mayLeave: (path: string) => boolean;
  /** False: the author changed his template only in ways that the request does not show. */
  readonly seesTemplate: () => boolean;
  /** The pods may be replaced: the template is planned anew, or fields of ours counted as an author's. */
  readonly mayRoll: () => boolean;
  /** The template is planned anew: this write proves that somebody wrote an API default, or a probe whose handler equals ours. */
  readonly provesTemplate: () => boolean;
  /** The author's value, taken for ours and taken out, may come back with the next write of its client. */
  readonly mayReturn: (path: string) => boolean;
  /** A field without a record stands in the object: what is written beside it may be refused. */
  readonly mayRefuse: () => boolean;
}

/** Fields about which something is not known. */
interface Fields {
  readonly learn: (done: Done, changes: Changes, proven: Proofs) => void;
  readonly paths: ReadonlySet<string>;
}

export function unknowable(): Unknowable {
  let changes: Changes;
  let model: ModelKind;
  let seen = true;
  let adoptedFalsely = false;
  const proven = proofs();
  const equal = equalToOurs();
  const members = merged();
  const dropped = adoptedAndDropped();
  const lost = recordLost();
  const unowned = disowned();
  const brought = broughtDefaults();
  // What we wrote beside such a handler goes then.
  let provesHandler = false;
  const unproven = () => new Set([...equal.paths].filter((path) => !proven.has(path)));
  const inUnit = (paths: ReadonlySet<string>, path: string) => [...paths].some((known) => sameUnit(known, path));

  return {
    learn: (done) => {
      changes = changesOf(done);
      model = done.model;
      const unprovenBefore = unproven();
      const before = new Set([...unprovenBefore, ...dropped.adopted]);
      adoptedFalsely = lost.paths.size > 0 || members.paths.size > 0;
      proven.learn(done, changes);
      provesHandler = [...unprovenBefore].some((path) => isHandler(path) && proven.has(path));
      for (const fields of [equal, members, dropped, lost, unowned, brought]) fields.learn(done, changes, proven);
      seen = isSeen(done, changes, new Set([...before, ...unproven()]));
    },
    // An API default from a client that leaves no proof (PUT, Helm 3, an editor, create): the object received is the same as
    // if the client had not written it.
    mayTake: (path) =>
      unowned.paths.has(path) ||
      brought.paths.has(path) ||
      (!proven.has(path) && (equal.paths.has(path) || isApiDefault(model, path, changes.wrote.get(path)))),
    mayLeave: (path) =>
      [unproven(), lost.paths, dropped.undone].some((paths) => inUnit(paths, path)) ||
      [members, dropped, brought].some(({ paths }) => paths.has(path)),
    seesTemplate: () => seen,
    mayRoll: () => proven.provesDefault() || provesHandler || adoptedFalsely || unowned.isNews(),
    provesTemplate: () => proven.provesDefault() || provesHandler,
    mayReturn: (path) => equal.paths.has(path),
    mayRefuse: () => lost.paths.size > 0,
  };
}

/**
 * A value that we had written ourselves, from a client that leaves no proof: the object received is the same as that of a
 * client which reads, changes something else, and writes back. The API server does not note it as that client's either, so it
 * goes when an applier that has proven it meanwhile drops it.
 */
function equalToOurs(): Fields {
  const paths = new Set<string>();
  const provenBefore = new Set<string>();
  const learn: Fields['learn'] = ({ called, before, after, brought }, { wrote, wroteBefore, liveBefore }, proven) => {
    // While the webhook is away, what the record still claims; always, what a record claims
    // that stands in the author's own manifest, or comes back with an old revision.
    const record = brought ?? (called ? recordOf(after.shadow) : recordOf(after.live));
    const ours = (path: string, value: unknown) => liveBefore.get(path) === value || claims(record, path, value);
    for (const path of paths) if (wrote.get(path) !== wroteBefore.get(path)) paths.delete(path);
    // A record that is new in the author's manifest claims what stood there before; one that nobody has read since claims a
    // field whose proof goes with the annotations.
    const forged = recordOf(after.shadow);
    const isForged = forged !== undefined && forged !== (before && recordOf(before.shadow));
    const isClaimed = (path: string, value: unknown) =>
      (isForged && claims(forged, path, value)) ||
      (provenBefore.has(path) && before !== undefined && claims(recordOf(before.live), path, value));
    for (const [path, value] of wrote) {
      const isNew = wroteBefore.get(path) !== value && ours(path, value);
      if (!proven.has(path) && (isNew || isClaimed(path, value))) paths.add(path);
    }
    provenBefore.clear();
    for (const path of wrote.keys()) if (proven.has(path)) provenBefore.add(path);
  };
  return { learn, paths };
}

function claims(record: string | undefined, path: string, value: unknown): boolean {
  const entries = Object.entries(record === undefined ? {} : (JSON.parse(record) as Record<string, unknown>));
  return entries.some(([known, written]) => {
    if (known === path) return written === value;
    const [field, ...deeper] = path.startsWith(`${known}.`) ? path.slice(known.length + 1).split('.') : [];
    return field !== undefined && deeper.length === 0 && (written as Record<string, unknown>)[field] === value;
  });
}

/**
 * What we had written into a probe, after Helm 3 has merged the author's own into it: the object received is the same whether
 * its manifest has that member or number or not, and a value of the author's must not go. `rollout undo` brings it back.
 */
function merged(): Fields {
  const paths = new Set<string>();
  const ever = new Set<string>();
  const learn: Fields['learn'] = ({ merges, write }, { live, liveBefore, shadow, wrote, wroteBefore }, proven) => {
    for (const path of paths) if (proven.has(path) || live.get(path) !== liveBefore.get(path)) paths.delete(path);
    const isNew = (probe: string | undefined) =>
      [...wrote.keys()].some((path) => unitOf(path) === probe && wroteBefore.get(path) !== wrote.get(path));
    const ours = [...live.keys()].filter(
      (path) => /\.readinessProbe\./.test(path) && live.get(path) !== shadow.get(path),
    );
    for (const path of ours) {
      const stays = merges && liveBefore.get(path) === live.get(path) && isNew(unitOf(path));
      if (stays || (write.kind === 'undo' && ever.has(path))) ever.add(path) && paths.add(path);
    }
  };
  return { learn, paths };
}

/**
 * A value of ours that an author adopts by server-side apply, over a default that an Update client owns since it created the
 * object: when he drops it, the API server keeps it for that client. By client-side apply he does not even become its owner:
 * when server-side apply then drops it, it stays. And `rollout undo` to our own value leaves him its owner.
 */
function adoptedAndDropped(): Fields & {
  readonly adopted: ReadonlySet<string>;
  readonly undone: ReadonlySet<string>;
} {
  const undone = new Set<string>();
  const paths = new Set<string>();
  const adopted = new Set<string>();
  const unowned = new Set<string>();
  const learn: Fields['learn'] = ({ applied, write }, { live, liveBefore, sent, wrote, wroteBefore }) => {
    const stays = (path: string) => live.get(path) === liveBefore.get(path);
    for (const path of paths) if (!stays(path)) paths.delete(path);
    for (const path of undone) if (!stays(path)) undone.delete(path);
    for (const path of adopted) {
      if (wrote.has(path)) continue;
      adopted.delete(path);
      if (stays(path) && write.kind === 'undo') undone.add(path);
      if (stays(path) && applied) paths.add(path);
    }
    for (const path of unowned)
      if (!wrote.has(path)) unowned.delete(path) && applied === 'server-side' && stays(path) && paths.add(path);
    for (const [path, value] of sent) {
      if (wroteBefore.get(path) === value || liveBefore.get(path) !== value) continue;
      if (applied === 'server-side' && !wroteBefore.has(path)) adopted.add(path);
      if (applied === 'client-side') unowned.add(path);
    }
  };
  return { learn, paths, adopted, undone };
}

/**
 * A client drops or replaces the annotation while the webhook is away (a PUT, `rollout undo`): the next call sees fields
 * without a record, as if an author had written them. `rollout undo` brings them back like that.
 */
function recordLost(): Fields {
  const paths = new Set<string>();
  const ever = new Set<string>();
  const learn: Fields['learn'] = ({ model, called, before, after, write }, { live, shadow }) => {
    for (const path of paths) if (live.get(path) === shadow.get(path)) paths.delete(path);
    const isUndo = write.kind === 'undo';
    const isDropped = (path: string, value: unknown) =>
      isUndo && !model.undoesAnnotations && !claims(recordOf(after.live), path, value);
    const isLost = !called && before !== undefined && recordOf(before.live) !== recordOf(after.live);
    for (const [path, value] of live) {
      if (shadow.get(path) === value) continue;
      const isNews = isLost || isDropped(path, value);
      if (isNews) ever.add(path);
      if (isNews || (isUndo && ever.has(path))) paths.add(path);
    }
  };
  return { learn, paths };
}

/**
 * Over a value that we raised, a second writer of the author's old one takes the field from its owner, with whom it would share it
 * without us. When that second one drops it, it goes, and the pods with it.
 */
function disowned(): Fields & { readonly isNews: () => boolean } {
  const paths = new Set<string>();
  let news = false;
  const learn: Fields['learn'] = ({ before }, { live, liveBefore, shadow, wrote, wroteBefore }) => {
    news = false;
    const stays = (path: string) => wrote.has(path) && wrote.get(path) === wroteBefore.get(path);
    for (const path of paths) if (!stays(path) || live.get(path) === shadow.get(path)) paths.delete(path);
    const owners = (object: Any, path: string) => ownersOf(object.metadata.managedFields, path);
    for (const path of wrote.keys()) {
      const wasRaised = liveBefore.get(path) !== wroteBefore.get(path) && live.get(path) !== liveBefore.get(path);
      if (before === undefined || !stays(path) || !wasRaised || live.get(path) === shadow.get(path)) continue;
      const kept = owners(before.live, path);
      if (owners(before.shadow, path).every((owner) => kept.includes(owner))) continue;
      paths.add(path);
      news = true;
    }
  };
  return { learn, paths, isNews: () => news };
}

/** Into a custom resource `undo` brings the template of a ReplicaSet, in which the API server had filled in its defaults: nobody wrote those. */
function broughtDefaults(): Fields {
  const paths = new Set<string>();
  const learn: Fields['learn'] = ({ model, write }, { wrote, wroteBefore }) => {
    for (const path of paths) if (wrote.get(path) !== wroteBefore.get(path)) paths.delete(path);
    if (!model.custom || write.kind !== 'undo') return;
    for (const [path, value] of wrote) if (isFilledIn(model, path, value)) paths.add(path);
  };
  return { learn, paths };
}

/** What changed in the template must be more than values that stood there already. */
function isSeen(
  { before, model }: Done,
  { live, wrote, wroteBefore, liveBefore }: Changes,
  hidden: ReadonlySet<string>,
): boolean {
  if (before === undefined) return true;
  const paths = [...new Set([...wrote.keys(), ...wroteBefore.keys()])].filter((path) =>
    path.startsWith('spec.template.'),
  );
  const isHidden = (path: string) =>
    hidden.has(path) ||
    (wrote.has(path) && wrote.get(path) === liveBefore.get(path)) ||
    // Another webhook has written over it, as it did before.
    (live.has(path) && live.get(path) === liveBefore.get(path)) ||
    // A default beside a handler that is taken for ours, new or gone.
    (isApiDefault(model, path, wrote.get(path) ?? wroteBefore.get(path)) &&
      [...hidden].some((known) => sameUnit(known, path)));
  return paths.some((path) => wrote.get(path) !== wroteBefore.get(path) && !isHidden(path));
}

/** A probe or a hook is one thing; any other field stands alone. */
function sameUnit(a: string, b: string): boolean {
  return a === b || (unitOf(a) !== undefined && unitOf(a) === unitOf(b));
}

const isHandler = (path: string) => /\.readinessProbe\.(httpGet|tcpSocket|grpc|exec)\./.test(path);

export function unitOf(path: string): string | undefined {
  return /^.*\.(readinessProbe|lifecycle)(?=\.|$)/.exec(path)?.[0];
}
