// What log and metrics say about a call that got its decision.

import type { Decision } from '../admission/decision.ts';
import { requesterOf } from '../admission/requester.ts';
import type { Screened } from '../admission/skip.ts';
import { truncate } from '../text/truncate.ts';
import { countCorrections } from './corrections.ts';
import type { Log } from './log.ts';
import type { EntryMode } from './metric-rows.ts';
import type { Metrics } from './metrics.ts';

interface Destinations {
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface DecidedCall {
  readonly request: Screened;
  readonly mode: EntryMode;
  readonly verdict: Decision;
  readonly milliseconds: number;
}

export function callReporter({ metrics, log }: Destinations): (call: DecidedCall) => void {
  const noteCorrection = correctionNotes({ metrics, log });
  return (call) => {
    const { request, mode, verdict, milliseconds } = call;
    const workloadKind = request.workloadKind?.kind ?? '';
    metrics.request(mode, verdict.decision, { workloadKind, milliseconds });
    for (const finding of verdict.findings) metrics.finding(finding, workloadKind);
    const taken = verdict.desired?.withdrawn.some(({ kind }) => kind === 'taken-back') ?? false;
    if (taken && !request.dryRun) metrics.strategyTakenBack();
    log.info(line(call), 'admission review');
    if (!request.dryRun) noteCorrection(request, verdict);
  };
}

const repeatedly = {
  object: 'a client writes this object without the fields of hitless again and again, and each time they are put back',
  user: 'a client writes objects, this one among them, without the fields of hitless again and again, and each time they are put back',
} as const;

/** Nothing else follows: a step back would change the template, and roll the pods. */
function correctionNotes({ metrics, log }: Destinations) {
  const counted = countCorrections();
  return (request: Screened, { putBack = [] }: Decision): void => {
    const [first] = putBack;
    if (first === undefined) return;
    const { kind = '' } = request.workloadKind ?? {};
    const [namespace, name] = [cut(request.namespace), cut(request.name)];
    const { user, manager } = requesterOf(request);
    const client = { user: cut(user), manager: cut(manager) };
    const { count, of, frequency, isNews } = counted({ object: `${kind} ${namespace}/${name}`, ...client });
    metrics.correction(frequency);
    if (!isNews) return;
    const fields = { kind, namespace, name, ...client, times: count, first: cut(first), fields: putBack.length };
    log.warn(fields, repeatedly[of]);
  };
}

function line({ request, mode, verdict, milliseconds }: DecidedCall) {
  let rules = '';
  for (const { kind, rule } of verdict.findings) {
    if (kind !== 'fine' && !rules.endsWith(rule)) rules += rules === '' ? rule : ` ${rule}`;
  }
  return {
    uid: cut(request.uid),
    kind: request.workloadKind?.kind ?? cut(request.kind),
    namespace: cut(request.namespace),
    name: cut(request.name === '' ? (request.object?.metadata?.generateName ?? '') : request.name),
    operation: cut(request.operation),
    dryRun: request.dryRun || undefined,
    mode,
    decision: verdict.decision,
    reason: cut(verdict.reason, 1000),
    rules,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
}

/** Names are not validated yet when we see them; a Kubernetes name has at most 253 characters. */
export function cut(text: string, most = 253): string {
  return truncate(text, most);
}
