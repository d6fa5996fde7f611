// hitless installed from its image, watched by its status, and left: helm uninstall stops while injections remain, and passes after.

import { beforeAll, describe, expect, it } from 'vitest';
import { helm, kubectl, must } from '../../support/e2e/kubectl.ts';
import { home, scrapes, until } from '../../support/e2e/release.ts';
import { apply, live, openShop, podSpec } from '../../support/e2e/shop.ts';
import { bare, promised, shop, web } from '../../support/e2e/web.ts';
import { hitless } from '../../support/hitless.ts';

openShop();

const configuration = ['mutatingwebhookconfiguration', 'hitless'] as const;
const guard = 'job/hitless-uninstall-guard';

/** From here, by the kubeconfig of this test. */
async function status(...args: readonly string[]) {
  const { code, out, err } = await hitless(['status', '--output', 'json', ...args]);
  const { checks } = JSON.parse(out) as { checks: { id: string; state: string; remarks: { message: string }[] }[] };
  const wrong = checks.flatMap(({ id, state, remarks }) =>
    state === 'error' || state === 'warning' ? remarks.map(({ message }) => `${id}: ${message}`) : [],
  );
  return { code, err, wrong, states: Object.fromEntries(checks.map(({ id, state }) => [id, state])) };
}

/** As each process sees it. */
async function gauges(): Promise<readonly string[]> {
  return (await scrapes()).map((text) => /^hitless_webhook_configuration_present (\d)$/m.exec(text)?.[1] ?? 'absent');
}

async function logged(message: string): Promise<boolean> {
  const label = 'app.kubernetes.io/name=hitless';
  return (await must(kubectl(['logs', '-n', home, '-l', label, '--all-containers', '--tail=50']))).includes(message);
}

const uninstall = (...args: readonly string[]) => helm(['uninstall', 'hitless', '-n', home, ...args]);

beforeAll(async () => {
  await must(apply(web('stays')));
  expect(promised(podSpec(await live('stays')))).not.toEqual(bare);
}, 60_000);

describe('its status', () => {
  it('is healthy after an installation', async () => {
    const { code, err, wrong, states } = await status('--skip', 'calls');
    expect({ code, err, wrong }).toEqual({ code: 0, err: '', wrong: [] });
    expect(states).toMatchObject({ webhook: 'ok', pods: 'ok', certificate: 'ok', namespaces: 'ok', leftovers: 'ok' });
  });

  it('names a configuration that somebody deleted; pods count and log it, and that it is back', async () => {
    expect([...new Set(await gauges())]).toEqual(['1']);
    const stored = JSON.parse(await must(kubectl(['get', ...configuration, '-o', 'json'])));
    await must(kubectl(['delete', ...configuration]));
    await until(async () => (await gauges()).every((one) => one === '0'));
    expect(await logged('the webhook configuration is missing or lacks entries')).toBe(true);
    const { code, wrong } = await status('--skip', 'calls');
    expect(code).toBe(1);
    expect(wrong[0]).toMatch(
      /^webhook: no MutatingWebhookConfiguration has an entry of hitless, although hitless-system/,
    );
    const { name, labels, annotations } = stored.metadata;
    const again = { ...stored, metadata: { name, labels, annotations } };
    await must(kubectl(['create', '-f', '-'], JSON.stringify(again)));
    await until(async () => (await gauges()).every((one) => one === '1'));
    expect(await logged('the webhook configuration has all of its entries again')).toBe(true);
    expect((await status('--skip', 'calls')).code).toBe(0);
  }, 60_000);

  it('names what somebody changed in it', async () => {
    const patch = [{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['CREATE'] }];
    const change = (value: object) =>
      must(kubectl(['patch', ...configuration, '--type=json', '-p', JSON.stringify(value)]));
    await change(patch);
    const { code, wrong } = await status('--skip', 'calls');
    expect({ code, wrong }).toEqual({
      code: 1,
      wrong: [expect.stringMatching(/^webhook: enforce\.hitless\.dev of hitless: rules are \[/)],
    });
    await change([{ ...patch[0], value: ['CREATE', 'UPDATE'] }]);
  });
});

describe('helm uninstall', () => {
  it('stops while a Deployment holds injections, removes nothing, and says why', async () => {
    const { code, out, err } = await uninstall();
    expect(code).not.toBe(0);
    expect(out + err).toContain('hitless-uninstall-guard');
    const log = await must(kubectl(['logs', '-n', home, guard]));
    expect(log).toContain(`1 Deployment still holds injections of hitless:\n  ${shop}/stays\n`);
    await must(kubectl(['get', ...configuration]));
    expect(await must(kubectl(['get', 'clusterroles,clusterrolebindings', '-o', 'name']))).not.toContain(
      'uninstall-guard',
    );
    expect((await status('--skip', 'calls')).code).toBe(0);
  }, 60_000);

  it('stops again on the next try, and not by what the first one left', async () => {
    const { out, err } = await uninstall();
    expect(out + err).not.toContain('already exists');
    expect(await must(kubectl(['logs', '-n', home, guard]))).toContain(`${shop}/stays`);
  }, 60_000);

  it('passes when the injections are withdrawn, and leaves nothing', async () => {
    const { code, out } = await hitless(['withdraw', '--all-namespaces', '--now', '--yes']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('1 withdrawn') });
    expect(promised(podSpec(await live('stays')))).toEqual(bare);
    await must(uninstall());
    const kinds = 'jobs,serviceaccounts,clusterroles,clusterrolebindings,mutatingwebhookconfigurations';
    expect(await must(kubectl(['get', kinds, '-A', '-o', 'name']))).not.toMatch(/hitless/);
    expect(await status('--skip', 'calls')).toMatchObject({
      code: 1,
      wrong: [expect.stringMatching(/^webhook: hitless is not installed/)],
    });
  }, 60_000);
});
