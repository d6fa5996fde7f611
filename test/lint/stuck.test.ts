// Deployments of a cluster whose rollout is stuck, as an audit names them.

import { expect, it } from 'vitest';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { judge } from '../../src/lint/live.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, edit } from '../support/api-server.ts';
import { manifest } from '../support/cluster/shop.ts';
import { write } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: a status of any shape
type Any = any;

function stuck(change: (m: Any) => void = () => undefined): Deployment {
  const { object } = write({ object: clientSideApply(manifest(change)) });
  return edit(object, (o: Any) => {
    o.metadata.resourceVersion = '7';
    o.metadata.generation = 2;
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
    o.status = { observedGeneration: 2, replicas: 6, updatedReplicas: 1, conditions: [late] };
  });
}

const said = (object: Deployment) =>
  judge(object, { state: emptyClusterState }).diagnostics.filter(({ message }) => message.includes('is stuck'));

it('names one that is stuck with our maxUnavailable 0, and how it goes on', () => {
  const [found, ...more] = said(stuck());
  expect(more).toEqual([]);
  expect(found).toMatchObject({ rule: 'rolling-update', severity: 'error' });
  expect(found?.message).toMatch(
    /it exceeded its progress deadline.*hitless's maxUnavailable 0.*the webhook takes that back/,
  );
});

it('names one that is stuck with 0 of the author, and with 25 % of two', () => {
  const own = stuck((m) => {
    m.spec.strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  });
  expect(said(own)[0]?.message).toMatch(
    /maxUnavailable 0 keeps every old pod.*if they are Pending, make room for one more or use maxUnavailable 1; if they fail/,
  );
  const two = stuck((m) => {
    m.spec.replicas = 2;
  });
  expect(said(two)[0]?.message).toMatch(/maxUnavailable 25% \(0 of 2\)/);
});

it('says of a first rollout that there are no old pods, and nothing about its strategy', () => {
  const first = (status: Any) =>
    edit(stuck(), (o: Any) => {
      Object.assign(o.status, status);
    });
  const sentence = (look: string) => ({
    severity: 'note',
    message: `the rollout is stuck (it exceeded its progress deadline), and there are no old pods: look at ${look}`,
  });
  expect(said(first({ replicas: 5, updatedReplicas: 5 }))).toMatchObject([
    sentence('its pods (kubectl -n shop describe pods)'),
  ]);
  expect(said(first({ replicas: 0, updatedReplicas: 0 }))).toMatchObject([
    sentence('the events (kubectl -n shop get events)'),
  ]);
});

it('says nothing where old pods may go, where a rollout goes on, and under type Recreate', () => {
  const goes = stuck((m) => {
    m.spec.strategy = { rollingUpdate: { maxUnavailable: 1 } };
  });
  const fine = edit(stuck(), (o: Any) => {
    o.status.conditions[0] = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
  });
  const recreate = stuck((m) => {
    m.spec.strategy = { type: 'Recreate' };
  });
  for (const object of [goes, fine, recreate]) expect(said(object)).toEqual([]);
});

it('plans nothing for the strategy of one that is stuck', () => {
  const changes = judge(stuck(), { state: emptyClusterState }).diagnostics.flatMap((one) => one.changes);
  expect(changes.filter(({ path }) => path.includes('rollingUpdate'))).toEqual([]);
});
