// Design section 4, told as histories: what a client writes, what we patch, what is stored.

import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, clone, create, edit, put, serverSideApply } from '../support/api-server.ts';
import { type Manifest, manifest, web } from '../support/cluster/shop.ts';
import { processorMs } from '../support/processor-time.ts';
import { policy, reviewOf, stateOf, type Written, write } from '../support/webhook.ts';

const state = stateOf({
  services: [
    {
      name: 'web',
      namespace: 'shop',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    },
  ],
  policies: [policy({ minReadySeconds: { action: 'fill', seconds: 7 }, preStopSleep: { seconds: 15 } })],
});
const laterState = stateOf({ policies: [policy({ preStopSleep: { seconds: 25 } })] });

const applies = { 'client-side apply': clientSideApply, 'server-side apply': serverSideApply };
const record = (object: Deployment) => object.metadata.annotations?.['hitless.dev/injected'];
const warnings = ({ verdict }: Written) => verdict.response.warnings ?? [];

function created(apply: typeof clientSideApply = clientSideApply): Deployment {
  return write({ object: apply(manifest()), state }).object;
}

describe('create', () => {
  it.each([
    ['kubectl create', create],
    ['client-side apply', clientSideApply],
    ['server-side apply', serverSideApply],
  ] as const)('gets probe, sleep, grace, strategy and minReadySeconds by %s', (_name, client) => {
    const { object, refused } = write({ object: client(manifest()), state });
    expect(refused).toEqual([]);
    expect(web(object).readinessProbe).toMatchObject({ tcpSocket: { port: 8080 }, periodSeconds: 1 });
    expect(web(object).lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    expect(object.spec.template.spec.terminationGracePeriodSeconds).toBe(35);
    expect(object.spec.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: '25%' });
    expect(object.spec.minReadySeconds).toBe(7);
  });

  it('keeps a grace period of 30 that the author wrote, and takes 30 that nobody is known to have written as the default', () => {
    const wrote = manifest((m) => {
      m.spec.template.spec.terminationGracePeriodSeconds = 30;
    });
    const grace = (object: Deployment) =>
      write({ object, state }).object.spec.template.spec.terminationGracePeriodSeconds;
    expect(grace(clientSideApply(wrote))).toBe(30);
    expect(grace(serverSideApply(wrote))).toBe(30);
    expect(grace(create(wrote))).toBe(35);
  });

  it('keeps 25 % that the author wrote', () => {
    const wrote = manifest((m) => {
      m.spec.strategy = { rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };
    });
    for (const apply of Object.values(applies)) {
      expect(write({ object: apply(wrote), state }).object.spec.strategy?.rollingUpdate?.maxUnavailable).toBe('25%');
    }
  });
});

describe.each(Object.entries(applies))('update by %s', (_name, apply) => {
  it('plans nothing when the same manifest is applied again', () => {
    const old = created(apply);
    expect(write({ object: apply(manifest(), old), old, state }).patch).toEqual([]);
  });

  it('changes nothing on a label edit under another policy', () => {
    const old = created(apply);
    const relabelled = edit(old, (o) => {
      o.metadata.labels.team = 'a';
    });
    const { object } = write({ object: relabelled, old, state: laterState });
    expect(object.spec.template).toEqual(old.spec.template);
  });

  it('takes the new policy when the template changes', () => {
    const old = created(apply);
    const next = manifest((m) => {
      m.spec.template.spec.containers[0].image = 'app:2';
    });
    const { object } = write({ object: apply(next, old), old, state: laterState });
    expect(web(object).lifecycle.preStop.sleep.seconds).toBe(25);
    expect(object.spec.template.spec.terminationGracePeriodSeconds).toBe(45);
    expect(web(object).readinessProbe).toBeUndefined();
    expect(object.spec.minReadySeconds).toBeUndefined();
  });

  const collisions: [string, (m: Manifest) => void, (stored: Deployment) => void][] = [
    [
      'an exec hook beside our sleep',
      (m) => {
        m.spec.template.spec.containers[0].lifecycle = { preStop: { exec: { command: ['/bin/quit'] } } };
      },
      (stored) => expect(web(stored).lifecycle).toEqual({ preStop: { exec: { command: ['/bin/quit'] } } }),
    ],
    [
      'an httpGet probe beside our tcpSocket',
      (m) => {
        m.spec.template.spec.containers[0].readinessProbe = { httpGet: { path: '/ready', port: 8080 } };
      },
      (stored) => {
        expect(web(stored).readinessProbe.tcpSocket).toBeUndefined();
        expect(web(stored).readinessProbe.periodSeconds).toBe(10);
      },
    ],
    [
      'a grace period under our sleep',
      (m) => {
        m.spec.template.spec.terminationGracePeriodSeconds = 5;
      },
      (stored) => expect(stored.spec.template.spec.terminationGracePeriodSeconds).toBe(5),
    ],
    [
      'maxSurge 0 beside our maxUnavailable 0',
      (m) => {
        m.spec.strategy = { rollingUpdate: { maxSurge: 0 } };
      },
      (stored) => expect(stored.spec.strategy?.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: '25%' }),
    ],
    [
      'progressDeadlineSeconds under our minReadySeconds',
      (m) => {
        m.spec.progressDeadlineSeconds = 5;
      },
      (stored) => expect(stored.spec.minReadySeconds ?? 0).toBeLessThan(5),
    ],
    [
      'type Recreate',
      (m) => {
        m.spec.strategy = { type: 'Recreate' };
      },
      (stored) => expect(stored.spec.strategy).toEqual({ type: 'Recreate' }),
    ],
  ];
  it.each(collisions)('withdraws for %s, in both modes', (_case, change, check) => {
    const old = created(apply);
    for (const mode of ['enforce', 'audit'] as const) {
      const written = write({ object: apply(manifest(change), old), old, state, mode });
      expect(written.refused, mode).toEqual([]);
      check(written.object);
    }
  });

  it('withdraws although the Deployment has opted out meanwhile', () => {
    const old = created(apply);
    const next = manifest((m) => {
      m.metadata.annotations = { 'hitless.dev/mode': 'off' };
      m.spec.template.spec.containers[0].lifecycle = { preStop: { exec: { command: ['/bin/quit'] } } };
    });
    expect(write({ object: apply(next, old), old, state }).refused).toEqual([]);
  });

  it('injects again when the author drops the hook that had replaced ours', () => {
    const own = manifest((m) => {
      m.spec.template.spec.containers[0].lifecycle = { preStop: { exec: { command: ['/bin/quit'] } } };
    });
    const first = created(apply);
    const second = write({ object: apply(own, first), old: first, state }).object;
    const third = write({ object: apply(manifest(), second), old: second, state }).object;
    expect(web(third).lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  });

  it('leaves a value to the author who has since written it', () => {
    const old = created(apply);
    const adopted = manifest((m) => {
      m.spec.template.spec.containers[0].lifecycle = { preStop: { sleep: { seconds: 15 } } };
    });
    const second = write({ object: apply(adopted, old), old, state });
    expect(second.object.spec.template).toEqual(old.spec.template);
    const image = clone(adopted);
    image.spec.template.spec.containers[0].image = 'app:2';
    const third = write({ object: apply(image, second.object), old: second.object, state: laterState }).object;
    expect(web(third).lifecycle.preStop.sleep.seconds).toBe(15);
    expect(record(third)).not.toContain('preStop');
  });
});

describe('PUT by a client that holds only its own fields', () => {
  it('changes nothing in the stored object', () => {
    const old = created();
    const { object } = write({ object: put(manifest(), old), old, state: laterState });
    expect(object.spec.template).toEqual(old.spec.template);
    expect(JSON.parse(record(object) ?? '')).toMatchObject({ 'spec.template.spec.terminationGracePeriodSeconds': 35 });
  });

  it('gets its record back when it dropped only the annotations', () => {
    const old = created();
    const object = edit(old, (o) => {
      o.metadata.annotations = {};
    });
    expect(record(write({ object, old, state }).object)).toBe(record(old));
  });
});

describe('an object that was never patched', () => {
  const old = clientSideApply(manifest());
  it('is patched outside its template at any update, and inside at the next template change', () => {
    const relabelled = edit(old, (o) => {
      o.metadata.labels.team = 'a';
    });
    const first = write({ object: relabelled, old, state });
    expect(first.object.spec.template).toEqual(old.spec.template);
    expect(first.object.spec.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
    expect(warnings(first).join('\n')).toMatch(/pre-stop-sleep waits for the next change of the pod template/);
    const restarted = edit(first.object, (o) => {
      o.spec.template.metadata.annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' };
    });
    const second = write({ object: restarted, old: first.object, state });
    expect(web(second.object).lifecycle.preStop.sleep.seconds).toBe(15);
  });
});

describe('rollout undo', () => {
  const next = manifest((m) => {
    m.spec.template.spec.containers[0].image = 'app:2';
  });
  const undo = (second: Deployment, first: Deployment) =>
    edit(second, (o) => {
      o.spec.template = clone(first.spec.template);
      o.metadata.annotations = clone(first.metadata.annotations);
    });

  it('brings back the record that belongs to its template, so nothing is patched', () => {
    const first = created();
    const second = write({ object: clientSideApply(next, first), old: first, state }).object;
    const third = write({ object: undo(second, first), old: second, state });
    expect(third.object.spec.template).toEqual(first.spec.template);
    expect(third.patch).toEqual([]);
  });

  it('does not make us forget what we wrote outside the template', () => {
    const still = stateOf({ policies: [policy({ rollingUpdate: { action: 'off' } })] });
    const first = write({ object: clientSideApply(manifest()), state: still }).object;
    const second = write({ object: clientSideApply(next, first), old: first, state }).object;
    const third = write({ object: undo(second, first), old: second, state }).object;
    const noSurge = manifest((m) => {
      m.spec.strategy = { rollingUpdate: { maxSurge: 0 } };
    });
    const fourth = write({ object: clientSideApply(noSurge, third), old: third, state });
    expect(fourth.refused).toEqual([]);
    expect(fourth.object.spec.strategy?.rollingUpdate?.maxUnavailable).toBe('25%');
  });
});

describe('enforce', () => {
  const strict = stateOf({
    policies: [
      policy({ preStopSleep: { action: 'enforce', seconds: 10 }, terminationGracePeriod: { action: 'enforce' } }),
    ],
  });
  const wrote = (grace: number) =>
    manifest((m) => {
      m.spec.template.spec.terminationGracePeriodSeconds = grace;
    });

  it.each(
    Object.entries(applies),
  )('raises by the sleep, once, and remembers what the author wrote, with %s', (_name, apply) => {
    const first = write({ object: apply(wrote(5)), state: strict }).object;
    expect(first.spec.template.spec.terminationGracePeriodSeconds).toBe(15);
    const again = write({ object: apply(wrote(5), first), old: first, state: strict });
    expect(again.object.spec.template).toEqual(first.spec.template);
    const eight = write({ object: apply(wrote(8), first), old: first, state: strict }).object;
    expect(eight.spec.template.spec.terminationGracePeriodSeconds).toBe(18);
  });

  it('gives the author the old value back when the policy no longer enforces', () => {
    const first = write({ object: clientSideApply(wrote(5)), state: strict }).object;
    const restarted = edit(first, (o) => {
      o.spec.template.metadata.annotations = { restart: '1' };
    });
    const off = stateOf({
      policies: [policy({ preStopSleep: { action: 'off' }, terminationGracePeriod: { action: 'off' } })],
    });
    expect(
      write({ object: restarted, old: first, state: off }).object.spec.template.spec.terminationGracePeriodSeconds,
    ).toBe(5);
  });
});

describe('the record', () => {
  it('is not rewritten alone', () => {
    const old = created();
    const scaled = edit(old, (o) => {
      o.spec.replicas = 9;
    });
    expect(write({ object: scaled, old, state }).patch).toEqual([]);
  });

  it.each([
    '{',
    '[]',
    '"text"',
    'null',
    '{"spec.replicas":1}',
    '{"was":{"spec.minReadySeconds":"x"},"spec.minReadySeconds":7}',
  ])('that somebody wrote as %s is ignored', (text) => {
    const old = created();
    const object = edit(old, (o) => {
      o.metadata.annotations['hitless.dev/injected'] = text;
      o.spec.template.metadata.annotations = { restart: '1' };
    });
    const written = write({ object, old, state });
    expect(written.refused).toEqual([]);
    expect(written.object.spec.replicas).toBe(4);
  });

  it('is the same on a dry run, and stays out of the template', () => {
    const object = clientSideApply(manifest());
    const wet = write({ object, state });
    expect(wet.patch.every(({ path }) => !path.startsWith('/spec/template/metadata'))).toBe(true);
  });
});

describe('what is the author’s', () => {
  const plain = stateOf({ policies: [policy({ rollingUpdate: { action: 'off' } })] });
  const rolling = (maxUnavailable: unknown) => (o: Manifest) => {
    o.spec.strategy.rollingUpdate.maxUnavailable = maxUnavailable;
  };

  it('stays his when he later writes the value that we once wrote', () => {
    const first = created();
    const second = write({ object: edit(first, rolling(1)), old: first, state }).object;
    expect(record(second)).not.toContain('maxUnavailable');
    const third = write({ object: edit(second, rolling(0)), old: second, state: plain }).object;
    expect(third.spec.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
  });

  it.each(Object.entries(applies))('is an explicit default over our grace period, by %s', (_name, apply) => {
    const first = created(apply);
    const explicit = manifest((m) => {
      m.spec.template.spec.terminationGracePeriodSeconds = 30;
    });
    const second = write({ object: apply(explicit, first), old: first, state });
    expect(second.object.spec.template.spec.terminationGracePeriodSeconds).toBe(30);
    expect(second.refused).toEqual([]);
    const third = write({ object: apply(explicit, second.object), old: second.object, state });
    expect(third.patch).toEqual([]);
  });

  it('is our probe handler, once he has set numbers beside it', () => {
    const first = created();
    const tuned = edit(first, (o) => {
      web(o).readinessProbe.periodSeconds = 5;
    });
    const second = write({ object: tuned, old: first, state }).object;
    const noPort = edit(second, (o) => {
      delete web(o).ports;
    });
    const third = write({ object: noPort, old: second, state: stateOf() });
    expect(third.refused).toEqual([]);
    expect(web(third.object).readinessProbe).toMatchObject({ tcpSocket: { port: 8080 }, periodSeconds: 5 });
  });

  it('is not what an exported record in his manifest leaves out', () => {
    const first = write({ object: serverSideApply(manifest()), state }).object;
    const exported = manifest((m) => {
      m.metadata.annotations = { 'hitless.dev/injected': '{"spec.strategy.rollingUpdate.maxUnavailable":0}' };
    });
    const second = write({ object: serverSideApply(exported, first), old: first, state }).object;
    const withHook = clone(exported);
    withHook.spec.template.spec.containers[0].lifecycle = { preStop: { exec: { command: ['/bin/quit'] } } };
    expect(write({ object: serverSideApply(withHook, second), old: second, state }).refused).toEqual([]);
  });
});

it('an object whose annotations leave no room for the record is left alone, and says so', () => {
  const full = manifest((m) => {
    m.metadata.annotations = { note: 'x'.repeat(262_100) };
  });
  const written = write({ object: create(full), state });
  expect(written.patch).toEqual([]);
  expect(warnings(written).join()).toContain('the annotations have no room');
});

it('a Deployment of many containers costs in proportion to them', () => {
  const sized = (count: number) =>
    create(
      manifest((m) => {
        m.spec.template.spec.containers = Array.from({ length: count }, (_, i) => ({ name: `c${i}`, image: 'app:1' }));
      }),
    );
  // Of many calls, since the clock has ticks.
  const cost = (object: Deployment, times: number) => {
    const request = screen(readReview(reviewOf(object)));
    const spentMs = processorMs(() => {
      for (let time = 0; time < times; time += 1) admit(request, state, 'enforce');
    });
    return spentMs / times;
  };
  cost(sized(400), 10); // compiles what is hot
  // Ten times as many; the square would be a hundred.
  expect(cost(sized(400), 20) / cost(sized(40), 200)).toBeLessThan(40);
});

it('a Deployment that no cluster could run is not looked at', () => {
  const many = create(
    manifest((m) => {
      m.spec.template.spec.containers = Array.from({ length: 501 }, (_, i) => ({ name: `c${i}`, image: 'app:1' }));
    }),
  );
  const { verdict } = write({ object: many, state });
  expect(verdict.reason).toBe('the Deployment has 501 containers, more than the 500 that hitless checks');
});
