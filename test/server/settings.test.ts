import { describe, expect, test } from 'vitest';
import { readSettings, settingRows } from '../../src/settings.ts';

const pair = { tlsCert: 'tls.crt', tlsKey: 'tls.key' };

test('with a key pair alone every other setting has its default', () => {
  expect(readSettings(pair, {})).toEqual({
    settings: {
      ...pair,
      world: undefined,
      listen: { host: '', port: 8443 },
      plainListen: undefined,
      mode: 'enforce',
      drainSeconds: 15,
      maxInFlight: 600,
      maxEventLoopDelayMs: 250,
      logLevel: 'info',
    },
    mistakes: [],
    warnings: [],
  });
});

test('a flag wins over its variable, and a variable over the default', () => {
  const environment = { HITLESS_MODE: 'audit', HITLESS_DRAIN_SECONDS: '7' };
  const { settings } = readSettings({ ...pair, drainSeconds: '9' }, environment);
  expect(settings).toMatchObject({ mode: 'audit', drainSeconds: 9 });
});

test('an empty variable counts as absent', () => {
  expect(readSettings(pair, { HITLESS_MODE: '', HITLESS_WORLD: '' }).settings).toMatchObject({
    mode: 'enforce',
    world: undefined,
  });
});

test('every wrong setting is told at once: where it stood, what was found, what is allowed', () => {
  const environment = { HITLESS_PLAIN_LISTEN: 'everywhere', HITLESS_MODE: 'adit' };
  const { settings, mistakes } = readSettings({ tlsCert: 'tls.crt', drainSeconds: '-1' }, environment);
  expect(settings).toBeUndefined();
  expect(mistakes).toEqual([
    '--tls-key (or HITLESS_TLS_KEY) is missing: give it a PEM file; `node certs/make-pair.ts DIR` makes a pair for development',
    'HITLESS_PLAIN_LISTEN: found "everywhere", allowed is ADDRESS:PORT such as 127.0.0.1:8443, [::1]:8443 or :8443',
    'HITLESS_MODE: found "adit", allowed is enforce, audit',
    '--drain-seconds: found "-1", allowed is a whole number from 0 to 3600',
  ]);
});

describe('addresses', () => {
  test.each([
    ['127.0.0.1:8443', { host: '127.0.0.1', port: 8443 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
    [':8443', { host: '', port: 8443 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::]:65535', { host: '::', port: 65_535 }],
  ])('%s is taken', (listen, address) => {
    expect(readSettings({ ...pair, listen }, {}).settings?.listen).toEqual(address);
  });

  test.each([
    '8443',
    '::1:8443',
    '127.0.0.1',
    '127.0.0.1:',
    ':65536',
    'http://localhost:80',
    'a b:1',
    '[::1:8443',
    '',
  ])('"%s" is refused', (listen) => {
    expect(readSettings({ ...pair, listen }, {}).mistakes).toHaveLength(1);
  });
});

test.each([
  '0',
  '0.5',
  '1e3',
  ' 5',
  '5s',
  '1000001',
  '99999999999999999999',
])('"%s" requests in flight are refused', (maxInFlight) => {
  expect(readSettings({ ...pair, maxInFlight }, {}).mistakes).toHaveLength(1);
});

test('a misspelt variable is a warning that names the right one', () => {
  expect(readSettings(pair, { HITLESS_MAX_INFLIGHT: '3' }).warnings).toEqual([
    'the environment variable HITLESS_MAX_INFLIGHT is not known and has no effect: did you mean HITLESS_MAX_IN_FLIGHT?',
  ]);
});

test('the variables that Kubernetes makes for a Service named hitless are no mistake', () => {
  const links = {
    HITLESS_PORT: 'tcp://10.0.0.1:443',
    HITLESS_SERVICE_HOST: '10.0.0.1',
    HITLESS_SERVICE_PORT_HTTPS: '443',
    HITLESS_WEBHOOK_PORT_443_TCP_ADDR: '10.0.0.1',
  };
  expect(readSettings(pair, links).warnings).toEqual([]);
});

test('flags and variables are named alike, and none twice', () => {
  for (const { name, flag, variable } of settingRows) {
    const words = flag.replace(/^--| .*/g, '').split('-');
    expect(variable).toBe(['HITLESS', ...words].join('_').toUpperCase());
    expect(name.toLowerCase()).toBe(words.join(''));
  }
  expect(new Set(settingRows.map((row) => row.variable)).size).toBe(settingRows.length);
});
