// What one write changed in the three worlds, as flat maps of fields.

import { type Leaves, leavesOf } from '../cluster/leaves.ts';
import type { ModelKind } from '../cluster/model-kind.ts';
import { sameJson } from '../cluster/typed.ts';
import type { Done } from './worlds.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Changes {
  readonly live: Leaves;
  readonly liveBefore: Leaves;
  readonly shadow: Leaves;
  readonly wrote: Leaves;
  readonly wroteBefore: Leaves;
  /** What the client sent as its manifest. */
  readonly sent: Leaves;
  /** The author changed the pod template: what is stored without us, or what he wrote down. */
  readonly templateStored: boolean;
  readonly templateWritten: boolean;
}

const none: Leaves = new Map();
/** Values of structs and atomic lists as text, so that they compare like numbers. */
function specLeaves({ type, custom }: ModelKind, object: Any): Leaves {
  if (object?.spec === undefined) return none;
  const leaves = leavesOf(type, { spec: object.spec });
  return new Map(
    [...leaves]
      .filter(([path, value]) => !(custom && isNothing(path, value)))
      .map(([path, value]) => [path, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

/** What the Go types of a custom resource's controller add or leave out when it writes it back. */
function isNothing(path: string, value: unknown): boolean {
  if (value === 0) return /(Probe\.\w+(Seconds|Threshold)|^spec\.minReadySeconds)$/.test(path);
  if (value === '') return path.endsWith('.grpc.service');
  if (value === 1) return path === 'spec.replicas';
  return path.endsWith('.resources') && JSON.stringify(value) === '{}';
}

export function changesOf({ model, before, after, manifest }: Done): Changes {
  const [wrote, wroteBefore] = [specLeaves(model, after.wrote), specLeaves(model, before?.wrote)];
  const { revisionTemplate } = model;
  return {
    live: specLeaves(model, after.live),
    liveBefore: specLeaves(model, before?.live),
    shadow: specLeaves(model, after.shadow),
    wrote,
    wroteBefore,
    sent: specLeaves(model, manifest),
    templateStored: before === undefined || !sameJson(revisionTemplate(before.shadow), revisionTemplate(after.shadow)),
    templateWritten: !sameJson(inTemplate(wroteBefore), inTemplate(wrote)),
  };
}

function inTemplate(leaves: Leaves): Any {
  return Object.fromEntries([...leaves].filter(([path]) => path.startsWith('spec.template.')));
}

const limit = { Deployment: ['25%', '25%'], DaemonSet: [1, 0], StatefulSet: [1, 0], Rollout: [] } as const;
const podDefaults: readonly (readonly [RegExp, unknown])[] = [
  [/\.terminationGracePeriodSeconds$/, 30],
  [/\.(strategy|updateStrategy)\.type$/, 'RollingUpdate'],
  [/\.(minReadySeconds|initialDelaySeconds)$/, 0],
  [/\.timeoutSeconds$/, 1],
  [/\.periodSeconds$/, 10],
  [/\.successThreshold$/, 1],
  [/\.failureThreshold$/, 3],
];

/** In a custom resource nothing is filled in. */
export function isApiDefault({ kind, custom }: ModelKind, path: string, value: unknown): boolean {
  if (custom) return false;
  const [maxUnavailable, maxSurge] = limit[kind];
  if (path.endsWith('.maxUnavailable')) return value === maxUnavailable;
  if (path.endsWith('.maxSurge')) return value === maxSurge;
  return isPodDefault(path, value);
}

/** What `undo` brings into a custom resource from a ReplicaSet, in which the API server had filled in its default. */
export function isFilledIn({ custom }: ModelKind, path: string, value: unknown): boolean {
  return custom === true && (filledIn.test(path) || isPodDefault(path, value));
}

const filledIn =
  /\.(dnsPolicy|restartPolicy|schedulerName|securityContext|terminationMessage\w+|imagePullPolicy|scheme|path|protocol)$/;

/** What a ReplicaSet makes of a pod template where nothing is written. */
export function isPodDefault(path: string, value: unknown): boolean {
  return podDefaults.some(([pattern, known]) => pattern.test(path) && value === known);
}
