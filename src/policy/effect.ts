// Whether a policy does anything, and if not, why: what its condition Effective says.

import { count } from '../text/count.ts';
import type { PolicyReach } from './reach.ts';
import { settingsIn } from './sections.ts';

export type EffectReason =
  | 'Enforced'
  | 'AuditOnly'
  | 'SetsNothing'
  | 'NoNamespaceSelected'
  | 'NoNamespaceOptedIn'
  | 'NothingSelected'
  | 'Overridden'
  | 'OptedOut';

export interface Effect {
  readonly effective: boolean;
  readonly reason: EffectReason;
  /** A sentence. */
  readonly message: string;
}

/** `cap`: what the installation does at most. */
export function effectOf(reach: PolicyReach, cap: 'enforce' | 'audit' = 'enforce'): Effect {
  const { applied, workloads } = reach;
  const idle = idleReason(reach);
  if (idle !== undefined) return { effective: false, ...idle };
  const applying = applied.enforce + applied.audit;
  const what = kindsText(workloads);
  const rest = reach.matched - applying;
  const others =
    rest === 0 ? '' : ' For the rest, higher layers set or lock the same fields, or the workload opted out.';
  const some = rest === 0 ? what : `${applying} of ${what}`;
  if (cap === 'audit' || applied.enforce === 0)
    return {
      effective: true,
      reason: 'AuditOnly',
      message: `It applies to ${some}, in audit mode: nothing is written.${others}`,
    };
  return { effective: true, reason: 'Enforced', message: `It applies to ${some}.${unpatched(reach)}${others}` };
}

function unpatched({ onlyReported }: PolicyReach): string {
  if (onlyReported === 0) return '';
  const subject =
    onlyReported === 1 ? 'is only reported, because its kind is' : 'are only reported, because their kinds are';
  return ` ${onlyReported} of them ${subject} not among the kinds that are patched.`;
}

function idleReason(reach: PolicyReach) {
  const { document, namespaces, optedIn, workloads, matched, applied } = reach;
  if (document.locked === undefined && settingsIn(document.spec).length === 0)
    return { reason: 'SetsNothing', message: 'It sets no field.' } as const;
  if (namespaces === 0)
    return { reason: 'NoNamespaceSelected', message: 'Its namespaceSelector selects no namespace.' } as const;
  if (optedIn === 0)
    return { reason: 'NoNamespaceOptedIn', message: notOptedIn(document.namespace, namespaces) } as const;
  if (matched === 0) return { reason: 'NothingSelected', message: nothingIn(reach) } as const;
  if (applied.enforce + applied.audit > 0) return undefined;
  if (applied.off === matched)
    return {
      reason: 'OptedOut',
      message: `It selects ${kindsText(workloads)}, which opted out by hitless.dev/mode: off.`,
    } as const;
  const optedOut = applied.off > 0 ? ', or the workload opted out' : '';
  const message = `It selects ${kindsText(workloads)}, but higher layers set or lock every field that it sets${optedOut}.`;
  return { reason: 'Overridden', message } as const;
}

function notOptedIn(own: string | undefined, namespaces: number): string {
  const label = 'the label hitless.dev/mode: enforce or audit';
  if (own !== undefined) return `Namespace ${own} is not opted in by ${label}.`;
  if (namespaces === 1) return `The namespace that it selects is not opted in by ${label}.`;
  return `None of the ${namespaces} namespaces that it selects is opted in by ${label}.`;
}

function nothingIn({ document, optedIn, firstOptedIn }: PolicyReach): string {
  const hasSelector = document.workloadSelector !== undefined;
  const where = optedIn === 1 ? `namespace ${firstOptedIn}` : `the ${optedIn} opted-in namespaces that it selects`;
  return hasSelector
    ? `Its workloadSelector selects nothing in ${where}.`
    : `There is nothing to apply to in ${where}.`;
}

/** `12 Deployments and 1 StatefulSet`. */
function kindsText(workloads: PolicyReach['workloads']): string {
  return Object.entries(workloads)
    .map(([kind, number]) => count(number, kind))
    .join(' and ');
}
