// The pod template of a custom resource, as its controller writes it back and as somebody applies it again: whether that is the same.

import { describe, expect, it } from 'vitest';
import { sameStored } from '../../src/admission/same-template.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { rollout } from '../../src/workload/kinds/rollout.ts';
import type { PodTemplate } from '../../src/workload/workload.ts';

const base = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'web:1',
        ports: [{ containerPort: 8080 }],
        resources: { requests: { cpu: '500m', memory: '1Gi' } },
        readinessProbe: { httpGet: { path: '/', port: 8080 } },
      },
    ],
  },
} as const;

// biome-ignore lint/suspicious/noExplicitAny: a template of any shape
function changed(change: (template: any) => void): PodTemplate {
  const template = structuredClone(base);
  change(template);
  return template as unknown as PodTemplate;
}

describe('a template of a Rollout is the same', () => {
  it.each([
    ['with a quantity in another form', (t) => (t.spec.containers[0].resources.requests.cpu = 0.5)],
    ['with another unit', (t) => (t.spec.containers[0].resources.requests.memory = '1024Mi')],
    ['with an empty list', (t) => (t.spec.tolerations = [])],
    ['with an empty map', (t) => (t.spec.nodeSelector = {})],
    ['with a null', (t) => (t.spec.affinity = null)],
    ['with its pull policy', (t) => (t.spec.containers[0].imagePullPolicy = 'IfNotPresent')],
    [
      'with the defaults of its probe',
      (t) => Object.assign(t.spec.containers[0].readinessProbe, { periodSeconds: 10 }),
    ],
    ['with a zero in its probe', (t) => Object.assign(t.spec.containers[0].readinessProbe, { initialDelaySeconds: 0 })],
    ['with the protocol', (t) => (t.spec.containers[0].ports[0].protocol = 'TCP')],
    ['with its restart policy', (t) => (t.spec.restartPolicy = 'Always')],
    // biome-ignore lint/suspicious/noExplicitAny: a template of any shape
  ] as readonly (readonly [string, (template: any) => void])[])('%s', (_title, change) => {
    const [a, b] = [changed(() => undefined), changed(change)];
    expect(sameStored(rollout, a, b)).toBe(true);
    // An API server with defaults stores what it was sent in one form.
    expect(sameStored(deployment, a, b)).toBe(false);
  });

  it('with an empty value of a variable', () => {
    const bare = changed((t) => (t.spec.containers[0].env = [{ name: 'A' }]));
    const empty = changed((t) => (t.spec.containers[0].env = [{ name: 'A', value: '' }]));
    expect(sameStored(rollout, bare, empty)).toBe(true);
  });
});

describe('it is another one', () => {
  it.each([
    ['with more of a resource', (t) => (t.spec.containers[0].resources.requests.cpu = '501m')],
    ['with another image', (t) => (t.spec.containers[0].image = 'web:2')],
    ['with another pull policy', (t) => (t.spec.containers[0].imagePullPolicy = 'Always')],
    ['with a slower probe', (t) => Object.assign(t.spec.containers[0].readinessProbe, { periodSeconds: 11 })],
    ['with another path', (t) => (t.spec.containers[0].readinessProbe.httpGet.path = '/ready')],
    ['with a label more', (t) => (t.metadata.labels.tier = 'front')],
    ['with a root user', (t) => (t.spec.securityContext = { runAsUser: 0 })],
    ['without its service account token', (t) => (t.spec.automountServiceAccountToken = false)],
    ['with a sidecar', (t) => (t.spec.initContainers = [{ name: 'a', image: 'a:1', restartPolicy: 'Always' }])],
    // biome-ignore lint/suspicious/noExplicitAny: a template of any shape
  ] as readonly (readonly [string, (template: any) => void])[])('%s', (_title, change) => {
    expect(
      sameStored(
        rollout,
        changed(() => undefined),
        changed(change),
      ),
    ).toBe(false);
  });

  it('where a plain init container becomes a sidecar', () => {
    const plain = changed((t) => (t.spec.initContainers = [{ name: 'a', image: 'a:1' }]));
    const sidecar = changed((t) => (t.spec.initContainers = [{ name: 'a', image: 'a:1', restartPolicy: 'Always' }]));
    expect(sameStored(rollout, plain, sidecar)).toBe(false);
  });
});
