import { expect, test } from 'vitest';
import { openSecretSource, type SecretSourceEvent } from '../../src/certificates/secret-source.ts';
import type { BundleStore, SecretStore, StoredSecret, WebhookConfiguration } from '../../src/certificates/stores.ts';
import { eventually } from '../support/pair.ts';

/** Both stores in memory, and a way to be away. */
function memory() {
  let version = 1;
  const state: { secret?: StoredSecret; configuration: WebhookConfiguration; away?: string } = {
    configuration: { version: '0', entries: [{ name: 'enforce.hitless.dev', caBundle: '' }] },
  };
  const reached = <T>(answer: () => T) =>
    state.away === undefined ? Promise.resolve(answer()) : Promise.reject(new Error(state.away));
  const set = (data: StoredSecret['data']) => {
    state.secret = { version: `${++version}`, ours: true, data };
    return true;
  };
  const secrets: SecretStore = {
    name: 'here/tls',
    read: () => reached(() => ({ secret: state.secret, now: new Date() })),
    create: (data) => reached(() => state.secret === undefined && set(data)),
    replace: (read, data) => reached(() => state.secret?.version === read && set(data)),
  };
  const bundles: BundleStore = {
    name: 'hooks',
    read: () => reached(() => state.configuration),
    write: (_, entries) =>
      reached(() => {
        state.configuration = { version: `${++version}`, entries };
        return true;
      }),
  };
  return { state, secrets, bundles };
}

const lifetimes = { leafMs: 3_600_000, authorityMs: 36_000_000, caPropagationMs: 500 };

async function keep({ secrets, bundles }: ReturnType<typeof memory>, names = ['a.svc']) {
  const events: SecretSourceEvent[] = [];
  const changes: (() => void)[] = [];
  const source = await openSecretSource({
    secrets,
    bundles,
    names,
    lifetimes,
    onEvent: (event) => events.push(event),
    follow: [
      (changed) => {
        changes.push(changed);
        return { stop: () => undefined };
      },
    ],
  });
  const kinds = () => events.map(({ kind }) => kind);
  return { source, events, kinds, changed: () => changes[0]?.() };
}

test('from nothing to a pair that is trusted', async () => {
  const given = memory();
  const { source, kinds } = await keep(given);
  expect(source.current().cert).toBe(given.state.secret?.data['tls.crt']);
  expect(source.unready?.()).toEqual([
    'waiting until the caBundle of the webhook configuration hooks holds the authority of this certificate',
  ]);
  expect(
    await eventually(
      () => source.unready?.().length,
      (count) => count === 0,
    ),
  ).toBe(0);
  expect(kinds()).toEqual(['wrote', 'authority', 'mended']);
  source.stop();
});

test('an API server that is away at the start is waited for, with a pair that nobody trusts', async () => {
  const given = memory();
  given.state.away = 'connect ECONNREFUSED';
  const { source, events, kinds } = await keep(given);
  expect(source.current().names).toBe('DNS:a.svc');
  expect(source.unready?.()).toEqual(['no certificate yet (connect ECONNREFUSED)']);
  expect(events).toEqual([{ kind: 'failed', reason: 'connect ECONNREFUSED', retryMs: expect.any(Number) }]);
  const loaded: string[] = [];
  source.subscribe(({ pair }) => loaded.push(pair.cert));
  delete given.state.away;
  expect(
    await eventually(
      () => source.unready?.().length,
      (count) => count === 0,
    ),
  ).toBe(0);
  expect(kinds()).toContain('recovered');
  expect(loaded).toEqual([given.state.secret?.data['tls.crt']]);
  expect(source.current().cert).toBe(loaded[0]);
  source.stop();
});

test('one that goes away later is noticed, and nothing changes', async () => {
  const given = memory();
  const { source, kinds, changed } = await keep(given);
  await eventually(
    () => source.unready?.().length,
    (count) => count === 0,
  );
  const { cert } = source.current();
  given.state.away = 'gone';
  changed();
  expect(await eventually(() => kinds().includes('failed'), Boolean)).toBe(true);
  expect(source.current().cert).toBe(cert);
  expect(source.unready?.()).toEqual([]);
  source.stop();
});

test('a change that is heard of is looked at soon, not half a minute later', async () => {
  const given = memory();
  const { source, changed } = await keep(given);
  await eventually(
    () => source.unready?.().length,
    (count) => count === 0,
  );
  const right = given.state.configuration.entries;
  given.state.configuration = { version: 'x', entries: [{ name: 'enforce.hitless.dev', caBundle: 'reset' }] };
  changed();
  await eventually(
    () => given.state.configuration.entries,
    (entries) => entries[0]?.caBundle !== 'reset',
  );
  expect(given.state.configuration.entries).toEqual(right);
  source.stop();
});

test('a name that no certificate can be issued for is reported, and nothing is written again and again', async () => {
  const given = memory();
  const mapped = '::ffff:192.0.2.1';
  const { source, events, kinds } = await keep(given, ['a.svc', mapped]);
  await eventually(kinds, (all) => all.length >= 2);
  const reason = `no certificate can be issued for ${mapped}: write it differently in --tls-names`;
  expect(events).toEqual(events.map(() => ({ kind: 'failed', reason, retryMs: expect.any(Number) })));
  expect(source.unready?.()).toEqual([`no certificate yet (${reason})`]);
  expect(given.state.secret).toBeUndefined();
  source.stop();
});
