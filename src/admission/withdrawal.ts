// What a workload becomes when its injections are to be removed: now, or with its next pod template. How the webhook treats
// such a write is in desired.ts; the two must agree, or the webhook would restore what was removed.

import { modeName, recordAnnotation } from '../names.ts';
import { fieldTypeErrors, typeErrorText } from '../workload/field-types.ts';
import { formatRecord, recordAt } from '../workload/injection-record.ts';
import { removeInjections } from '../workload/injections.ts';
import { own } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindOf } from '../workload/kinds/kinds.ts';
import { removeAt, setAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { recoverAuthor } from './author-document.ts';
import { neededBy } from './collisions.ts';
import { annotationOf } from './read-record.ts';
import { systemNamespaces } from './skip.ts';

/** now: the pods roll. next-rollout: fields in the pod template wait for its next change. */
export type WithdrawWhen = 'now' | 'next-rollout';

/** Whether the webhook is called for a namespace, and for what. */
export type WebhookMode = 'enforce' | 'audit' | 'never';

export interface WithdrawalOptions {
  readonly when: WithdrawWhen;
  readonly called: WebhookMode;
  /** The restart time to write if the pods roll, in ISO 8601. */
  readonly at: string;
}

export interface WithdrawalPlan<W extends Workload = Workload> {
  readonly kind: WorkloadKind;
  /** The workload as received if there is nothing to write. */
  readonly desired: W;
  /** The fields that this write removes. */
  readonly taken: readonly string[];
  /** The fields that the next change of the template removes. */
  readonly waiting: readonly string[];
  /** True when the write replaces the pods. */
  readonly rolls: boolean;
  /** True when the write opts the workload out. */
  readonly optsOut: boolean;
  /** The reason why nothing can be done: a sentence. */
  readonly refused?: string;
}

const modePath = `metadata.annotations[${modeName}]`;

function restartPathIn({ template }: WorkloadKind): string {
  return `${template}.metadata.annotations[kubectl.kubernetes.io/restartedAt]`;
}

/** `label`: the value of the namespace's label hitless.dev/mode. */
export function modeFor(namespace: string, label: string | undefined): WebhookMode {
  if (systemNamespaces.includes(namespace)) return 'never';
  return label === 'enforce' || label === 'audit' ? label : 'never';
}

export function planWithdrawal<W extends Workload>(
  received: W,
  { when, called, at }: WithdrawalOptions,
): WithdrawalPlan<W> {
  const kind = kindOf(received);
  if (annotationOf(received) === undefined) return unchanged(kind, received);
  const [misshapen] = fieldTypeErrors(kind, received);
  if (misshapen !== undefined) {
    return { ...unchanged(kind, received), refused: `${typeErrorText(misshapen)}; correct it first` };
  }
  const { record, ours, mistakes } = recoverAuthor(received, { kind });
  const waiting = when === 'now' ? [] : ours.filter(kind.inTemplate);
  const needed = neededBy(kind, received, ours);
  const taken = ours.filter((path) => !waiting.includes(path) && !needed.includes(path));
  const nothing = unchanged(kind, received);
  const [mistake] = mistakes;
  if (mistake !== undefined) return { ...nothing, refused: `${mistake}; remove it yourself` };
  if (waiting.length > 0 && called === 'never') return { ...nothing, waiting, refused: neverCalled };
  const rolls = taken.some(kind.inTemplate);
  const optsOut = ours.length > 0 && (waiting.length > 0 || called === 'enforce') && !isOff(received);
  const rest = formatRecord(recordAt(record, waiting));
  const bare = removeInjections(kind, received, { record, paths: taken });
  const recorded =
    rest === undefined
      ? removeAt(bare, `metadata.annotations[${recordAnnotation}]`)
      : setAt(bare, `metadata.annotations[${recordAnnotation}]`, rest);
  const marked = optsOut ? setAt(recorded, modePath, 'off') : recorded;
  // A template that lost only our fields looks to the webhook like a careless client's, and it restores them. A restart
  // counts as a requested change; the pods are replaced anyway.
  const desired = rolls && called !== 'never' ? setAt(marked, restartPathIn(kind), at) : marked;
  // Some kinds replace no pod by themselves.
  return { kind, desired, taken, waiting, rolls: rolls && kind.standstill?.(received) === undefined, optsOut };
}

function unchanged<W extends Workload>(kind: WorkloadKind, desired: W): WithdrawalPlan<W> {
  return { kind, desired, taken: [], waiting: [], rolls: false, optsOut: false };
}

const neverCalled =
  'the namespace is not opted in, so the webhook is not called and nothing would remove the fields from the next pod template: use --now, or first label the namespace hitless.dev/mode=audit';

function isOff({ metadata }: Workload): boolean {
  return own(metadata.annotations, modeName) === 'off';
}

/** The fields of `planWithdrawal` that the stored object still holds. */
export function stillInjected(stored: Workload, { kind, taken }: WithdrawalPlan): readonly string[] {
  const { ours } = recoverAuthor(stored, { kind });
  return taken.filter((path) => ours.includes(path));
}

/** What a stored workload holds of hitless, by its own record. */
export interface HeldInjections {
  readonly fields: readonly string[];
  /** Its record cannot be read: which fields are injected is not known, and that there are none least of all. */
  readonly isUnreadable: boolean;
}

/** undefined: none. */
export function injectionsIn(workload: Workload): HeldInjections | undefined {
  if (annotationOf(workload) === undefined) return undefined;
  const kind = kindOf(workload);
  // What a custom resource holds, no API server has looked at.
  if (fieldTypeErrors(kind, workload).length > 0) return { fields: [], isUnreadable: true };
  const { ours, mistakes } = recoverAuthor(workload, { kind });
  const isUnreadable = mistakes.length > 0;
  return ours.length > 0 || isUnreadable ? { fields: ours, isUnreadable } : undefined;
}
