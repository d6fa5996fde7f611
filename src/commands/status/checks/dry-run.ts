// A workload that the API server gets as a dry run: the whole way to hitless and back, and nothing is stored.

import { type Api, ApiError } from '../../../cluster/client/api.ts';
import { collectionOf } from '../../../cluster/client/resources.ts';
import { readNamespaces } from '../../../cluster/snapshot.ts';
import { recordAnnotation, sleepAnnotation } from '../../../names.ts';
import { type JsonObject, objectAt, own } from '../../../workload/json.ts';
import type { WorkloadKind } from '../../../workload/kinds/kind.ts';
import { patchableKinds } from '../../../workload/kinds/kinds.ts';
import { defineCheck, type Judgement, type Remark } from '../check.ts';

interface Facts {
  readonly namespace: string;
  /** What was written; undefined: nothing is sent from this namespace. */
  readonly kind: WorkloadKind | undefined;
  readonly answer?: Answer;
}

type Answer =
  /** By the API server, because no webhook answered. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'written'; readonly object: JsonObject; readonly warnings: readonly string[] };

export const dryRunCheck = defineCheck<Facts>({
  id: 'dry-run',
  title: 'dry run',
  isAsked: ({ dryRunIn }) => dryRunIn !== undefined,
  read: async ({ api, dryRunIn: namespace = '', modeFor }) => {
    const [found] = await readNamespaces(api, namespace);
    const kind = patchableKinds().find((one) => !one.custom && found !== undefined && modeFor(found, one) !== 'never');
    return { namespace, kind, ...(kind !== undefined && { answer: await write(api, namespace, kind) }) };
  },
  judge: ({ namespace, kind, answer }): Judgement => {
    if (kind === undefined || answer === undefined) return only(notSent(namespace));
    if (answer.kind === 'refused') return only(refused(namespace, kind, answer.reason));
    const outcome = outcomeOf(answer);
    if (outcome === 'unanswered') return only(unanswered(namespace, kind));
    const summary = `a ${kind.kind} in namespace ${namespace} is answered: ${outcome}`;
    return { summary, remarks: [], unknown: [], facts: { namespace, kind: kind.kind, outcome } };
  },
});

// The longest time that a webhook may take, and a little more.
const silenceMs = 35_000;

/** @throws ApiError where it may not be written, or something else refuses it */
async function write(api: Api, namespace: string, kind: WorkloadKind): Promise<Answer> {
  const warnings: string[] = [];
  try {
    const object = await api.json({
      path: collectionOf(kind, namespace),
      query: { dryRun: 'All', fieldManager: 'hitless-status' },
      method: 'POST',
      body: workloadOf(kind),
      silenceMs,
      warned: (text) => warnings.push(text),
    });
    return { kind: 'written', object, warnings };
  } catch (error) {
    if (error instanceof ApiError && /failed calling webhook/.test(error.message))
      return { kind: 'refused', reason: error.message };
    throw error;
  }
}

/** Its annotation is one that hitless ignores with a warning, whatever the policy asks for: an answer is told from none. */
function workloadOf({ apiVersion, kind }: WorkloadKind): JsonObject {
  const labels = { app: 'hitless-status' };
  const container = { name: 'web', image: 'example.com/web', ports: [{ containerPort: 8080 }] };
  return {
    apiVersion,
    kind,
    metadata: { generateName: 'hitless-status-', annotations: { [sleepAnnotation]: 'dry run' } },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

function outcomeOf({ object, warnings }: Extract<Answer, { readonly kind: 'written' }>) {
  const ours = warnings.filter((text) => text.startsWith('hitless '));
  if (own(objectAt(objectAt(object, 'metadata'), 'annotations'), recordAnnotation) !== undefined) return 'patched';
  if (ours.some((text) => text.includes(': would patch '))) return 'only reported, nothing is patched';
  return ours.length > 0 ? 'its policy writes nothing' : 'unanswered';
}

function only(remark: Remark): Judgement {
  return { summary: 'not answered', remarks: [remark], unknown: [] };
}

function notSent(namespace: string): Remark {
  return {
    severity: 'error',
    message: `API servers send no workload of namespace ${namespace} to hitless`,
    action: `take a namespace that has opted in, or kubectl label namespace ${namespace} hitless.dev/mode=audit`,
  };
}

function refused(namespace: string, { kind }: WorkloadKind, reason: string): Remark {
  return {
    severity: 'error',
    message: `a ${kind} in namespace ${namespace} is refused, because hitless does not answer: ${reason}`,
    action: 'look at the pods, at the caBundle, and whether API servers reach the pods',
  };
}

function unanswered(namespace: string, { kind }: WorkloadKind): Remark {
  return {
    severity: 'error',
    message: `a ${kind} in namespace ${namespace} is written without an answer of hitless: the call failed open`,
    action:
      'look at the pods, at the caBundle, and whether API servers reach the pods (firewall, NetworkPolicy, ports.webhook)',
  };
}
