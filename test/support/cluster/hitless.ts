// hitless as a webhook of the model's API server, with all that an operator can change about it while a cluster runs.

import type jsonPatch from 'fast-json-patch';
import { admit } from '../../../src/admission/admit.ts';
import { readReview } from '../../../src/admission/review.ts';
import { screen } from '../../../src/admission/skip.ts';
import type { ClusterState } from '../../../src/cluster-state/cluster-state.ts';
import { policy, stateOf } from '../webhook.ts';
import type { Call, Webhook } from './admission.ts';
import { deployment } from './kinds/deployment.ts';
import type { ModelKind } from './model-kind.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** Everything here may change between two writes. */
export interface Settings {
  /** The spec of the one cluster policy; undefined: the built-in one. */
  policy?: Any;
  /** The namespace's label hitless.dev/mode; undefined: the webhook is not called. */
  mode?: 'enforce' | 'audit' | undefined;
  /** The webhook is away and failurePolicy is Ignore. */
  away?: boolean;
  reinvocation?: 'Never' | 'IfNeeded';
  /** The policy's `kinds` does not name the kind. */
  unnamed?: boolean;
}

const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' as const }],
};

/** The same policy is compiled once. */
const worlds = new Map<string, ClusterState>();

export function stateUnder(spec: Any): ClusterState {
  const key = JSON.stringify(spec ?? null);
  const known = worlds.get(key) ?? stateOf({ services: [service], policies: spec === undefined ? [] : [policy(spec)] });
  worlds.set(key, known);
  return known;
}

/** The policy's spec with its `kinds`. Deployments need none. */
function specUnder({ policy, unnamed = false }: Settings, { kind }: ModelKind): Any {
  if (unnamed) return { ...policy, kinds: [] };
  return kind === 'Deployment' ? policy : { ...policy, kinds: [kind] };
}

export function hitless(settings: Settings, model: ModelKind = deployment): Webhook {
  return {
    name: 'hitless.dev',
    get reinvocation() {
      return settings.reinvocation ?? 'IfNeeded';
    },
    answer: (call) =>
      isCalled(settings, call) && settings.mode !== undefined
        ? ask(call, stateUnder(specUnder(settings, model)), settings.mode)
        : undefined,
  };
}

export function isCalled({ away, mode }: Settings, call: Call): boolean {
  return away !== true && mode !== undefined && !isOptedOut(call);
}

/** The chart's matchConditions: who opted out is called for only while a record is left. */
function isOptedOut({ object, old }: Call): boolean {
  const annotations = object.metadata.annotations ?? {};
  const isRecorded = (of: Any) => of?.metadata.annotations?.['hitless.dev/injected'] !== undefined;
  return annotations['hitless.dev/mode'] === 'off' && !isRecorded(object) && !isRecorded(old);
}

export function ask(call: Call, state: ClusterState, mode: 'enforce' | 'audit') {
  const { response } = admit(screen(readReview(reviewOf(call))), state, mode);
  if (!response.allowed) throw new Error('refused by hitless');
  const patch: jsonPatch.Operation[] =
    response.patch === undefined ? [] : JSON.parse(Buffer.from(response.patch, 'base64').toString());
  return { patch, warnings: response.warnings ?? [] };
}

export function reviewOf({ object, old, fieldManager }: Call): Any {
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  const { namespace, name } = object.metadata;
  const [group, version] = object.apiVersion.split('/');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'a-uid',
      kind: { group, version, kind: object.kind },
      operation,
      namespace,
      ...(name !== undefined && { name }),
      object,
      oldObject: old ?? null,
      dryRun: false,
      options: {
        kind: old === undefined ? 'CreateOptions' : 'UpdateOptions',
        apiVersion: 'meta.k8s.io/v1',
        ...(fieldManager !== undefined && { fieldManager }),
      },
    },
  };
}

export const recordAnnotation = 'hitless.dev/injected';

export const recordOf = ({ metadata }: Any): string | undefined => metadata.annotations?.[recordAnnotation];
