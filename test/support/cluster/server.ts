// One Deployment at an API server: each request in the order of the real one. Decode and default, managedFields, mutating
// admission, validation, generation, storage; then the Deployment controller keeps its revisions.

import jsonPatch from 'fast-json-patch';
import { admitted, type Webhook } from './admission.ts';
import { controlled, type Revision } from './controller.ts';
import { copy } from './copy.ts';
import { defaulted, withoutNulls } from './defaults.ts';
import { withLastApplied } from './last-applied.ts';
import { afterApply, afterUpdate, type By, decode, encode, nothing } from './managers.ts';
import { sameJson } from './typed.ts';
import { refusals } from './validation.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Answer {
  /** Why nothing was stored; empty when it was. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
}

export interface Server {
  /** A copy of what is stored; throws when there is nothing. */
  readonly get: () => Any;
  readonly exists: () => boolean;
  readonly revisions: () => readonly Revision[];
  /** Gives a function that brings back what is stored now. */
  readonly save: () => () => void;
  readonly create: (manifest: Any, manager: string) => Answer;
  /** The whole object; without managedFields in it, those stored are carried on. */
  readonly put: (object: Any, manager: string) => Answer;
  readonly jsonPatch: (operations: readonly jsonPatch.Operation[], manager: string) => Answer;
  /** A patch of any kind, as what it makes of the stored object. `unnamed`: the request has no fieldManager option. */
  readonly patch: (change: (object: Any) => Any, manager: string, options?: { readonly unnamed?: boolean }) => Answer;
  /** Server-side apply. */
  readonly apply: (config: Any, manager: string, options?: { readonly force?: boolean }) => Answer;
}

export interface ServerOptions {
  /** What is stored at the beginning. */
  readonly stored?: Any;
  readonly webhooks?: () => readonly Webhook[];
  /** False: a world without API defaults and validation, where every stored field was written by somebody. */
  readonly defaults?: boolean;
}

export function apiServer({ stored: first, webhooks = () => [], defaults = true }: ServerOptions = {}): Server {
  let stored: Any = first;
  let revisions: readonly Revision[] = [];
  let second = 0;
  const complete = defaults ? defaulted : withoutNulls;
  const by = (manager: string): By => ({
    manager,
    time: new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString().replace('.000', ''),
  });

  /** From the object with its managedFields to storage. */
  function finish(next: Any, fieldManager: string | undefined): Answer {
    const call = { object: next, old: stored, ...(fieldManager !== undefined && { fieldManager }) };
    const { object, warnings } = admitted(call, webhooks(), complete);
    const refused = defaults ? refusals(object) : [];
    if (refused.length > 0) return { refused, warnings };
    const kept = versioned(object, stored);
    if (stored === undefined || !sameJson(kept, stored)) store(kept);
    return { refused, warnings };
  }

  function store(object: Any): void {
    const run = controlled(object, revisions, by('kube-controller-manager'));
    revisions = run.revisions;
    stored = { ...run.object, metadata: { ...run.object.metadata, resourceVersion: `${second}` } };
  }

  function update(next: Any, manager: string, unnamed = false): Answer {
    second++;
    const sent = next.metadata.managedFields ?? [];
    const completed = complete(next);
    const managers = decode(sent.length > 0 ? sent : stored?.metadata.managedFields);
    const live = stored ?? nothing;
    return finish(
      withManaged(completed, encode(afterUpdate(live, completed, managers, by(manager)))),
      unnamed ? undefined : manager,
    );
  }

  function apply(config: Any, manager: string, { force = false } = {}): Answer {
    second++;
    const live = stored ?? nothing;
    const managers = decode(stored?.metadata.managedFields);
    const { object, managers: owners, conflicts } = afterApply(live, config, managers, { ...by(manager), force });
    if (conflicts.length > 0) return { refused: [`conflict: ${conflicts.join(', ')}`], warnings: [] };
    const merged = object === undefined ? live : complete({ ...object, ...(stored && { status: stored.status }) });
    const next = stored === undefined ? merged : withLastApplied(merged, stored, config, manager);
    return finish(withManaged(next, encode(owners)), manager);
  }

  const get = () => {
    if (stored === undefined) throw new Error('nothing is stored');
    return copy(stored);
  };
  return {
    get,
    exists: () => stored !== undefined,
    revisions: () => revisions,
    save: () => {
      const before = { stored, revisions, second };
      return () => {
        ({ stored, revisions, second } = before);
      };
    },
    create: (manifest, manager) => update({ status: {}, ...copy(manifest) }, manager),
    put: (object, manager) => update({ ...copy(object), status: get().status }, manager),
    jsonPatch: (operations, manager) =>
      update(jsonPatch.applyPatch(get(), copy(operations) as jsonPatch.Operation[]).newDocument, manager),
    patch: (change, manager, { unnamed = false } = {}) => update(change(get()), manager, unnamed),
    apply: (config, manager, options) => apply(copy(config), manager, options),
  };
}

function withManaged(object: Any, managedFields: Any[]): Any {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** What the server keeps, whatever a client sends; generation rises with spec and annotations. */
function versioned(object: Any, old: Any): Any {
  const { uid = 'a-uid', creationTimestamp = '2026-01-01T00:00:00Z', generation = 0 } = old?.metadata ?? {};
  const annotations = (of: Any) => of?.metadata.annotations ?? {};
  const same = sameJson(object.spec, old?.spec) && sameJson(annotations(object), annotations(old));
  const kept = { uid, creationTimestamp, generation: generation + (same ? 0 : 1) };
  return {
    ...object,
    metadata: { ...object.metadata, ...kept, ...(old && { resourceVersion: old.metadata.resourceVersion }) },
  };
}
