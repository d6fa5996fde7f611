// Two releases in one cluster, each with a webhook configuration of its own, and somebody who writes their caBundles: no call is lost.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { helm, kubectl, must } from '../../support/e2e/kubectl.ts';
import { endsWell, expectNothingLost, measure, measureAll, recalibrate } from '../../support/e2e/promise.ts';
import { image, pullPolicy } from '../../support/e2e/release.ts';
import { chart } from '../../support/helm.ts';

const second = 'hitless-second';
measureAll();

afterAll(async () => {
  await helm(['uninstall', 'second', '-n', second, '--no-hooks']);
  await kubectl(['delete', 'namespace', second, '--ignore-not-found', '--timeout=90s']);
}, 180_000);

async function losesNothing(during: string, action: () => Promise<unknown>): Promise<void> {
  expectNothingLost(await measure(during, action));
  await endsWell();
}

const colon = image.lastIndexOf(':');
const sets = [
  `image.repository=${image.slice(0, colon)}`,
  `image.tag=${image.slice(colon + 1)}`,
  `image.pullPolicy=${pullPolicy}`,
  'crds.install=false',
  'webhook.failurePolicy=Fail',
  'webhook.timeoutSeconds=10',
].flatMap((set) => ['--set', set]);

async function rolledOut(): Promise<void> {
  await must(kubectl(['rollout', 'status', 'deployment/second-hitless', '-n', second, '--timeout=120s']));
}

it('when the second one is upgraded and removed beside the first', async () => {
  // Until its first pod is ready, a release with failurePolicy Fail refuses what it is asked: that is no loss of this one.
  const place = ['-n', second, '--create-namespace'];
  await must(helm(['install', 'second', chart, ...place, ...sets, '--set', 'webhook.failurePolicy=Ignore']));
  await rolledOut();
  await must(helm(['upgrade', 'second', chart, ...place, ...sets]));
  await pause(3000);
  // Each admission asks both releases now.
  await recalibrate();
  await losesNothing('second release upgraded', async () => {
    await must(helm(['upgrade', 'second', chart, ...place, ...sets, '--set', 'logLevel=warn']));
    await rolledOut();
  });
  await losesNothing('certificates of the second release made anew', async () => {
    const annotated = ['annotate', 'secret', 'second-hitless-tls', '-n', second, 'hitless.dev/rotate=all'];
    await must(kubectl(annotated));
    await pause(10_000);
  });
}, 240_000);

it('when somebody resets the caBundles every second: he is refused', async () => {
  const webhooks = ['enforce', 'audit'].map((mode) => ({
    name: `${mode}.hitless.dev`,
    clientConfig: { caBundle: Buffer.from('no certificate').toString('base64') },
  }));
  const reset = ['patch', 'mutatingwebhookconfiguration', 'hitless', '-p', JSON.stringify({ webhooks })];
  await losesNothing('caBundle reset every second', async () => {
    for (let second = 0; second < 20; second += 1) {
      expect((await kubectl(reset)).err).toContain('are managed by the hitless pods');
      await pause(1000);
    }
  });
}, 120_000);
