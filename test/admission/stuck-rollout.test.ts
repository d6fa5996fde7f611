// A rollout that hung with our maxUnavailable 0: the stored object's status says so, and at the next update it goes, until a
// rollout is complete.

import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, clone, edit, serverSideApply } from '../support/api-server.ts';
import { manifest } from '../support/cluster/shop.ts';
import { policy, stateOf, type Written, write } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: a status of any shape
type Any = any;

const condition = (type: string, status: string, reason: string, message = '') => ({ type, status, reason, message });
const available = condition('Available', 'True', 'MinimumReplicasAvailable');
const pods = { replicas: 5, updatedReplicas: 1, availableReplicas: 4 };
const statuses = {
  late: { ...pods, conditions: [available, condition('Progressing', 'False', 'ProgressDeadlineExceeded')] },
  refused: {
    ...pods,
    replicas: 4,
    conditions: [
      condition('Progressing', 'True', 'ReplicaSetUpdated'),
      condition('ReplicaFailure', 'True', 'FailedCreate', 'pods "web-1" is forbidden: exceeded quota: pods'),
    ],
  },
  underway: { ...pods, conditions: [condition('Progressing', 'True', 'ReplicaSetUpdated')] },
  complete: {
    replicas: 4,
    updatedReplicas: 4,
    availableReplicas: 4,
    conditions: [condition('Progressing', 'True', 'NewReplicaSetAvailable')],
  },
};

/** As its controller leaves it; `behind`: before it has seen the newest spec. */
function reported(object: Deployment, status: keyof typeof statuses, behind = 0): Deployment {
  return edit(object, (o: Any) => {
    o.metadata.generation = 7;
    o.status = { ...statuses[status], observedGeneration: 7 - behind };
  });
}

const maxUnavailable = ({ spec }: Deployment) => spec.strategy?.rollingUpdate?.maxUnavailable;
const warnings = ({ verdict }: Written) => (verdict.response.warnings ?? []).join('\n');
const created = write({ object: clientSideApply(manifest()) }).object;
const labelled = (old: Deployment) =>
  edit(old, (o: Any) => {
    o.metadata.labels = { ...o.metadata.labels, step: `${o.metadata.labels?.step ?? ''}x` };
  });

describe.each(['late', 'refused'] as const)('a rollout that hung: %s', (status) => {
  const old = reported(created, status);

  it('gives the API’s default back at the next update, and says why', () => {
    expect(maxUnavailable(created)).toBe(0);
    const written = write({ object: labelled(old), old });
    expect(written.refused).toEqual([]);
    expect(maxUnavailable(written.object)).toBe('25%');
    expect(warnings(written)).toContain(
      'hitless shop/web: withdrew spec.strategy.rollingUpdate.maxUnavailable: the last rollout hung with it',
    );
    expect(written.verdict.desired?.withdrawn.map(({ kind }) => kind)).toEqual(['taken-back']);
  });

  it('does so in audit mode too', () => {
    expect(maxUnavailable(write({ object: labelled(old), old, mode: 'audit' }).object)).toBe('25%');
  });

  it('does so once: the same call again changes nothing, and counts nothing', () => {
    const first = write({ object: labelled(old), old });
    const again = write({ object: first.object, old });
    expect(again.patch).toEqual([]);
    expect(again.verdict.desired?.withdrawn).toEqual([]);
  });

  it('rolls no pod', () => {
    expect(write({ object: labelled(old), old }).object.spec.template).toEqual(old.spec.template);
  });

  it('writes nothing until a rollout is complete, and then again', () => {
    const { object: back } = write({ object: labelled(old), old });
    let now = back;
    for (const next of [
      reported(back, status),
      reported(back, status, 1),
      reported(back, 'underway'),
      reported(back, 'complete', 1),
    ]) {
      const written = write({ object: labelled({ ...next, metadata: now.metadata } as Deployment), old: next });
      expect(maxUnavailable(written.object), JSON.stringify(next.status)).toBe('25%');
      expect(warnings(written)).not.toContain('maxUnavailable');
      now = written.object;
    }
    const done = reported(now, 'complete');
    expect(maxUnavailable(write({ object: labelled(done), old: done }).object)).toBe(0);
  });

  it('takes nothing from an author who wrote 0', () => {
    const wrote = manifest((m: Any) => {
      m.spec.strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    });
    for (const apply of [clientSideApply, serverSideApply]) {
      const first = write({ object: apply(wrote) }).object;
      const stuck = reported(first, status);
      expect(write({ object: labelled(stuck), old: stuck }).object.spec.strategy).toEqual(first.spec.strategy);
    }
  });
});

it('keeps what is there while a rollout is under way, and while its controller has not seen the newest spec', () => {
  for (const old of [reported(created, 'underway'), reported(created, 'late', 1), reported(created, 'complete')]) {
    expect(write({ object: labelled(old), old }).patch).toEqual([]);
  }
});

it('does not add it to a rollout that is under way', () => {
  const bare = clientSideApply(manifest());
  for (const [status, value] of [
    ['underway', '25%'],
    ['late', '25%'],
    ['complete', 0],
  ] as const) {
    const old = reported(bare, status);
    expect(maxUnavailable(write({ object: labelled(old), old }).object), status).toBe(value);
  }
});

it('takes a maxSurge of the policy back as well', () => {
  const state = stateOf({ policies: [policy({ rollingUpdate: { maxSurge: '50%' } })] });
  const first = write({ object: clientSideApply(manifest()), state }).object;
  expect(first.spec.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: '50%' });
  const old = reported(first, 'late');
  const { object } = write({ object: labelled(old), old, state });
  expect(object.spec.strategy?.rollingUpdate).toEqual({ maxUnavailable: '25%', maxSurge: '25%' });
});

it('leaves a maxUnavailable of the policy that lets pods go', () => {
  const state = stateOf({ policies: [policy({ rollingUpdate: { maxUnavailable: 2 } })] });
  const first = write({ object: clientSideApply(manifest()), state }).object;
  const old = reported(first, 'late');
  expect(maxUnavailable(write({ object: labelled(old), old, state }).object)).toBe(2);
});

it.each<[string, Any]>([
  ['no object', 'late'],
  ['conditions that are no list', { conditions: { type: 'Progressing' } }],
  ['numbers that are none', { observedGeneration: 'x', replicas: 1.5, conditions: [null, 'x', {}] }],
  [
    'a message that is none',
    { observedGeneration: 7, conditions: [{ ...condition('ReplicaFailure', 'True', 'FailedCreate'), message: 3 }] },
  ],
])('a status of %s does no harm', (_case, status) => {
  const old = { ...clone(created), status } as Deployment;
  expect(write({ object: labelled(old), old }).refused).toEqual([]);
});

describe('a ResourceQuota, live', () => {
  const quotaObjects = (hard: number, used: number) => [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'pods', namespace: 'shop' },
      spec: { hard: { pods: `${hard}` } },
      status: { used: { pods: `${used}` } },
    },
  ];
  const quota = (hard: number, used: number) => stateOf({ objects: quotaObjects(hard, used) });
  const old = reported(created, 'complete');
  it.each([
    ['our four pods and no more', 4, 4, '25%'],
    ['our four pods and one more', 5, 4, 0],
    ['our four pods and two of others', 6, 6, '25%'],
    ['our four pods, two of others and room for one', 7, 6, 0],
  ])('with room for %s', (_case, hard, used, expected) => {
    expect(maxUnavailable(write({ object: labelled(old), old, state: quota(hard, used) }).object)).toBe(expected);
  });

  it('counts the replicas of the moment, not what an autoscaler may make of them', () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        minReplicas: 2,
        maxReplicas: 20,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    };
    const state = stateOf({ objects: [...quotaObjects(9, 4), autoscaler] });
    expect(maxUnavailable(write({ object: labelled(old), old, state }).object)).toBe(0);
  });

  it('counts the pods that a larger number of replicas brings', () => {
    const scaled = edit(labelled(old), (o: Any) => {
      o.spec.replicas = 8;
    });
    expect(maxUnavailable(write({ object: scaled, old, state: quota(9, 4) }).object)).toBe('25%');
    expect(maxUnavailable(write({ object: scaled, old, state: quota(10, 4) }).object)).toBe(0);
  });
});

describe('type Recreate', () => {
  const recreate = manifest((m: Any) => {
    m.spec.strategy = { type: 'Recreate' };
  });
  const first = write({ object: clientSideApply(recreate) });
  it('is said when the Deployment is created, and when its type changes', () => {
    expect(warnings(first)).toContain('type Recreate');
    expect(warnings(write({ object: clientSideApply(recreate, created), old: created }))).toContain(
      'type Recreate ends',
    );
  });

  it('is not said at other updates', () => {
    const old = first.object;
    expect(warnings(write({ object: labelled(old), old }))).not.toContain('Recreate');
    const next = clone(recreate);
    next.spec.template.spec.containers[0].image = 'app:2';
    expect(warnings(write({ object: clientSideApply(next, old), old }))).not.toContain('Recreate');
  });
});
