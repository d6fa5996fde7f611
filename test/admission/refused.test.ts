// What the API server refuses by itself is left to it: skipped with a sentence, whoever sends it and wherever it stands.

import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { reviewOf, stateOf } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: reviews are broken freely here
type Any = any;

const long = 'a'.repeat(2_500_000);

function deployment(change: (whole: Any, pods: Any) => void = () => undefined): Deployment {
  const pods = { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] };
  const whole = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: {}, template: { metadata: { labels: { app: 'web' } }, spec: pods } },
  };
  const made = create(whole) as Any;
  change(made, made.spec.template.spec);
  return made;
}

function decided(review: Any) {
  return admit(screen(readReview(review)), stateOf(), 'enforce');
}

const refused: [string, (whole: Any, pods: Any) => void, string][] = [
  [
    'a container name of 2.5 MB',
    (_, pods) => Object.assign(pods.containers[0], { name: long }),
    'container name "aaaa',
  ],
  ['a container name in capitals', (_, pods) => Object.assign(pods.containers[0], { name: 'Web' }), '"Web"'],
  ['a container name of 64 letters', (_, pods) => Object.assign(pods.containers[0], { name: 'a'.repeat(64) }), '"aaaa'],
  [
    'a container name with a control character',
    (_, pods) => Object.assign(pods.containers[0], { name: 'a\u202eb\n' }),
    '"a�b�"',
  ],
  ['an init container name', (_, pods) => Object.assign(pods, { initContainers: [{ name: 'a]b' }] }), '"a]b"'],
  [
    'a native sidecar without a name',
    (_, pods) => Object.assign(pods, { initContainers: [{ image: 'proxy', restartPolicy: 'Always' }] }),
    'an init container without a name',
  ],
  ['two containers of one name', (_, pods) => pods.containers.push({ name: 'web' }), 'two containers named web'],
  [
    'an init container of the name of a container',
    (_, pods) => Object.assign(pods, { initContainers: [{ name: 'web' }] }),
    'two containers named web',
  ],
  ['a port name of 2.5 MB', (_, pods) => Object.assign(pods.containers[0].ports[0], { name: long }), 'port name "aaaa'],
  ['a port name of digits', (_, pods) => Object.assign(pods.containers[0].ports[0], { name: '80' }), 'port name "80"'],
  [
    'two ports of one name in a container',
    (_, pods) => pods.containers[0].ports.push({ name: 'http', containerPort: 9090 }),
    'two ports named http in container web',
  ],
  ['a name of 254 letters', (whole) => Object.assign(whole.metadata, { name: 'a'.repeat(254) }), 'the name "aaaa'],
  ['a generateName of 2.5 MB', (whole) => Object.assign(whole.metadata, { generateName: long }), 'the generateName'],
  [
    'more annotations than an object may have',
    (whole) => Object.assign(whole.metadata, { annotations: { a: 'b'.repeat(256 * 1024) } }),
    'annotations of 262145 bytes',
  ],
  [
    'more annotations than pods may have',
    (whole) => Object.assign(whole.spec.template.metadata, { annotations: { a: 'b'.repeat(256 * 1024) } }),
    'annotations of the pods of 262145 bytes',
  ],
];

describe('the API server does not accept', () => {
  it.each(refused)('%s: skipped', (_what, change, sentence) => {
    const { decision, reason, response } = decided(reviewOf(deployment(change)));
    expect(decision).toBe('skipped');
    expect(reason).toMatch(/^the API server does not accept /);
    expect(reason).toContain(sentence);
    expect(reason.length).toBeLessThan(250);
    expect(response).toEqual({ uid: 'a-uid', allowed: true });
  });

  it.each(refused)('%s in the stored object: skipped', (_what, change) => {
    expect(decided(reviewOf(deployment(), deployment(change))).decision).toBe('skipped');
  });

  it.each([{ namespace: long }, { namespace: 'Shop' }, { name: long }, { name: 'a_b' }])('%o', (request) => {
    const review = reviewOf(deployment()) as Any;
    Object.assign(review.request, request);
    expect(decided(review).reason).toMatch(/^the API server does not accept the name/);
  });

  it('but what it takes is decided: the longest names, one port name in two containers', () => {
    const verdict = decided(
      reviewOf(
        deployment((whole, pods) => {
          whole.metadata.name = `${'a.'.repeat(126)}a`;
          pods.containers[0].name = 'a'.repeat(63);
          pods.containers.push({
            name: 'b',
            ports: [
              { name: 'http', containerPort: 1 },
              { name: '', containerPort: 2 },
            ],
          });
        }),
      ),
    );
    expect(verdict.decision).toBe('patched');
  });
});

describe('two containers of one name, of which one has a hook of its own', () => {
  it('are no bug in hitless', () => {
    const twins = [{ name: 'web', lifecycle: { preStop: { exec: { command: ['true'] } } } }, { name: 'web' }];
    const change = (_: Any, pods: Any) => Object.assign(pods, { containers: twins });
    expect(decided(reviewOf(deployment(change))).decision).toBe('skipped');
  });
});

describe('a small body that is nested deep', () => {
  const nested = (depth: number): Any => {
    let value: Any = 'x';
    for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { a: value };
    return value;
  };

  it('is skipped where the stack does not suffice for it', () => {
    const probe = { httpGet: { port: 8080, extra: nested(40_000) } };
    const change = (_: Any, pods: Any) => Object.assign(pods.containers[0], { livenessProbe: probe });
    expect(decided(reviewOfDeep(change)).reason).toMatch(/nested more than 500 levels deep/);
  });

  it('is decided where nobody has to look at it, beside nulls too', () => {
    const change = (_: Any, pods: Any) =>
      Object.assign(pods.containers[0], { env: nested(40_000), readinessProbe: null });
    expect(decided(reviewOfDeep(change)).decision).toBe('patched');
  });

  /** structuredClone does not suffice for it either. */
  function reviewOfDeep(change: (whole: Any, pods: Any) => void): Any {
    const object = deployment() as Any;
    change(object, object.spec.template.spec);
    return reviewOf(object);
  }
});
