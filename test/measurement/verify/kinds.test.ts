// Sessions with workloads that are not Deployments, against an API server that a test plays.

import { afterEach, describe, expect, it } from 'vitest';
import { findSubject } from '../../../src/commands/verify/subject.ts';
import { verifyRollouts } from '../../../src/measurement/verify/session.ts';
import type { VerifyProgress, VerifySetup } from '../../../src/measurement/verify/setup.ts';
import { daemonSet } from '../../../src/workload/kinds/daemon-set.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';
import type { WorkloadKind } from '../../../src/workload/kinds/kind.ts';
import { rollout } from '../../../src/workload/kinds/rollout.ts';
import { statefulSet } from '../../../src/workload/kinds/stateful-set.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';
import { fakeLoad } from '../../support/verify/fake-load.ts';

const pods = '/api/v1/namespaces/shop/pods';
const services = '/api/v1/namespaces/shop/services';
const pathOf = ({ apiVersion, resource }: WorkloadKind) => `/apis/${apiVersion}/namespaces/shop/${resource}`;

const servers: FakeApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const pod = (name: string, uid: string, metadata: object = {}) => ({
  metadata: { name, uid, ...metadata },
  spec: { containers: [{ name: 'web' }] },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ state: { running: {} }, restartCount: 0 }],
  },
});
const deleting = { deletionTimestamp: '2026-11-22T00:00:00Z' };
const template = (n: number) => ({ metadata: { annotations: { n: `${n}` } }, spec: { containers: [{ name: 'web' }] } });
const selector = { matchLabels: { app: 'web' } };

/** An object of `generation`, whose template changes with it. */
function object(
  kind: WorkloadKind,
  generation: number,
  { spec = {}, status = {}, metadata = {} }: Record<string, object>,
) {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name: 'web', uid: kind.kind, generation, ...metadata },
    spec: { selector, template: template(generation), ...spec },
    status,
  };
}

async function begin(kind: WorkloadKind, found: readonly object[], changes: Partial<VerifySetup> = {}) {
  const server = await fakeApiServer();
  servers.push(server);
  server.serve(services);
  for (const one of found as readonly ReturnType<typeof object>[])
    server.put(
      pathOf([deployment, statefulSet, daemonSet, rollout].find((known) => known.kind === one.kind) ?? kind),
      one,
    );
  server.put(pods, pod('web-0', 'first'));
  const subject = await findSubject(server.api, { kind, namespace: 'shop', name: 'web' });
  if ('refusal' in subject) throw new Error(subject.refusal);
  const told: VerifyProgress[] = [];
  const ended = verifyRollouts({
    api: server.api,
    ref: subject.ref,
    source: subject.source,
    load: { lanes: [{ lane: 'get-new', url: 'http://web/', rate: 300 }], timeoutMs: 100, retries: 0, connections: 1 },
    startLoad: fakeLoad().startLoad,
    rollouts: 1,
    restart: false,
    waitMs: 5000,
    leadMs: 100,
    tailMs: 150,
    signal: new AbortController().signal,
    onEvent: (progress) => told.push(progress),
    ...changes,
  });
  ended.catch(() => undefined);
  const kinds = () => told.map(({ kind: what }) => what);
  const measured = () => told.flatMap((one) => (one.kind === 'measured' ? [one.measured] : []));
  return { server, subject, told, kinds, measured, ended };
}

describe('a session with a StatefulSet', () => {
  const set = (generation: number, status: object) =>
    object(statefulSet, generation, {
      spec: { replicas: 1, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } },
      status: { observedGeneration: generation, replicas: 1, readyReplicas: 1, updatedReplicas: 1, ...status },
    });

  it('is over when the pod has come again under its name, and keeps the two apart', async () => {
    const { server, kinds, measured, ended } = await begin(statefulSet, [set(1, {})]);
    const sets = pathOf(statefulSet);
    await expect.poll(kinds).toContain('waiting');
    server.put(sets, set(2, { readyReplicas: 0, updatedReplicas: 0 }));
    server.put(pods, pod('web-0', 'first', deleting));
    await expect.poll(kinds).toContain('begun');
    server.remove(pods, pod('web-0', 'first', deleting));
    server.put(pods, pod('web-0', 'second'));
    server.put(sets, set(2, {}));
    await ended;
    expect(measured()[0]?.ended).toBe('complete');
    const events = measured()[0]?.measurement.events.flatMap((event) =>
      event.kind === 'pod' ? [`${event.pod} ${event.what}`] : [],
    );
    expect(events?.filter((one) => /gone|created/.test(one))).toEqual([
      'web-0 created',
      'web-0 gone',
      'web-0 #2 created',
    ]);
  });
});

describe('a session with a DaemonSet', () => {
  it('is over when every node has a new pod', async () => {
    const status = {
      desiredNumberScheduled: 1,
      currentNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
    };
    const set = (generation: number, changes: object = {}) =>
      object(daemonSet, generation, {
        spec: { updateStrategy: { type: 'RollingUpdate' } },
        status: { observedGeneration: generation, ...status, ...changes },
      });
    const { server, kinds, measured, ended } = await begin(daemonSet, [set(1)]);
    await expect.poll(kinds).toContain('waiting');
    server.put(pathOf(daemonSet), set(2, { updatedNumberScheduled: 0 }));
    await expect.poll(kinds).toContain('begun');
    server.put(pathOf(daemonSet), set(2));
    await ended;
    expect(measured()[0]?.ended).toBe('complete');
  });
});

describe('a session with an Argo Rollout', () => {
  const status = { phase: 'Healthy', replicas: 1, updatedReplicas: 1, availableReplicas: 1, currentPodHash: 'a' };
  const argo = (generation: number, changes: object = {}, parts: Record<string, object> = {}) =>
    object(rollout, generation, {
      spec: { replicas: 1, strategy: { blueGreen: { activeService: 'web' } }, ...parts.spec },
      status: { observedGeneration: `${generation}`, ...status, ...changes },
      ...(parts.metadata && { metadata: parts.metadata }),
    });
  const path = pathOf(rollout);

  it('is not over while its controller keeps the old pods', async () => {
    const { server, kinds, measured, ended } = await begin(rollout, [argo(1)]);
    await expect.poll(kinds).toContain('waiting');
    server.put(path, argo(2, { replicas: 2 }));
    await expect.poll(kinds).toContain('begun');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(kinds()).not.toContain('measured');
    server.put(path, argo(2));
    await ended;
    expect(measured()[0]?.ended).toBe('complete');
  });

  it('waits for one that is paused as long as --wait says, though its deadline is longer', async () => {
    const spec = {
      spec: { replicas: 1, progressDeadlineSeconds: 600, strategy: { blueGreen: { activeService: 'web' } } },
    };
    const { server, kinds, measured, ended } = await begin(rollout, [argo(1, {}, spec)]);
    await expect.poll(kinds).toContain('waiting');
    const pauseConditions = [{ reason: 'BlueGreenPause' }];
    server.put(path, argo(2, { phase: 'Paused', replicas: 2, controllerPause: true, pauseConditions }, spec));
    await ended;
    expect(kinds()).toContain('paused');
    expect(measured()[0]).toMatchObject({ ended: 'stuck', detail: expect.stringContaining('paused') });
  });

  it('says once that it is paused, and goes on when it is promoted', async () => {
    const { server, told, kinds, measured, ended } = await begin(rollout, [argo(1)]);
    await expect.poll(kinds).toContain('waiting');
    const pauseConditions = [{ reason: 'BlueGreenPause' }];
    server.put(
      path,
      argo(2, { phase: 'Paused', replicas: 2, updatedReplicas: 1, controllerPause: true, pauseConditions }),
    );
    await expect.poll(kinds).toContain('paused');
    expect(told.find(({ kind }) => kind === 'paused')).toMatchObject({
      detail: expect.stringContaining('paused before the Service switches until somebody promotes it'),
    });
    server.put(path, argo(2));
    await ended;
    expect(kinds().filter((kind) => kind === 'paused')).toHaveLength(1);
    expect(measured()[0]?.ended).toBe('complete');
  });

  it('ends with one that is aborted', async () => {
    const { server, kinds, measured, ended } = await begin(rollout, [argo(1)]);
    await expect.poll(kinds).toContain('waiting');
    server.put(path, argo(2, { phase: 'Degraded', message: 'RolloutAborted: Rollout aborted update to revision 2' }));
    await ended;
    expect(measured()).toMatchObject([
      { ended: 'failed', detail: 'RolloutAborted: Rollout aborted update to revision 2' },
    ]);
  });

  const borrowing = {
    spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, template: null, selector: null },
  };
  const referring = (generation: number, changes: object = {}) => {
    const { spec, ...rest } = argo(generation, changes, borrowing as never);
    return { ...rest, spec: Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null)) };
  };
  const held = object(deployment, 1, { spec: { replicas: 0 }, status: { observedGeneration: 1 } });

  it('is one with the Rollout where the Deployment is named whose template the Rollout takes, and restarts that template', async () => {
    const { server, subject, kinds, measured, ended } = await begin(deployment, [held, referring(1)], {
      restart: true,
    });
    expect(subject).toMatchObject({
      title: 'rollout shop/web',
      instead:
        'rollout shop/web takes its pod template from deployment shop/web (workloadRef), so its rollout is measured',
    });
    const restarted = () => server.seen.filter(({ method }) => method === 'PATCH').map(({ path: one }) => one);
    await expect.poll(restarted).toEqual([`${pathOf(deployment)}/web`]);
    server.put(path, referring(1, { currentPodHash: 'b', phase: 'Progressing', updatedReplicas: 0 }));
    await expect.poll(kinds).toContain('begun');
    server.put(path, referring(1, { currentPodHash: 'b' }));
    await ended;
    expect(kinds()).toEqual(['watching', 'begun', 'measured']);
    expect(measured()[0]?.ended).toBe('complete');
    const asked = server.seen.filter(({ path: one }) => one === pods).map(({ labelSelector }) => labelSelector);
    expect(asked).toContain('app=web');
  });

  it('is refused where the template is out of reach', async () => {
    await expect(begin(rollout, [referring(1)])).rejects.toThrow(
      'rollout shop/web: its pod template is in Deployment web, which does not exist',
    );
  });
});

describe('a workload is refused', () => {
  it.each([
    ['a StatefulSet under OnDelete', statefulSet, { spec: { updateStrategy: { type: 'OnDelete' } } }, /OnDelete/],
    [
      'a StatefulSet with a partition above its replicas',
      statefulSet,
      { spec: { replicas: 2, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } },
      /partition of 2 keeps each of its 2 pods/,
    ],
    ['a StatefulSet without replicas', statefulSet, { spec: { replicas: 0 } }, /0 replicas/],
    [
      'a DaemonSet without nodes',
      daemonSet,
      { status: { observedGeneration: 1, desiredNumberScheduled: 0 } },
      /runs on no node/,
    ],
    ['a paused Rollout', rollout, { spec: { paused: true, strategy: { canary: {} } } }, /paused/],
  ] as const)('%s', async (_name, kind, parts, words) => {
    await expect(begin(kind, [object(kind, 1, parts)])).rejects.toThrow(words);
  });
});
