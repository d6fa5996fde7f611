// The certificates under attack: clocks that are wrong, a Secret that is spoiled, two releases, an API server that is away when they
// expire. Meanwhile calls at a steady rate, of which none may fail.
//
//   HITLESS_FAKETIME   libfaketime.so.1, where it is not where Debian puts it

import { existsSync, globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { endReplica, isReady, metric, type Start } from '../support/certificates/real.ts';
import { attacks } from '../support/e2e/attacks.ts';
import { kubectl, must } from '../support/e2e/kubectl.ts';
import {
  admission,
  bearable,
  bundles,
  countIn,
  kubeconfig,
  leaves,
  load,
  name,
  namespace,
  openReplicas,
  readSecret,
  refill,
  replicas,
  resetBundles,
  start,
  startAs,
  stopLoad,
  textOf,
  toApiServer,
  until,
} from '../support/e2e/replicas.ts';

openReplicas();

const perSecond = 20;
const hour = 3_600_000;
const usual = { leafMs: 24 * hour, authorityMs: 240 * hour, caPropagationMs: 5000 };

/** Calls from before `attack` until after it. @throws when one fails. */
async function losesNothing(attack: () => Promise<unknown>): Promise<void> {
  const calling = load(await bearable(perSecond), admission);
  try {
    await sleep(500);
    await attack();
    await sleep(1000);
  } finally {
    stopLoad();
  }
  const { calls, failures } = await calling;
  process.stdout.write(`${[`${calls} calls, ${failures.length} failed`, ...failures.slice(0, 5)].join('\n')}\n`);
  expect(failures.slice(0, 5)).toEqual([]);
  // A busy machine sends fewer, but a load that sent nothing shows nothing.
  expect(calls).toBeGreaterThan(0);
}

/** The first replica goes, as in a rollout, after another one has come. */
async function rolled(as: Partial<Start> = { lifetimes: usual }): Promise<void> {
  await startAs([as]);
  const [first] = replicas.splice(0, 1);
  if (first !== undefined) await endReplica(first, 'SIGTERM');
}

function rotate(what: 'leaf' | 'ca' | 'all'): Promise<string> {
  return must(kubectl(['annotate', 'secret', name, '-n', namespace, `hitless.dev/rotate=${what}`]));
}

/** Until all replicas serve another leaf than this one, all the same. */
async function another(before: string): Promise<void> {
  await until(async () => {
    const all = await leaves();
    return all.size === 1 && !all.has(before);
  }, 60_000);
}

const [found] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
const faketime = process.env.HITLESS_FAKETIME ?? found ?? '';
const absent = existsSync(faketime) ? '' : ' (skipped: no libfaketime.so.1; HITLESS_FAKETIME may name one)';

describe.skipIf(absent !== '')(`replicas with clocks of their own${absent}`, () => {
  /** A cluster of years, whose certificates any of these clocks believes: that of a test is minutes old. */
  async function trusting(): Promise<string> {
    const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
    const { 'certificate-authority-data': _unused, ...cluster } = config.clusters[0].cluster;
    config.clusters[0].cluster = { ...cluster, 'insecure-skip-tls-verify': true };
    const file = `${kubeconfig}-trusting`;
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  test.each(['10m', '6h', '10d'])('%s ahead and behind: begun, renewed, rotated, rolled', async (apart) => {
    const access = await trusting();
    const at = (offset: string): Partial<Start> => ({
      kubeconfig: access,
      lifetimes: usual,
      environment: { LD_PRELOAD: faketime, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    });
    await startAs([at(`+${apart}`), at(`-${apart}`), at('+0')]);
    expect(await metric(replicas, 'hitless_certificate_steps_total{step="begin"}')).toBe(1);
    await losesNothing(async () => {
      for (const what of ['leaf', 'ca', 'all'] as const) {
        const [before = ''] = await leaves();
        await rotate(what);
        await another(before);
      }
      for (const offset of [`-${apart}`, `+${apart}`]) await rolled(at(offset));
    });
  }, 400_000);
});

describe('the Secret', () => {
  test.each(attacks)('$title', async ({ attack, heals }) => {
    await start(2, usual);
    const right = () => textOf('tls.crt');
    await losesNothing(async () => {
      await attack();
      await sleep(2000);
      if (!heals) {
        expect(await Promise.all(replicas.map(isReady))).toEqual([true, true]);
        await refill();
      }
      await until(async () => (await right()) !== '' && (await leaves()).size === 1, 60_000);
      // One without a memory goes by what stands there now.
      await rolled();
      expect((await leaves()).size).toBe(1);
    });
  }, 240_000);

  test('spoiled again and again, while replicas come and go', async () => {
    await start(2, usual);
    await losesNothing(async () => {
      for (const { heals, attack } of attacks) {
        if (!heals) continue;
        await attack();
        await rolled();
      }
    });
  }, 400_000);
});

describe('two releases', () => {
  test('on one webhook configuration, each with a Secret of its own', async () => {
    const second = `${name}-2`;
    await start(2, usual);
    await must(kubectl(['create', 'secret', 'generic', second, '-n', namespace]));
    const labelled = ['label', 'secret', second, '-n', namespace, 'hitless.dev/certificates=self-made'];
    await must(kubectl(labelled));
    const admin = { kubeconfig: process.env.KUBECONFIG ?? '', lifetimes: usual, secret: `${namespace}/${second}` };
    await losesNothing(async () => {
      await startAs([admin, admin]);
      expect(countIn((await bundles())[0] ?? '')).toBe(2);
      // Longer than an authority stays that is not wanted any more.
      await sleep(4 * usual.caPropagationMs);
      await rolled(admin);
      expect(countIn((await bundles())[0] ?? '')).toBe(2);
    });
    await must(kubectl(['delete', 'secret', second, '-n', namespace]));
  }, 240_000);
});

describe('the API server', () => {
  test('cannot be reached when the certificate expires, and calls on', async () => {
    await start(2, { ...usual, leafMs: 20_000 });
    const [before = ''] = await leaves();
    await losesNothing(async () => {
      toApiServer.cut();
      try {
        await sleep(50_000);
        expect((await leaves()).has(before)).toBe(false);
        expect((await leaves()).size).toBe(2);
      } finally {
        toApiServer.mend();
      }
      await until(async () => (await leaves()).size === 1, 60_000);
    });
    expect(await metric(replicas, 'hitless_certificate_steps_total{step="begin"}')).toBe(1);
  }, 300_000);
});

describe('the caBundles, where nothing keeps others from writing them', () => {
  test('reset every second: calls fail for as long as it takes to write them, and no longer', async () => {
    await start(2, usual);
    const uid = (await readSecret()).metadata.uid;
    const calling = load(await bearable(perSecond), admission);
    for (let second = 0; second < 20; second += 1) {
      await resetBundles(second % 2 === 0 ? '' : Buffer.from('no certificate').toString('base64'));
      await sleep(1000);
    }
    stopLoad();
    const { calls, failures } = await calling;
    process.stdout.write(`${calls} calls, ${failures.length} failed\n`);
    expect(failures.length).toBeLessThan(calls / 4);
    expect((await readSecret()).metadata.uid).toBe(uid);
    await until(async () => (await admission()) === undefined, 30_000);
    await losesNothing(() => sleep(1000));
  }, 400_000);
});
