// The model of the API server against reviews that a real one sent (Kubernetes 1.37.1): the same client's write to the same
// stored object must give the same object, managedFields included.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as kubectl from '../support/cluster/kubectl.ts';
import { apiServer, type Server } from '../support/cluster/server.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const recorded = (name: string): Any =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'reviews', name, 'review.json'), 'utf8')).request;

function manifest(...changes: ((manifest: Any) => void)[]): Any {
  const container = (name: string) => ({ name, image: 'localhost/app:1', imagePullPolicy: 'Never' });
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [{ ...container('web'), ports: [{ containerPort: 8080, name: 'http' }] }, container('proxy')],
        },
      },
    },
  };
  for (const change of changes) change(object);
  return object;
}

const image2 = ({ spec }: Any) => {
  spec.template.spec.containers[0].image = 'localhost/app:2';
};
const grace30 = ({ spec }: Any) => {
  spec.template.spec.terminationGracePeriodSeconds = 30;
};
const quarter = ({ spec }: Any) => {
  spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
};
const recreate = ({ spec }: Any) => {
  spec.strategy = { type: 'Recreate' };
};
const ofHelm = ({ metadata }: Any) => {
  metadata.labels['app.kubernetes.io/managed-by'] = 'Helm';
  metadata.annotations = { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'shop' };
};
const grace = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { terminationGracePeriodSeconds: 45 } } },
};
const env = (object: Any) => {
  for (const container of object.spec.template.spec.containers) container.env = [{ name: 'A', value: '1' }];
};

/** `old` and `next` are those recorded. */
type Write = (server: Server, next: Any, old: Any) => void;
const writes: [string, Write][] = [
  ['kubectl create', (server) => kubectl.create(server, manifest())],
  [
    'kubectl replace with only the fields of its author',
    (server, { metadata: { managedFields, annotations, ...metadata }, status, ...object }) =>
      kubectl.replace(server, { ...object, metadata }),
  ],
  ['kubectl apply creates', (server) => kubectl.clientSideApply(server, manifest())],
  ['kubectl apply changes the image', (server) => kubectl.clientSideApply(server, manifest(image2))],
  [
    'kubectl apply writes grace 30 and 25 percent',
    (server) => kubectl.clientSideApply(server, manifest(image2, grace30, quarter)),
  ],
  ['kubectl label', (server) => kubectl.label(server, 'team', 'a')],
  ['kubectl annotate', (server) => kubectl.annotate(server, 'note', 'b')],
  [
    'kubectl rollout restart',
    (server, next) =>
      kubectl.restart(server, next.spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt']),
  ],
  ['kubectl set env', (server) => kubectl.edit(server, env, 'kubectl-set')],
  ['kubectl patch scales by JSON', (server) => scaled(server)],
  ['kubectl apply creates with a written grace 30', (server) => kubectl.clientSideApply(server, manifest(grace30))],
  ['server-side apply creates', (server) => kubectl.serverSideApply(server, manifest())],
  ['server-side apply of the same', (server) => kubectl.serverSideApply(server, manifest())],
  [
    'server-side apply writes grace 30 and 25 percent',
    (server) => kubectl.serverSideApply(server, manifest(grace30, quarter)),
  ],
  [
    'server-side apply of a second manager for the grace period',
    (server) => kubectl.serverSideApply(server, grace, { manager: 'ops', force: true }),
  ],
  ['server-side apply creates what will be Recreate', (server) => kubectl.serverSideApply(server, manifest())],
  ['server-side apply changes to type Recreate', (server) => kubectl.serverSideApply(server, manifest(recreate))],
  ['Helm 4 installs', (server) => kubectl.serverSideApply(server, manifest(ofHelm), { manager: 'helm' })],
  [
    'Helm 4 upgrades the image',
    (server) => kubectl.serverSideApply(server, manifest(ofHelm, image2), { manager: 'helm' }),
  ],
  ['Helm installs client-side', (server) => kubectl.helm(server, manifest(ofHelm), undefined)],
  ['Helm upgrades the image client-side', (server) => kubectl.helm(server, manifest(ofHelm, image2), manifest(ofHelm))],
];

function scaled(server: Server): void {
  server.jsonPatch([{ op: 'replace', path: '/spec/replicas', value: 3 }], 'kubectl-patch');
}

/** What a webhook would be sent. */
function sent(old: Any, write: (server: Server) => void): Any {
  let object: Any;
  const webhook = {
    name: 'recorder',
    reinvocation: 'Never' as const,
    answer: (call: { object: Any }) => {
      object = call.object;
      return { patch: [] };
    },
  };
  write(apiServer({ stored: old ?? undefined, webhooks: () => [webhook] }));
  return object;
}

/** Without what only the real server keeps, and the moments at which it was. */
function comparable({ status, metadata: { uid, generation, creationTimestamp, ...metadata }, ...object }: Any): Any {
  const managed = metadata.managedFields.map(({ time, ...entry }: Any) => entry);
  const byName = (a: Any, b: Any) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return { ...object, metadata: { ...metadata, managedFields: managed.sort(byName) } };
}

describe('the model sends what a real API server sent:', () => {
  it.each(writes)('%s', (name, write) => {
    const { object, oldObject } = recorded(name);
    const model = sent(oldObject, (server) => write(server, object, oldObject));
    expect(comparable(model)).toEqual(comparable(object));
  });

  it('kubectl rollout undo', () => {
    const { object, oldObject } = recorded('kubectl rollout undo');
    const revision = { number: 3, template: object.spec.template, annotations: { note: 'b' } };
    // The revision annotation was written while kubectl had read the Deployment already: a race that the model does not have.
    oldObject.metadata.annotations['deployment.kubernetes.io/revision'] = '3';
    const model = comparable(sent(oldObject, (server) => kubectl.undo(server, revision)));
    expect({ ...model, metadata: { ...model.metadata, managedFields: [] } }).toEqual({
      ...comparable(object),
      metadata: { ...comparable(object).metadata, managedFields: [] },
    });
  });
});
