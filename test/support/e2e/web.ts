// A small web server as a Deployment, and what of it is ours to fill.

import { image, pullPolicy } from './release.ts';

export const shop = 'hitless-test-shop';

export interface Web {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Changes {
  readonly namespace?: string;
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
export function web(name: string, changes: Changes = {}): Web {
  const { namespace = shop, replicas = 0, annotations, strategy, pod, container } = changes;
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
    metadata: { name, namespace, ...(annotations && { annotations }) },
    spec: { replicas, selector: { matchLabels: labels }, template, ...(strategy ? { strategy } : {}) },
  } as Web;
}

export interface Live {
  readonly metadata: { readonly generation: number; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly strategy: { readonly type: string; readonly rollingUpdate?: Readonly<Record<string, unknown>> };
    readonly template: { readonly spec: PodSpec };
  };
  readonly status: { readonly observedGeneration?: number; readonly updatedReplicas?: number };
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [{ readonly readinessProbe?: unknown; readonly lifecycle?: unknown }];
}

/** What of a pod is ours to fill. */
export function promised({ terminationGracePeriodSeconds, containers: [container] }: PodSpec) {
  return {
    graceSeconds: terminationGracePeriodSeconds,
    probe: (container.readinessProbe as { tcpSocket?: unknown } | undefined)?.tcpSocket,
    preStop: (container.lifecycle as { preStop?: unknown } | undefined)?.preStop,
  };
}

/** What `promised` gives for a pod that nobody patched. */
export const bare = { graceSeconds: 30, probe: undefined, preStop: undefined };

/** What `promised` gives for a pod by this policy. */
export function kept(seconds: number) {
  return { graceSeconds: seconds + 40, probe: { port: 8080 }, preStop: { sleep: { seconds } } };
}
