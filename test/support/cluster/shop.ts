// A namespace with one workload, hitless and other webhooks in front of it: where histories are told.

import { expect } from 'vitest';
import { hitless, type Settings } from './hitless.ts';
import { deployment } from './kinds/deployment.ts';
import { clientSideApply, serverSideApply } from './kubectl.ts';
import type { ModelKind } from './model-kind.ts';
import { type Neighbour, neighbour } from './neighbours.ts';
import { type Answer, apiServer, type Server } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are edited freely here
export type Manifest = any;

export interface Shop {
  readonly server: Server;
  /** Change them between two writes. */
  readonly settings: Settings & { neighbours?: readonly Neighbour[] };
}

export function shop(settings: Shop['settings'] = {}, model: ModelKind = deployment): Shop {
  const now: Shop['settings'] = { mode: 'enforce', ...settings };
  const webhooks = () => [hitless(now, model), ...(now.neighbours ?? []).map(neighbour)];
  return { server: apiServer({ model, webhooks }), settings: now };
}

/** Four replicas of one container that declares 8080, to which a Service sends. */
export function manifest(...changes: ((manifest: Manifest) => void)[]): Manifest {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
      },
    },
  };
  for (const change of changes) change(object);
  return object;
}

/** The numbers that the API server gives a probe. */
export const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

export const web = (object: Manifest): Manifest => object.spec.template.spec.containers[0];
export const pod = (object: Manifest): Manifest => object.spec.template.spec;

export const setting =
  (fields: Record<string, unknown>) =>
  (object: Manifest): void =>
    void Object.assign(web(object), fields);
export const image = (name: string) => setting({ image: name });
export const strategy = (rollingUpdate: Record<string, unknown>) => (object: Manifest) => {
  object.spec.strategy = { rollingUpdate };
};
export const grace = (seconds: number) => (object: Manifest) => {
  pod(object).terminationGracePeriodSeconds = seconds;
};
export const sleep = (seconds: number) => setting({ lifecycle: { preStop: { sleep: { seconds } } } });
export const minReady = (seconds: number) => (object: Manifest) => {
  object.spec.minReadySeconds = seconds;
};
export const annotated =
  (annotations: Record<string, string>) =>
  (object: Manifest): void => {
    object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
  };
export const optedOut = annotated({ 'hitless.dev/mode': 'off' });

export type Apply = (shop: Shop, manifest: Manifest) => Manifest;

/** What is stored after a write that must pass. */
export function stored({ server }: Shop, { refused }: Answer): Manifest {
  expect(refused).toEqual([]);
  return server.get();
}

/** Both kinds of apply; each gives what is stored. */
export const applies: readonly (readonly [string, Apply])[] = [
  ['client-side apply', (shop, manifest) => stored(shop, clientSideApply(shop.server, manifest))],
  ['server-side apply', (shop, manifest) => stored(shop, serverSideApply(shop.server, manifest, { force: true }))],
];
