// Records what the API server tells during real rollouts, into recorded/*.ndjson. By hand, with KUBECONFIG set to a cluster that
// knows the image: node test/measurement/rollout/record.ts localhost/node:24 [name of one recording]
//
// A line: {"atMs": since the beginning, "kind": "Pod", "type": "LISTED" | "ADDED" | "MODIFIED" | "DELETED", "object": {...}}, with
// the fields alone that src/measurement/rollout reads.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findAccess } from '../../../src/cluster/client/access.ts';
import { type Api, createApi } from '../../../src/cluster/client/api.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { watchRollout } from '../../../src/measurement/rollout/watch.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are cut down here
type Any = any;

const image = process.argv[2] ?? 'localhost/node:24';
const namespace = 'hitless-record';
const name = 'web';
const kinds: Readonly<Record<string, string>> = {
  pods: 'Pod',
  endpointslices: 'EndpointSlice',
  deployments: 'Deployment',
};

// Listens after 300 ms, works for 20 ms, and on SIGTERM ends when it has answered.
const program = `
const server = require('http').createServer((request, answer) => {
  if (request.url === '/crash') process.exit(3);
  setTimeout(() => answer.end(process.env.HOSTNAME), 20);
});
setTimeout(() => server.listen(8080), 300);
process.on('SIGTERM', () => { server.close(() => process.exit()); server.closeIdleConnections(); });`;

const probe = { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } };
const sleep = { lifecycle: { preStop: { sleep: { seconds: 3 } } } };

function deployment(container: object, spec: object): Any {
  const labels = { app: name };
  const one = {
    name,
    image,
    imagePullPolicy: 'Never',
    command: ['node', '-e', program],
    ports: [{ containerPort: 8080 }],
  };
  const template = { metadata: { labels }, spec: { containers: [{ ...one, ...container }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template, ...spec },
  };
}

const surge = { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
const instead = { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } };
const restart = async () => {
  await must(kubectl(['rollout', 'restart', `deployment/${name}`, '-n', namespace]));
  await must(kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout', '60s']));
};
const on = (args: readonly string[]) => must(kubectl(['-n', namespace, ...args]));
const firstPod = () => on(['get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}']);

interface Recording {
  readonly of: Any;
  readonly act: () => Promise<unknown>;
}

const recordings: Readonly<Record<string, Recording>> = {
  'probe-and-sleep': { of: deployment({ ...probe, ...sleep }, surge), act: restart },
  'without-sleep': { of: deployment(probe, surge), act: restart },
  'without-probe': { of: deployment({}, surge), act: restart },
  'one-replica-replaced': { of: deployment(probe, { replicas: 1, ...instead }), act: restart },
  'a-pod-crashes': {
    of: deployment(probe, surge),
    act: async () => on(['exec', await firstPod(), '--', 'node', '-e', 'process.kill(1, 15)']),
  },
  'service-selects-others': {
    of: deployment(probe, surge),
    act: () => on(['patch', 'service', name, '-p', '{"spec":{"selector":{"app":"others"}}}']),
  },
  'misses-its-deadline': {
    of: deployment(probe, { ...surge, progressDeadlineSeconds: 3 }),
    act: async () => {
      await on(['set', 'image', `deployment/${name}`, `${name}=localhost/there-is-none:1`]);
      await kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout', '20s']);
    },
  },
};

interface Line {
  readonly atMs: number;
  readonly kind: string;
  readonly type: string;
  readonly object: unknown;
}

/** An Api that keeps what it is told. */
function taping(api: Api, lines: Line[]): Api {
  const beganMs = performance.now();
  const keep = (path: string, type: string, object: Any) => {
    const kind = kinds[path.split('/').at(-1) ?? ''];
    if (kind === undefined || type === 'BOOKMARK') return;
    lines.push({ atMs: Math.round(performance.now() - beganMs), kind, type, object: cut(object) });
  };
  return {
    json: async (call) => {
      const answer: Any = await api.json(call);
      for (const item of answer.items ?? []) keep(call.path, 'LISTED', item);
      return answer;
    },
    stream: async (call) => {
      const stream = await api.stream(call);
      return (async function* () {
        for await (const line of stream) {
          const { type, object } = JSON.parse(line);
          keep(call.path, type, object);
          yield line;
        }
      })();
    },
  };
}

/** Without what nobody reads: of 8 kB some 800 bytes remain. */
function cut({ metadata, spec, status, endpoints }: Any): Any {
  const { name, uid, generation, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return {
    metadata: { name, uid, generation, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds },
    ...(spec && { spec: cutSpec(spec) }),
    ...(status && { status: cutStatus(status) }),
    ...(endpoints && { endpoints: endpoints.map(({ conditions, targetRef }: Any) => ({ conditions, targetRef })) }),
  };
}

function cutSpec({ containers, template, replicas, selector }: Any): Any {
  if (template === undefined)
    return { containers: containers.map(({ name, lifecycle }: Any) => ({ name, lifecycle })) };
  const { annotations, labels } = template.metadata;
  const [{ image }] = template.spec.containers;
  return {
    replicas,
    selector,
    template: { metadata: { annotations, labels }, spec: { containers: [{ name, image }] } },
  };
}

function cutStatus({ conditions, containerStatuses, phase, ...status }: Any): Any {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
  const told = (conditions ?? []).filter(({ type }: Any) => ['Ready', 'Progressing', 'ReplicaFailure'].includes(type));
  return {
    phase,
    ...(phase === undefined && { observedGeneration, replicas, updatedReplicas, availableReplicas }),
    conditions: told.map(({ type, status, reason, message }: Any) => ({ type, status, reason, message })),
    containerStatuses: containerStatuses?.map(({ restartCount, state, lastState }: Any) => ({
      restartCount,
      state: emptied(state),
      lastState: emptied(lastState),
    })),
  };
}

function emptied(state: Any): Any {
  return Object.fromEntries(Object.keys(state ?? {}).map((key) => [key, {}]));
}

async function record(title: string, { of, act }: Recording, api: Api): Promise<void> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  await kubectl(['create', 'namespace', namespace]);
  await must(kubectl(['create', '-f', '-'], `${JSON.stringify(of)}\n---\n${JSON.stringify(service)}`));
  await on(['rollout', 'status', `deployment/${name}`, '--timeout', '60s']);
  await pause(1000);
  const lines: Line[] = [];
  const events: RolloutEvent[] = [];
  const watch = watchRollout({
    api: taping(api, lines),
    kind,
    namespace,
    name,
    tell: (event) => events.push(event),
  });
  await watch.ready;
  await act();
  // Until the old pods are gone.
  await pause(title === 'probe-and-sleep' ? 7000 : 5000);
  await watch.stop();
  writeFileSync(
    join(import.meta.dirname, 'recorded', `${title}.ndjson`),
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
  );
  console.log(title, lines.length);
  const began = events[0]?.atMs ?? 0;
  for (const { atMs, ...event } of events) console.log(' ', Math.round(atMs - began), JSON.stringify(event));
  await must(kubectl(['delete', 'namespace', namespace, '--wait']));
}

const api = createApi(await findAccess({ kubeconfig: process.env.KUBECONFIG }));
const [, , , only] = process.argv;
for (const [title, recording] of Object.entries(recordings))
  if (only === undefined || only === title) await record(title, recording, api);
