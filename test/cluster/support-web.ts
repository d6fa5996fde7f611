// A small web server as a Deployment, and the ways in which people write it.

import { helm, kubectl, must } from './kubectl.ts';
import { chartOf, image, pullPolicy } from './support-release.ts';

export const shop = 'hitless-test-shop';

export interface Web {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Changes {
  readonly replicas?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly strategy?: unknown;
  readonly pod?: object;
  readonly container?: object;
}

// The first process of a container ends by no signal that it does not listen to.
const program =
  "process.on('SIGTERM', () => process.exit()); require('http').createServer((_, answer) => answer.end('hello')).listen(8080)";

/** No pods unless asked for: its ReplicaSets tell whether it rolled. */
export function web(name: string, { replicas = 0, annotations, strategy, pod, container }: Changes = {}): Web {
  const labels = { app: 'web', is: name };
  const one = {
    name: 'web',
    image,
    imagePullPolicy: pullPolicy,
    command: ['node', '-e', program],
    ports: [{ containerPort: 8080 }],
    ...container,
  };
  const template = { metadata: { labels }, spec: { containers: [one], ...pod } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: shop, ...(annotations && { annotations }) },
    spec: { replicas, selector: { matchLabels: labels }, template, ...(strategy ? { strategy } : {}) },
  } as Web;
}

export const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: shop },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** More than the API's default grace period, so that all three are to be seen. */
export function policy(seconds: number) {
  const metadata = { name: 'default', namespace: shop };
  const spec = { preStopSleep: { seconds }, terminationGracePeriod: { drainSeconds: 40 } };
  return { apiVersion: 'hitless.dev/v1alpha1', kind: 'RolloutPolicy', metadata, spec };
}

const by = (args: readonly string[]) => (object: Web) => kubectl([...args, '-f', '-'], JSON.stringify(object));

function byHelm(object: Web) {
  const { name } = object.metadata;
  return chartOf(object, (folder) => helm(['upgrade', '--install', name, folder, '-n', shop]));
}

/** How a Deployment is first written, and written again. */
export const ways = [
  { way: 'kubectl create', first: by(['create']), again: by(['replace']) },
  { way: 'kubectl apply', first: by(['apply']), again: by(['apply']) },
  { way: 'kubectl apply --server-side', first: by(['apply', '--server-side']), again: by(['apply', '--server-side']) },
  { way: 'kubectl replace', first: afterAnother, again: by(['replace']) },
  { way: 'helm', first: byHelm, again: byHelm },
] as const;

/** In the place of one that opted out and has another template. */
async function afterAnother(object: Web) {
  const other = { pod: { priority: 0 }, annotations: { 'hitless.dev/mode': 'off' } };
  await must(by(['create'])(web(object.metadata.name, other)));
  return by(['replace'])(object);
}

export interface Live {
  readonly metadata: { readonly generation: number; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly strategy: { readonly type: string; readonly rollingUpdate?: Readonly<Record<string, unknown>> };
    readonly template: { readonly spec: PodSpec };
  };
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [{ readonly readinessProbe?: unknown; readonly lifecycle?: unknown }];
}

export async function live(name: string): Promise<Live> {
  return JSON.parse(await must(kubectl(['get', 'deployment', name, '-n', shop, '-o', 'json'])));
}

/** What of a pod is ours to fill. */
export function promised({ terminationGracePeriodSeconds, containers: [container] }: PodSpec) {
  return {
    graceSeconds: terminationGracePeriodSeconds,
    probe: (container.readinessProbe as { tcpSocket?: unknown } | undefined)?.tcpSocket,
    preStop: (container.lifecycle as { preStop?: unknown } | undefined)?.preStop,
  };
}

/** What `promised` gives for a pod by this policy. */
export function kept(seconds: number) {
  return { graceSeconds: seconds + 40, probe: { port: 8080 }, preStop: { sleep: { seconds } } };
}

/** What a rollout would change, once the controller has seen the newest spec. */
export async function rollouts(name: string) {
  const seen = `{.status.observedGeneration}`;
  const { generation } = (await live(name)).metadata;
  await must(
    kubectl(['wait', `--for=jsonpath=${seen}=${generation}`, `deployment/${name}`, '-n', shop, '--timeout=20s']),
  );
  const sets = await must(kubectl(['get', 'replicasets', '-n', shop, '-l', `is=${name}`, '-o', 'name']));
  return { generation, sets: sets.trim().split('\n').toSorted() };
}
