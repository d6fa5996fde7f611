// Which Services select the pods, and how many are looked at.

import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { servicesOf } from '../../src/admission/services.ts';
import { screen } from '../../src/admission/skip.ts';
import type { Service } from '../../src/workload/kubernetes.ts';
import { create } from '../support/api-server.ts';
import { reviewOf, stateOf } from '../support/webhook.ts';

const shop = { name: 'shop', labels: {}, annotations: {} };

function service(name: string, selector: Record<string, string>, ports = 1): Service {
  const one = { port: 80, targetPort: 8080, protocol: 'TCP' };
  return { name, namespace: 'shop', selector, ports: Array(ports).fill(one) };
}

function pods(labels: Record<string, string>) {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web' }] } };
  return create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template },
  });
}

function select(services: readonly Service[], labels: Record<string, string>) {
  const { services: found, beyond } = servicesOf(stateOf({ services }), shop, pods(labels).spec.template);
  return beyond ?? found.map(({ name }) => name);
}

describe('the Services of the pods', () => {
  it('are those of which every pair is among their labels; one without a selector selects nothing', () => {
    const services = [
      service('all', { app: 'web', tier: 'front' }),
      service('one', { app: 'web' }),
      service('other', { app: 'web', tier: 'back' }),
      service('more', { app: 'web', zone: 'a' }),
      service('none', {}),
      service('inherited', { constructor: 'x' }),
    ];
    expect(select(services, { app: 'web', tier: 'front' })).toEqual(['all', 'one']);
    expect(select(services, {})).toEqual([]);
  });

  it('are not looked at beyond 20,000 ports', () => {
    const services = [service('a', { app: 'web' }, 12_000), service('b', { app: 'web' }, 12_000)];
    expect(select(services, { app: 'web' })).toMatch(/^the Services that select these pods have more than 20000 ports/);
    expect(select(services.slice(0, 1), { app: 'web' })).toEqual(['a']);
    expect(select(services, { app: 'api' })).toEqual([]);
  });

  it('are not looked at beyond 200,000 pairs, and 20,000 usual ones stay far below', () => {
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`l${i}`, 'v']));
    const near = Array.from({ length: 2_500 }, (_, i) => service(`s${i}`, { ...labels, of: 'other' }));
    expect(select(near, labels)).toMatch(/^the Services of namespace shop ask for more than 200000 labels/);
    const usual = Array.from({ length: 20_000 }, (_, i) => service(`s${i}`, { app: 'web', of: `${i}` }));
    expect(select(usual, { app: 'web', of: '7' })).toEqual(['s7']);
  });

  it('leave the Deployment alone beyond that, with the sentence', () => {
    const state = stateOf({ services: [service('a', { app: 'web' }, 30_000)] });
    const { decision, reason } = admit(screen(readReview(reviewOf(pods({ app: 'web' })))), state, 'enforce');
    expect(decision).toBe('skipped');
    expect(reason).toBe('the Services that select these pods have more than 20000 ports, the most that hitless checks');
  });
});
