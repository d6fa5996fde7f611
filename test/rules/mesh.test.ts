// Which mesh a Deployment's annotations, labels and namespace speak of.

import { describe, expect, it } from 'vitest';
import { meshOf, meshSends } from '../../src/rules/mesh.ts';
import type { Namespace, Version } from '../../src/workload/kubernetes.ts';

interface Given {
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly namespace?: Partial<Namespace>;
  readonly node?: Version;
}

function mesh({ annotations = {}, labels = {}, namespace = {}, node }: Given) {
  const template = { metadata: { annotations, labels }, spec: { containers: [] } };
  return meshOf(template, { name: 'shop', labels: {}, annotations: {}, ...namespace }, node);
}

const linkerd = { 'linkerd.io/inject': 'enabled' };
const istio = { namespace: { labels: { 'istio-injection': 'enabled' } } };

describe('the mesh', () => {
  it.each<[string, Given, unknown]>([
    ['of bare pods', {}, undefined],
    [
      'of pods that Consul leaves alone',
      { annotations: { 'consul.hashicorp.com/connect-inject': 'false' } },
      undefined,
    ],
    ['that an ingress mode of Linkerd is', { annotations: { 'linkerd.io/inject': 'ingress' } }, { name: 'Linkerd' }],
    [
      'of a namespace that Linkerd left out for these pods',
      {
        annotations: { 'linkerd.io/inject': 'disabled' },
        namespace: { annotations: linkerd },
      },
      undefined,
    ],
    ['of an Istio revision on the pods', { labels: { 'istio.io/rev': 'canary' } }, { name: 'Istio', drainSeconds: 5 }],
    ['of Istio by an annotation', { annotations: { 'sidecar.istio.io/inject': 'true' } }, { name: 'Istio' }],
    [
      'of Istio with a label that outweighs the annotation',
      {
        annotations: { 'sidecar.istio.io/inject': 'true' },
        labels: { 'sidecar.istio.io/inject': 'false' },
      },
      undefined,
    ],
  ])('%s', (_case, given, expected) => {
    if (expected === undefined) expect(mesh(given)).toBeUndefined();
    else expect(mesh(given)).toMatchObject(expected as object);
  });
});

const dapr = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'web' };

describe('Dapr', () => {
  it.each([
    [{}, { drainSeconds: 5, serves: { seconds: 0 }, native: false }],
    [{ 'dapr.io/graceful-shutdown-seconds': '20' }, { drainSeconds: 20, setBy: 'dapr.io/graceful-shutdown-seconds' }],
    [{ 'dapr.io/graceful-shutdown-seconds': '-1' }, { drainSeconds: 5 }],
    [
      { 'dapr.io/block-shutdown-duration': '1m30s' },
      { drainSeconds: 95, serves: { seconds: 90 }, setBy: 'dapr.io/block-shutdown-duration' },
    ],
    [{ 'dapr.io/enable-native-sidecar': 'true' }, { native: true }],
    [{ 'dapr.io/enabled': 'Yes' }, { name: 'Dapr' }],
  ])('is a mesh: %j', (more, expected) => {
    expect(mesh({ annotations: { ...dapr, ...more } })).toMatchObject(expected);
  });

  it('is none where it is switched off', () => {
    expect(mesh({ annotations: { ...dapr, 'dapr.io/enabled': 'false' } })).toBeUndefined();
  });
});

it.each<[boolean, Record<string, string>]>([
  [false, {}],
  [false, dapr],
  [true, { ...dapr, 'dapr.io/app-port': '8080' }],
  [false, { 'dapr.io/app-port': '8080' }],
  [true, { 'consul.hashicorp.com/connect-inject': 'true' }],
  [true, linkerd],
  [false, { 'linkerd.io/inject': 'disabled' }],
  [true, { 'sidecar.istio.io/inject': 'true' }],
])('whether a mesh sends to the pods is %s by %j', (sends, annotations) => {
  expect(meshSends({ metadata: { annotations }, spec: { containers: [] } })).toBe(sends);
});

describe('its sidecar', () => {
  it('is native in Istio where every node knows that, and unknown nodes count as new', () => {
    const native = (node?: Version) => mesh({ ...istio, ...(node && { node }) })?.native;
    expect([native(), native({ major: 1, minor: 33 }), native({ major: 1, minor: 32 })]).toEqual([true, true, false]);
  });

  it('of Linkerd is native unless the newest annotation that is there says no', () => {
    const key = (stage: string) => `config.${stage}linkerd.io/proxy-enable-native-sidecar`;
    expect(mesh({ annotations: linkerd })?.native).toBe(true);
    expect(mesh({ annotations: { ...linkerd, [key('alpha.')]: 'false' } })?.native).toBe(false);
    expect(mesh({ annotations: { ...linkerd, [key('alpha.')]: 'false', [key('')]: 'true' } })?.native).toBe(true);
  });

  it.each([
    ['45', 45],
    ['45s', 45],
    ['1m30s', 90],
    ['1h', 3600],
    ['1500ms', 2],
    ['', undefined],
    ['soon', undefined],
    ['1.5s', undefined],
    ['-5', undefined],
    ['1m'.repeat(17), undefined],
    ['1m30s ', undefined],
  ])('drains as long as "%s" says', (text, seconds) => {
    const given = { annotations: { ...linkerd, 'config.linkerd.io/shutdown-grace-period': text } };
    expect(mesh(given)).toMatchObject({ drainSeconds: seconds ?? 0 });
    expect(mesh(given)?.setBy !== undefined).toBe(seconds !== undefined);
  });

  it.each([
    'terminationDrainDuration: 20s',
    '{"terminationDrainDuration": "20s"}',
    '{terminationDrainDuration: "20s", concurrency: 2}',
    'concurrency: 2\nterminationDrainDuration: "20s"\n',
  ])('of Istio drains as its configuration says: %j', (config) => {
    expect(mesh({ ...istio, annotations: { 'proxy.istio.io/config': config } })?.drainSeconds).toBe(20);
  });

  it.each([
    '1.5s',
    '5',
    '5sec',
    `${'1m'.repeat(1000)}`,
    '',
  ])('of Istio keeps its default where nobody can read %j', (text) => {
    const annotations = { 'proxy.istio.io/config': `terminationDrainDuration: ${text}` };
    expect(mesh({ ...istio, annotations })).toMatchObject({ drainSeconds: 5 });
  });
});
