// An API server of a few lines, with one namespace and one Deployment at a time: what the lab asks, answered from a table.

import { type Api, ApiError, type Call } from '../../../src/cluster/client/api.ts';
import type { LabSettings } from '../../../src/measurement/lab/settings.ts';
import type { JsonObject } from '../../../src/workload/json.ts';

export type Answer = (call: Call) => JsonObject | Promise<JsonObject>;

/** By `METHOD path`, a regular expression; the first that fits. */
export type Answers = Readonly<Record<string, Answer>>;

export interface FakeCluster {
  readonly api: Api;
  /** `METHOD path` in order. */
  readonly calls: readonly string[];
  readonly count: (pattern: RegExp) => number;
}

export function refused(code: number, message: string): never {
  throw new ApiError(code, `${code}: ${message}`);
}

/** `answers` come before its own. */
export function fakeCluster(answers: Answers = {}): FakeCluster {
  const calls: string[] = [];
  const table = [
    ...Object.entries(answers),
    ...Object.entries(namespaceAnswers()),
    ...Object.entries(rolloutAnswers()),
  ];
  return {
    calls,
    count: (pattern) => calls.filter((call) => pattern.test(call)).length,
    api: {
      json: async (call) => {
        const line = `${call.method ?? 'GET'} ${call.path}`;
        calls.push(line);
        const [, answer] = table.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(line)) ?? [];
        return answer === undefined ? refused(404, `no ${line}`) : answer(call);
      },
      stream: async (call) => linesOf(call),
    },
  };
}

/** A pod answers its probe; its log says that it listens; a watch says nothing. The last two end with their signal. */
async function* linesOf({ path, signal }: Call): AsyncGenerator<string, void, undefined> {
  if (path.endsWith('/healthz')) return;
  if (path.endsWith('/log')) yield '{"listening":1}';
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return;
  signal?.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

function namespaceAnswers(): Answers {
  let stored: JsonObject | undefined;
  return {
    'POST /api/v1/namespaces': ({ body }) => {
      if (stored !== undefined) refused(409, 'namespaces already exists');
      stored = body as JsonObject;
      return stored;
    },
    'GET /api/v1/namespaces/lab': () => stored ?? refused(404, 'namespaces "lab" not found'),
    'DELETE /api/v1/namespaces/lab': () => {
      stored = undefined;
      return {};
    },
  };
}

/** A Deployment of one pod, which is there at once, and replaced at once. */
function rolloutAnswers(): Answers {
  let generation = 1;
  let stored: JsonObject = {};
  const deployment = () => ({
    ...stored,
    metadata: { ...(stored.metadata as JsonObject), uid: 'd', generation },
    status: { observedGeneration: generation, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  });
  const pod = () => ({
    metadata: { name: `test-app-${generation}`, uid: `p${generation}` },
    spec: { containers: [{ name: 'test-app' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const list = (items: readonly JsonObject[]) => ({ metadata: { resourceVersion: '1' }, items: [...items] });
  const namespaced = '/(?:api/v1|apis/[a-z0-9./]+)/namespaces/lab';
  return {
    [`POST ${namespaced}/(?:services|pods)`]: ({ body }) => body as JsonObject,
    [`POST ${namespaced}/deployments`]: ({ body }) => {
      generation = 1;
      stored = body as JsonObject;
      return deployment();
    },
    [`PATCH ${namespaced}/deployments/.*`]: () => {
      generation += 1;
      return deployment();
    },
    [`GET ${namespaced}/deployments/.*`]: deployment,
    [`GET ${namespaced}/deployments`]: () => list([deployment()]),
    [`GET ${namespaced}/pods`]: () => list([pod()]),
    [`GET ${namespaced}/(?:services|endpointslices)`]: () => list([]),
    [`DELETE ${namespaced}/.*`]: () => ({}),
  };
}

const row = { fixes: 'nothing', title: 'nothing fixed', drains: false, replicas: 1 };

export function labSettings(changes: Partial<LabSettings> = {}): LabSettings {
  return {
    pods: { namespace: 'lab', image: 'hitless:1', imagePullPolicy: 'Never', startUpMs: 0, workMs: 0 },
    rows: [row],
    rollouts: 1,
    parallel: 1,
    rate: 100,
    lanes: ['get-new'],
    retries: 0,
    timeoutMs: 1000,
    startWithinMs: 60_000,
    sleepSeconds: undefined,
    webhook: false,
    target: undefined,
    route: [],
    ...changes,
  };
}
