// What the command says and refuses, without any load.

import { afterEach, describe, expect, it } from 'vitest';
import { rolloutLine, verifyJson, verifyText } from '../../../src/commands/verify/output.ts';
import type { VerifyOptions } from '../../../src/commands/verify/request.ts';
import { verify, verifyOn } from '../../../src/commands/verify/verify.ts';
import { junitReport } from '../../../src/measurement/report/junit.ts';
import { type About, resultOf, type VerifiedRollout } from '../../../src/measurement/verify/result.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';
import { terminal } from '../../support/terminal.ts';

const options: VerifyOptions = {
  namespace: 'shop',
  url: 'http://127.0.0.1:9/',
  rate: 100,
  traffic: ['get-new'],
  retries: 0,
  timeout: 1,
  rollouts: 1,
  maxLost: 0,
  wait: 1,
  settle: 3,
  output: 'text',
};

const servers: FakeApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function on(spec: object | undefined, changes: Partial<VerifyOptions> = {}, answer?: string) {
  const server = await fakeApiServer();
  servers.push(server);
  const path = '/apis/apps/v1/namespaces/shop/deployments';
  server.serve(path);
  const template = { spec: { containers: [{ name: 'web' }] } };
  if (spec !== undefined) server.put(path, { metadata: { name: 'web', uid: 'd' }, spec: { template, ...spec } });
  const { io, said } = terminal(answer === undefined ? {} : { ask: async () => answer });
  const code = await verifyOn({
    api: server.api,
    namespace: 'shop',
    request: { named: { kind, name: 'web' } },
    options: { ...options, ...changes },
    terminal: io,
  });
  return { code, said, server };
}

describe('verify refuses', () => {
  it.each([
    [undefined, 'deployment shop/web: not found'],
    [{ paused: true }, 'kubectl rollout resume'],
    [{ replicas: 0 }, '0 replicas'],
    [{ strategy: { type: 'Recreate' } }, 'every request in between is lost'],
  ])('%j', async (spec, words) => {
    const { code, said } = await on(spec);
    expect(code).toBe(2);
    expect(said.err).toContain(words);
    expect(said.out).toBe('');
  });

  it('to roll what nobody agreed to', async () => {
    expect((await on({}, { restart: true })).said.err).toContain('use --yes');
    const { code, said, server } = await on({}, { restart: true, rollouts: 3 }, 'n');
    expect(code).toBe(2);
    expect(said.err).toContain('nothing was changed');
    // Only read, as the Rollouts are that may take its template.
    expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it.each([
    ['web', {}, 'must be deployment/NAME'],
    ['pod/web', {}, 'must be deployment/NAME'],
    [
      'deployment/web',
      { url: 'shop' },
      '--url must be an address such as http://shop.example.com/healthz, found "shop"',
    ],
    ['deployment/web', { traffic: ['get-new', 'get-new'] }, 'twice'],
  ] as const)('%s with %j', async (subject, changes, words) => {
    const { io, said } = terminal();
    expect(await verify({ workloads: [subject] }, { ...options, ...changes }, io)).toBe(2);
    expect(said.err).toContain(words);
  });
});

describe('verify says', () => {
  const about: About = {
    versions: { hitless: '0.1.0', kubernetes: 'v1.37.1', node: 'v24' },
    command: 'hitless verify deployment/web',
    startedAt: '2026-11-22T00:00:00.000Z',
    durationSeconds: 20,
    target: { kind: 'Deployment', namespace: 'shop', name: 'web' },
    url: 'http://shop/',
    from: 'here',
    kinds: ['get-new'],
    rate: 100,
    maxLost: 0,
    failures: [],
  };
  const rollout = (lost: number, changes: Partial<VerifiedRollout> = {}): VerifiedRollout => ({
    startedMs: 0,
    durationMs: 15_200,
    lanes: [
      { lane: 'get-new', sent: 1520, lost, outcomes: { ok: 1520 - lost }, latency: { p50: 3.2, p99: 12, max: 40 } },
    ],
    causes: lost === 0 ? {} : { 'endpoint-lag': lost - 1, killed: 1 },
    longestGapMs: lost === 0 ? 0 : 410,
    schedulingError: { p99: 1, max: 2 },
    ended: 'complete',
    lostBefore: 0,
    ...changes,
  });
  const result = (...rollouts: readonly VerifiedRollout[]) =>
    resultOf(
      about,
      rollouts.map((one) => ({
        rollout: one,
        losses: [],
        measurement: { startedMs: 0, endedMs: 15_200, samples: [], events: [] },
      })),
      {
        kind,
        workload: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: {},
          spec: { template: { spec: { containers: [] } } },
        },
      },
    );

  it('a line for each rollout', () => {
    expect(rolloutLine(2, 3, rollout(0))).toBe('rollout 2 of 3: 0 of 1,520 lost in 15 s');
    expect(rolloutLine(1, 1, rollout(12, { lostBefore: 3, ended: 'failed' }))).toBe(
      'rollout 1 of 1: 12 of 1,520 lost in 15 s, 3 of them before it began, it failed: endpoint-lag 11, killed 1',
    );
  });

  it('at the end what was lost, why, and what to do', () => {
    const text = verifyText(result(rollout(12), rollout(0)), terminal().io);
    expect(text).toMatch(/^traffic +sent +lost +half within/);
    expect(text).toMatch(/^get-new +3,040 +12 +3 ms +12 ms +40 ms$/m);
    expect(text).toMatch(/^endpoint-lag, 11 lost\n {2}New connections went/m);
    expect(text).toContain('12 of 3,040 lost in 2 rollouts: 6.0 per rollout');
    expect(text).toContain('longest gap without an answer: 0.41 s; 0 lost requests allowed in each.');
  });

  it('in one line that all is well', () => {
    const text = verifyText(result(...Array(20).fill(rollout(0))), terminal().io);
    expect(text).toContain(
      '0 of 30,400 lost in 20 rollouts: 0 per rollout, and with 95 % confidence between 0 and 0.15 on average.',
    );
    expect(text).not.toContain('advice');
  });

  it('that nothing was measured', () => {
    expect(verifyText(result(), terminal().io)).toBe('No rollout was measured.\n');
  });

  it('the same in JSON, which a pipeline reads', () => {
    const read = JSON.parse(verifyJson(result(rollout(12))));
    expect(read).toMatchObject({ verdict: 'lost', lost: 12, target: { name: 'web' }, timelines: [] });
    expect(Object.values(read)).not.toContain(null);
  });

  it('and in JUnit, where a rollout that lost too much is a failure', () => {
    const xml = junitReport(result(rollout(12), rollout(0)));
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain('12 of 1,520 requests lost');
  });
});
