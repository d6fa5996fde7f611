// The clients: kubectl, Helm 3, and programs that write a whole object. Each sends what the real one sends.

import { copied, lastApplied, notCopied, type Revision } from './controller.ts';
import { copy } from './copy.ts';
import { manifestsMerged, threeWayJsonMerge } from './json-merge.ts';
import { migrate, sorted } from './last-applied.ts';
import type { Answer, Server } from './server.ts';
import { threeWayMerge } from './strategic-merge.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const unchanged: Answer = { refused: [], warnings: [] };

/** `kubectl create`, or an SDK. */
export const create = (server: Server, manifest: Any, manager = 'kubectl-create'): Answer =>
  server.create(manifest, manager);

/** `kubectl replace`, or an operator: the manifest and nothing else. */
export const replace = (server: Server, manifest: Any, manager = 'kubectl-replace'): Answer =>
  server.put(manifest, manager);

/** `kubectl edit`, `set`, `patch`, an SDK's read and write. Nothing is sent where nothing changes. */
export function edit(server: Server, change: (object: Any) => void, manager = 'kubectl-edit'): Answer {
  const object = server.get();
  change(object);
  return sameJson(object, server.get()) ? unchanged : server.patch(() => object, manager);
}

export function label(server: Server, key: string, value: string): Answer {
  const change = ({ metadata }: Any) => {
    metadata.labels = { ...metadata.labels, [key]: value };
  };
  return edit(server, change, 'kubectl-label');
}

/** `null` takes the annotation away. */
export function annotate(server: Server, key: string, value: string | null): Answer {
  return edit(
    server,
    ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations };
      if (value === null) delete metadata.annotations[key];
      else metadata.annotations[key] = value;
    },
    'kubectl-annotate',
  );
}

/** `kubectl rollout restart`; of a Rollout, `kubectl argo rollouts restart`. */
export function restart(server: Server, at: string, manager = 'kubectl-rollout'): Answer {
  const change = ({ spec }: Any) => {
    const { template } = spec;
    if (server.model.custom) spec.restartAt = at;
    else template.metadata.annotations = { ...template.metadata.annotations, 'kubectl.kubernetes.io/restartedAt': at };
  };
  return edit(server, change, manager);
}

/** `kubectl rollout undo`: the template of the revision, and for some kinds its annotations; of those, the controller's stay. */
export function undo(server: Server, revision: Revision | undefined = previous(server)): Answer {
  if (revision === undefined || sameJson(revision.template, server.model.revisionTemplate(server.get())))
    return unchanged;
  return undoTo(server, revision);
}

export function undoTo(server: Server, revision: Revision): Answer {
  const change = (object: Any) => ({
    ...object,
    metadata: server.model.undoesAnnotations ? withAnnotations(object.metadata, revision) : object.metadata,
    spec: { ...object.spec, template: copy(revision.template) },
  });
  return server.patch(change, server.model.custom ? 'kubectl-argo-rollouts' : 'kubectl', { unnamed: true });
}

function withAnnotations(metadata: Any, { annotations }: Revision): Any {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => notCopied.includes(key));
  return { ...metadata, annotations: { ...Object.fromEntries(kept), ...copied(annotations) } };
}

export function previous(server: Server): Revision | undefined {
  return [...server.revisions()].sort((a, b) => b.number - a.number)[1];
}

/** `kubectl apply`. */
export function clientSideApply(server: Server, manifest: Any, manager = 'kubectl-client-side-apply'): Answer {
  const modified = copy(manifest);
  modified.metadata.annotations = { ...modified.metadata.annotations };
  const text = `${JSON.stringify(sorted(modified))}\n`;
  modified.metadata.annotations[lastApplied] = text;
  if (!server.exists()) return server.create(modified, manager);
  const original = JSON.parse(server.get().metadata.annotations?.[lastApplied] ?? '{}');
  return merge(server, { original, modified, manager }, mergerOf(server, threeWayJsonMerge));
}

/** `helm upgrade --install` of Helm 3: the manifest of the last release is kept by Helm, and nowhere in the object. */
export function helm(server: Server, manifest: Any, last: Any | undefined): Answer {
  if (!server.exists()) return server.create(manifest, 'helm');
  const from = { original: last ?? {}, modified: copy(manifest), manager: 'helm' };
  return merge(server, from, mergerOf(server, manifestsMerged));
}

type Merger = (original: Any, modified: Any, current: Any) => Any;

function mergerOf({ model }: Server, plain: Merger): Merger {
  return model.custom ? plain : (...objects) => threeWayMerge(model.type, ...objects);
}

function merge(
  server: Server,
  { original, modified, manager }: { original: Any; modified: Any; manager: string },
  merger: Merger,
): Answer {
  const { status, ...live } = server.get();
  const { managedFields, ...metadata } = live.metadata;
  const merged = merger(original, modified, { ...live, metadata });
  if (sameJson(merged, { ...live, metadata })) return unchanged;
  return server.patch(() => ({ ...merged, metadata: { ...merged.metadata, managedFields }, status }), manager);
}

export interface ApplyOptions {
  readonly manager?: string;
  /** --force-conflicts. */
  readonly force?: boolean;
  /** False: another program than kubectl, which leaves the fields of client-side apply where they are. */
  readonly kubectl?: boolean;
}

/** `kubectl apply --server-side`: after client-side apply it moves the fields of that one over, and applies again. */
export function serverSideApply(server: Server, manifest: Any, options: ApplyOptions = {}): Answer {
  const { manager = 'kubectl', force = false, kubectl = manager === 'kubectl' } = options;
  const answer = server.apply(manifest, manager, { force });
  if (answer.refused.length > 0 || !kubectl || !migrate(server, manager)) return answer;
  // Where this fails kubectl only warns.
  const again = server.apply(manifest, manager, { force });
  return again.refused.length > 0 ? answer : again;
}
