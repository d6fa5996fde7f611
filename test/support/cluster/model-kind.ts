// A kind of workload as the model's API server and its controllers handle it; one file for each in kinds.

import type { Type } from './schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface ModelKind {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Rollout';
  readonly apiVersion: string;
  readonly type: Type;
  /** A custom resource: no Go types, no defaults but those of its schema, and clients merge it as plain JSON. */
  readonly custom?: true;
  /** What a new object is before its first write: fields without omitempty are there, empty. */
  readonly nothing: Any;
  /** The object as its decoder hands it on. */
  readonly decoded: (object: Any) => Any;
  /** The reasons for which the API server refuses the object. */
  readonly refusals: (object: Any) => string[];
  /** The reasons for which its controller, or the API server that is asked for its pods, refuses what was stored. */
  readonly stuck?: (object: Any) => string[];
  /** What the API server keeps in the object's annotations itself. */
  readonly annotated?: (object: Any, old: Any | undefined) => Any;
  /** True where a change of the annotations raises the generation too. */
  readonly countsAnnotations?: true;
  /** Where its strategy stands, and the map of the limits in it; absent: hitless does not write limits. */
  readonly strategy: string;
  readonly limits?: string;
  /** True where `rollout undo` brings back the annotations of the revision. */
  readonly undoesAnnotations?: true;
  /** The template as a revision of it keeps it. */
  readonly revisionTemplate: (object: Any) => Any;
  /** The annotation in which its controller writes the revision, by which write. */
  readonly revision?: { readonly annotation: string; readonly write: 'status' | 'update' };
  /** The object as its controller writes it back: through Go types. */
  readonly rewritten?: (object: Any) => Any;
}
