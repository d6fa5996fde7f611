// `hitless explain deployment/web`: the same about workloads of a cluster.

import { assess } from '../../admission/assess.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { type Snapshot, takeSnapshot } from '../../cluster/snapshot.ts';
import { readWebhookCalls, type WebhookCalls } from '../../cluster/webhook-configuration.ts';
import { readWorkload } from '../../cluster/workloads.ts';
import { hiddenViolations } from '../../lint/hidden-violations.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Workload } from '../../workload/workload.ts';
import { gapsOf } from '../gaps.ts';
import { type Explained, ownerPart, verdictsOn } from './explained.ts';
import type { NamedWorkload } from './target.ts';

export interface LiveExplanation {
  readonly explained: readonly Explained[];
  /** Which findings may be wrong, and which names were not found; a sentence each. */
  readonly problems: readonly string[];
  /** What is unknown, and does not make findings wrong. */
  readonly notices: readonly string[];
}

/** @throws Error when the API server does not answer, refuses, or has no such namespace. */
export async function explainLive(
  api: Api,
  workloads: readonly NamedWorkload[],
  namespace: string,
): Promise<LiveExplanation> {
  const [snapshot, calls] = await Promise.all([takeSnapshot(api, namespace), readWebhookCalls(api)]);
  const explained: Explained[] = [];
  const missing: string[] = [];
  for (const { kind, name } of workloads) {
    try {
      const workload = await readWorkload(api, { kind, namespace, name });
      explained.push(explainedWorkload(workload, { namespace, name }, { snapshot, calls }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      missing.push(`there is no ${kind.kind} ${name} in namespace ${namespace}`);
    }
  }
  const gaps = gapsOf(snapshot.gaps);
  return {
    explained,
    problems: [...missing, ...gaps.filter(({ grave }) => grave).map(({ message }) => message)],
    notices: gaps.filter(({ grave }) => !grave).map(({ message }) => message),
  };
}

function explainedWorkload(
  workload: Workload,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { snapshot: { state, namespaces }, calls }: { readonly snapshot: Snapshot; readonly calls: WebhookCalls },
): Explained {
  const object = { kind: workload.kind, namespace, name };
  const assessment = assess(workload, state);
  const { skipped, onlyReported } = assessment;
  const hidden = skipped === undefined ? hiddenViolations(kindOf(workload), workload) : [];
  return {
    object,
    mode: modeText(namespace, namespaces, { calls, kind: kindOf(workload), onlyReported }),
    ...ownerPart(workload),
    ...(skipped !== undefined && { skipped }),
    assessment,
    policies: verdictsOn(object, workload, state),
    manifest: hidden.map(({ message }) => ({ message })),
  };
}

const modeTexts = {
  enforce: 'enforce: hitless writes what the rules edit, in the pod template with its next change',
  audit: 'audit: hitless writes nothing and only says what it would write',
  never:
    'not opted in, or left out by the webhook configuration: hitless is not called here, and this is what it would do',
} as const;

interface ModeGiven {
  readonly calls: WebhookCalls;
  readonly kind: WorkloadKind;
  readonly onlyReported: string | undefined;
}

function modeText(name: string, namespaces: Snapshot['namespaces'], given: ModeGiven): string {
  const { calls, kind, onlyReported } = given;
  const { webhook, modeFor } = calls;
  if (webhook === 'absent') return 'the hitless webhook is not installed in this cluster: this is what it would do';
  const namespace = namespaces.find((one) => one.name === name);
  if (namespace === undefined) return 'unknown: the namespace could not be read';
  const mode = modeFor(namespace, kind);
  return modeTexts[mode === 'enforce' && onlyReported !== undefined ? 'audit' : mode];
}
