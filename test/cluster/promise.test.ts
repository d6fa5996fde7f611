// hitless keeps its own promise: with failurePolicy Fail, no admission is lost while it is rolled, renewed and upgraded.
//
// What no webhook can promise, a killed pod or an API server that is away, is counted and printed, and only must end well.
//   HITLESS_PROMISE_RESTARTS     rolling restarts, 5 as it stands
//   HITLESS_RESTART_API_SERVER   a command that restarts the API server; which one it is differs from cluster to cluster

import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueLeaf } from '../../src/certificates/issue.ts';
import type { Api } from '../../src/cluster/api.ts';
import { kubectl, must } from './kubectl.ts';
import { killer, type Measured, perSecond, tableOf, target, underLoad } from './support-load.ts';
import {
  allPods,
  connect,
  createNamespace,
  home,
  install,
  type Pod,
  remove,
  replicas,
  rolledOut,
  upgrade,
} from './support-release.ts';

const restarts = Number(process.env.HITLESS_PROMISE_RESTARTS ?? 5);
const restartApiServer = process.env.HITLESS_RESTART_API_SERVER;
const run = promisify(execFile);
const rows: Measured[] = [];
let api: Api;

beforeAll(async () => {
  // Ten minutes as a rule: API servers hear of a new authority within a second, and a test has no ten minutes.
  await install('--set', 'webhook.failurePolicy=Fail', '--set', 'extraArgs={--tls-settle-seconds=5}');
  api = await connect();
  await createNamespace(target, 'enforce');
  // API servers hear of the namespace and of the configuration.
  await pause(3000);
}, 180_000);

afterAll(async () => {
  process.stdout.write(`\n${perSecond} admissions a second, failurePolicy Fail\n\n${tableOf(rows)}\n`);
  await remove(target);
}, 180_000);

async function measure(during: string, action: () => Promise<unknown>): Promise<Measured> {
  const row = await underLoad(api, during, action);
  rows.push(row);
  return row;
}

async function losesNothing(during: string, action: () => Promise<unknown>): Promise<void> {
  const { reasons, failed, unpatched, noServer, admissions, seconds } = await measure(during, action);
  expect(reasons).toEqual([]);
  expect({ failed, unpatched, noServer }).toEqual({ failed: 0, unpatched: 0, noServer: 0 });
  expect(admissions).toBeGreaterThan(seconds * perSecond * 0.8);
}

/** After the rollout until no old pod is left: the last of them goes long after the last new one is ready. */
async function settled(): Promise<void> {
  await rolledOut();
  await until(async () => (await allPods()).every(({ metadata }) => metadata.deletionTimestamp === undefined));
}

async function until(right: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const began = performance.now();
  while (!(await right())) {
    if (performance.now() - began > withinMs) throw new Error(`not within ${withinMs} ms`);
    await pause(200);
  }
}

async function secret(): Promise<Readonly<Record<string, string>>> {
  const { data } = JSON.parse(await must(kubectl(['get', 'secret', 'hitless-tls', '-n', home, '-o', 'json'])));
  const texts = Object.entries(data as Record<string, string>).map(([key, value]) => [key, atob(value)]);
  return Object.fromEntries(texts);
}

/** The authority that signed the leaf in use; another one after each change of authority. */
async function signer(): Promise<string> {
  const { 'ca.crt': bundle = '' } = await secret();
  return new X509Certificate(bundle).fingerprint256;
}

function rotate(what: 'leaf' | 'ca' | 'all'): Promise<string> {
  return must(kubectl(['annotate', 'secret', 'hitless-tls', '-n', home, `hitless.dev/rotate=${what}`]));
}

async function leafRenewed(): Promise<void> {
  const before = (await secret())['tls.crt'];
  await rotate('leaf');
  await until(async () => (await secret())['tls.crt'] !== before);
  await served();
}

async function authorityChanged(what: 'ca' | 'all'): Promise<void> {
  const before = await signer();
  await rotate(what);
  await until(async () => (await signer()) !== before);
  await served();
}

/** Until every replica serves what is in the Secret. */
function served(): Promise<void> {
  return until(async () => {
    const { notAfter } = await leaf();
    const scraped = (await replicas()).map(async ({ metadata: { name } }) => {
      const path = `/api/v1/namespaces/${home}/pods/http:${name}:8080/proxy/metrics`;
      const line = /^hitless_certificate_not_after_timestamp_seconds (\S+)$/m;
      return Number(line.exec(await must(kubectl(['get', '--raw', path])))?.[1]);
    });
    return (await Promise.all(scraped)).every((seconds) => seconds * 1000 === notAfter);
  });
}

async function leaf() {
  const { 'tls.crt': cert = '' } = await secret();
  return { notAfter: Date.parse(new X509Certificate(cert).validTo) };
}

describe('no admission is lost', () => {
  it.each(Array.from({ length: restarts }, (_, index) => index + 1))('in rolling restart %i', async (round) => {
    await losesNothing(`rolling restart ${round}`, async () => {
      await must(kubectl(['rollout', 'restart', 'deployment/hitless', '-n', home]));
      await settled();
    });
  }, 120_000);

  it('while the leaf is renewed', async () => {
    await losesNothing('leaf renewed', leafRenewed);
  }, 120_000);

  it('while the authority changes step by step', async () => {
    await losesNothing('authority changed', () => authorityChanged('ca'));
  }, 120_000);

  it('in a helm upgrade', async () => {
    await losesNothing('helm upgrade', async () => {
      await upgrade('--set', 'logLevel=warn', '--set', 'podAnnotations.example\\.com/upgraded=yes');
      await settled();
    });
  }, 120_000);
});

describe('what is lost is counted', () => {
  it('when everything is made anew at once', async () => {
    await measure('all keys made anew at once', () => authorityChanged('all'));
    await endsWell();
  }, 120_000);

  it('when the leaf is about to expire', async () => {
    await measure('leaf with 5 s left', async () => {
      await shorten(5000);
      await until(async () => (await leaf()).notAfter > Date.now() + 86_400_000);
      await served();
    });
    await endsWell();
  }, 120_000);

  it('when pods are killed, one after the other', async () => {
    await measure('each of two pods killed', async () => {
      for (const victim of await replicas()) await kill(victim);
    });
    await endsWell();
  }, 120_000);

  it.skipIf(restartApiServer === undefined)(
    'when the API server restarts (skipped without HITLESS_RESTART_API_SERVER, a command that does it)',
    async () => {
      await measure('API server restarted', async () => {
        await run('sh', ['-c', restartApiServer ?? '']);
        await until(async () => (await kubectl(['get', '--raw', '/readyz'])).code === 0);
      });
      await endsWell();
    },
    120_000,
  );
});

async function kill(victim: Pod): Promise<void> {
  await must(kubectl(['create', '-f', '-'], JSON.stringify(killer(victim))));
  const ended = '--for=jsonpath={.status.phase}=Succeeded';
  await must(kubectl(['wait', '-n', target, 'pod/killer', ended, '--timeout=60s']));
  expect(await must(kubectl(['logs', '-n', target, 'killer']))).toBe('1\n');
  await must(kubectl(['delete', 'pod', '-n', target, 'killer']));
  await until(async () => (await restartsOf(victim.metadata.name)) === 1);
  await settled();
}

async function restartsOf(pod: string): Promise<number> {
  const path = 'jsonpath={.status.containerStatuses[0].restartCount}';
  return Number(await must(kubectl(['get', 'pod', pod, '-n', home, '-o', path])));
}

/** Puts a leaf of the same authority into the Secret that has so much left. */
async function shorten(leftMs: number): Promise<void> {
  const { 'ca.crt': bundle = '', 'ca.key': key = '' } = await secret();
  const cert = new X509Certificate(bundle).toString();
  const names = [`hitless.${home}.svc`, `hitless.${home}.svc.cluster.local`, `hitless.${home}`];
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + leftMs) };
  const issued = await issueLeaf({ cert, key }, names, validity);
  const data = { 'tls.crt': btoa(issued.cert), 'tls.key': btoa(issued.key) };
  const patch = ['--type=merge', '-p', JSON.stringify({ data })];
  await must(kubectl(['patch', 'secret', 'hitless-tls', '-n', home, ...patch]));
}

/** From now on nothing is lost any more. */
async function endsWell(): Promise<void> {
  const { reasons, failed, unpatched } = await underLoad(api, 'afterwards', () => pause(1000));
  expect({ reasons, failed, unpatched }).toEqual({ reasons: [], failed: 0, unpatched: 0 });
}
