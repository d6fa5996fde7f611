// One workload at an API server: each request in the order of the real one. Decode and default, managedFields, mutating
// admission, validation, generation, storage; then its controller keeps its revisions.

import jsonPatch from 'fast-json-patch';
import { admitted, type Webhook } from './admission.ts';
import { marked, type Revision, revisionsAfter } from './controller.ts';
import { copy } from './copy.ts';
import { withoutNulls } from './defaults.ts';
import { deployment } from './kinds/deployment.ts';
import { withLastApplied } from './last-applied.ts';
import { afterApply, afterUpdate, type By, decode, encode } from './managers.ts';
import type { ModelKind } from './model-kind.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Answer {
  /** Why nothing was stored; empty when it was. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
}

export interface Server {
  readonly model: ModelKind;
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
  /** Deployment where it is absent. */
  readonly model?: ModelKind;
  /** What is stored at the beginning. */
  readonly stored?: Any;
  readonly webhooks?: () => readonly Webhook[];
  /** False: a world without API defaults and validation, where every stored field was written by somebody. */
  readonly defaults?: boolean;
}

export function apiServer({
  model = deployment,
  stored: first,
  webhooks = () => [],
  defaults = true,
}: ServerOptions = {}): Server {
  let stored: Any = first;
  let revisions: readonly Revision[] = [];
  let second = 0;
  const complete = defaults || model.custom ? model.decoded : withoutNulls;
  const by = (manager: string): By => ({
    model,
    manager,
    time: new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString().replace('.000', ''),
  });

  /** From the object with its managedFields to storage. */
  function finish(next: Any, fieldManager: string | undefined): Answer {
    const call = { object: next, old: stored, ...(fieldManager !== undefined && { fieldManager }) };
    const { object, warnings } = admitted(call, webhooks(), complete);
    const refused = defaults ? model.refusals(object) : [];
    if (refused.length > 0) return { refused, warnings };
    const kept = versioned(model, object, stored);
    if (stored === undefined || !sameJson(kept, stored)) store(kept);
    return { refused, warnings };
  }

  function store(object: Any): void {
    stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${second}` } };
    const seen = revisionsAfter(model, stored, revisions);
    revisions = seen.revisions;
    const next = marked(model, stored, seen.number);
    if (next === undefined) return;
    if (model.revision?.write === 'status') {
      stored = withRevision(next);
      return;
    }
    const { refused } = update(model.rewritten?.(next) ?? next, 'rollouts-controller', true);
    if (refused.length > 0) throw new Error(`its own controller is refused: ${refused.join('; ')}`);
  }

  /** Written through the status subresource, which no webhook for workloads hears of. */
  function withRevision(next: Any): Any {
    const owner = { ...by('kube-controller-manager'), subresource: 'status' };
    const managers = afterUpdate(stored, next, decode(stored.metadata.managedFields), owner);
    return withManaged(next, encode(managers, model.apiVersion));
  }

  function update(next: Any, manager: string, unnamed = false): Answer {
    second++;
    const sent = next.metadata.managedFields ?? [];
    const completed = complete(next);
    const managers = decode(sent.length > 0 ? sent : stored?.metadata.managedFields);
    const live = stored ?? model.nothing;
    return finish(
      withManaged(completed, encode(afterUpdate(live, completed, managers, by(manager)), model.apiVersion)),
      unnamed ? undefined : manager,
    );
  }

  function apply(config: Any, manager: string, { force = false } = {}): Answer {
    second++;
    const live = stored ?? model.nothing;
    const managers = decode(stored?.metadata.managedFields);
    const { object, managers: owners, conflicts } = afterApply(live, config, managers, { ...by(manager), force });
    if (conflicts.length > 0) return { refused: [`conflict: ${conflicts.join(', ')}`], warnings: [] };
    const merged = object === undefined ? live : complete({ ...object, ...(stored && status(stored.status)) });
    const next = stored === undefined ? merged : withLastApplied(merged, stored, config, manager);
    return finish(withManaged(next, encode(owners, model.apiVersion)), manager);
  }

  const get = () => {
    if (stored === undefined) throw new Error('nothing is stored');
    return copy(stored);
  };
  /** A custom resource has one once its controller has written it, which no history looks at. */
  const status = (value: Any) => (model.custom ? {} : { status: value });
  return {
    model,
    get,
    exists: () => stored !== undefined,
    revisions: () => revisions,
    save: () => {
      const before = { stored, revisions, second };
      return () => {
        ({ stored, revisions, second } = before);
      };
    },
    create: (manifest, manager) => update({ ...status({}), ...copy(manifest) }, manager),
    put: (object, manager) => update({ ...copy(object), ...status(get().status) }, manager),
    jsonPatch: (operations, manager) =>
      update(jsonPatch.applyPatch(get(), copy(operations) as jsonPatch.Operation[]).newDocument, manager),
    patch: (change, manager, { unnamed = false } = {}) => update(change(get()), manager, unnamed),
    apply: (config, manager, options) => apply(copy(config), manager, options),
  };
}

function withManaged(object: Any, managedFields: Any[]): Any {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** What the server keeps, whatever a client sends; generation rises with spec and, for some kinds, annotations. */
function versioned(model: ModelKind, sent: Any, old: Any): Any {
  const object = model.annotated?.(sent, old) ?? sent;
  const { uid = 'a-uid', creationTimestamp = '2026-01-01T00:00:00Z', generation = 0 } = old?.metadata ?? {};
  const annotations = (of: Any) => (model.countsAnnotations ? (of?.metadata.annotations ?? {}) : {});
  const same = sameJson(object.spec, old?.spec) && sameJson(annotations(object), annotations(old));
  const kept = { uid, creationTimestamp, generation: generation + (same ? 0 : 1) };
  return {
    ...object,
    metadata: { ...object.metadata, ...kept, ...(old && { resourceVersion: old.metadata.resourceVersion }) },
  };
}
