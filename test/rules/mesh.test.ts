// Which mesh a Deployment's annotations, labels and namespace speak of.

import { describe, expect, it } from 'vitest';
import { meshOf } from '../../src/rules/mesh.ts';
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
