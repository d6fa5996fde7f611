// Which fields an author has proven to be his: an apply says what it sends.

import { lastApplied } from '../cluster/controller.ts';
import { type Changes, isApiDefault } from './changes.ts';
import type { Done } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Proofs {
  readonly learn: (done: Done, changes: Changes) => void;
  readonly has: (path: string) => boolean;
  /** The last write was the first to prove an API default in the template. */
  readonly provesDefault: () => boolean;
}

export function proofs(): Proofs {
  const proven = new Map<string, NonNullable<Done['applied']>>();
  let news = false;
  const learn: Proofs['learn'] = ({ model, before, after, called, applied: by }, { wrote, wroteBefore, sent }) => {
    // `kubectl apply` sends nothing where the stored object already says what the manifest says.
    const isSent = called || before?.live.metadata.resourceVersion !== after.live.metadata.resourceVersion;
    const applied = by === 'client-side' && !isSent ? undefined : by;
    const isNews = (path: string) =>
      path.startsWith('spec.template.') && isApiDefault(model, path, sent.get(path)) && !proven.has(path);
    news = applied !== undefined && [...sent.keys()].some(isNews);
    // Until another client changes the field, or takes the annotation away that was the proof.
    const annotated = after.live.metadata.annotations?.[lastApplied] !== undefined;
    const stands = (path: string, proof: string) =>
      proof === 'client-side' ? annotated : isApplied(after.live.metadata.managedFields, path);
    for (const [path, proof] of proven)
      if (wrote.get(path) !== wroteBefore.get(path) || !stands(path, proof)) proven.delete(path);
    if (applied !== undefined) for (const path of sent.keys()) proven.set(path, applied);
  };
  return { learn, has: (path) => proven.has(path), provesDefault: () => news };
}

/** Whether an Apply entry owns the field. Another client that writes it over a value that we raised takes it away. */
function isApplied(managedFields: readonly Any[], path: string): boolean {
  return ownersOf(managedFields, path).some((owner) => owner.startsWith('Apply '));
}

/** Operation and name of the managers that own the field. */
export function ownersOf(managedFields: readonly Any[], path: string): readonly string[] {
  const keys = path
    .replaceAll(/\[([^\]]*)\]/g, '.[$1')
    .split('.')
    .map((step) => (step.startsWith('[') ? `k:${JSON.stringify({ name: step.slice(1) })}` : `f:${step}`));
  const owns = ({ fieldsV1 }: Any) => keys.reduce((set: Any, key) => set?.[key], fieldsV1) !== undefined;
  return managedFields.filter(owns).map(({ operation, manager }) => `${operation} ${manager}`);
}
