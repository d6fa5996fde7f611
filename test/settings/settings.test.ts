import { describe, expect, test } from 'vitest';
import { isNeighbour, watchedKinds } from '../../src/cluster/cache/kinds.ts';
import { optionalKinds } from '../../src/settings/optional-kinds.ts';
import { readSettings, settingRows } from '../../src/settings/settings.ts';

const pair = { tlsCert: 'tls.crt', tlsKey: 'tls.key' };

test('with a key pair alone every other setting has its default', () => {
  expect(readSettings(pair, {})).toEqual({
    settings: {
      ...pair,
      objects: undefined,
      cluster: false,
      tlsSecret: undefined,
      tlsNames: undefined,
      webhookConfiguration: undefined,
      sharePort: false,
      tlsCa: undefined,
      tlsCaPropagationSeconds: 600,
      tlsClientCa: undefined,
      tlsClientNames: undefined,
      metricsTokenFile: undefined,
      metricsPlainOnly: false,
      listen: { host: '', port: 8443 },
      plainListen: undefined,
      mode: 'enforce',
      drainSeconds: 15,
      maxInFlight: 600,
      maxEventLoopDelayMs: 250,
      warmUpCalls: 1000,
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

test('the cluster is a switch as a flag, a word as a variable, and excludes a folder', () => {
  expect(readSettings({ ...pair, cluster: true }, {}).settings?.cluster).toBe(true);
  expect(readSettings(pair, { HITLESS_CLUSTER: 'true' }).settings?.cluster).toBe(true);
  expect(readSettings(pair, { HITLESS_CLUSTER: 'yes' }).mistakes).toEqual([
    'HITLESS_CLUSTER must be true or false, found "yes"',
  ]);
  expect(readSettings({ ...pair, cluster: true }, { HITLESS_OBJECTS: 'objects' }).mistakes).toEqual([
    '--cluster (or HITLESS_CLUSTER) cannot be used with --objects (or HITLESS_OBJECTS): give one of them',
  ]);
});

test('kinds around workloads can be left out, by the names that the API gives them', () => {
  const { settings } = readSettings({ ...pair, ignoreKinds: 'Ingress, HorizontalPodAutoscaler' }, {});
  expect(settings?.ignoreKinds).toEqual(['Ingress', 'HorizontalPodAutoscaler']);
  const [mistake] = readSettings(pair, { HITLESS_IGNORE_KINDS: 'Ingress,Service' }).mistakes;
  expect(mistake).toMatch(
    /^HITLESS_IGNORE_KINDS must be one or more of HorizontalPodAutoscaler, .*, found "Ingress,Service"$/,
  );
  expect(optionalKinds).toEqual(watchedKinds.filter(isNeighbour));
});

test('client certificates may be limited to names, which need the authorities that sign them', () => {
  const clients = { tlsClientCa: 'ca.crt', tlsClientNames: 'kube-apiserver, system:kube-apiserver,kube-apiserver' };
  expect(readSettings({ ...pair, ...clients }, {}).settings).toMatchObject({
    tlsClientCa: 'ca.crt',
    tlsClientNames: ['kube-apiserver', 'system:kube-apiserver'],
  });
  expect(readSettings({ ...pair, tlsClientNames: 'a' }, {}).mistakes).toEqual([
    '--tls-client-names (or HITLESS_TLS_CLIENT_NAMES) requires --tls-client-ca (or HITLESS_TLS_CLIENT_CA): set it to a PEM file',
  ]);
  expect(readSettings({ ...pair, ...clients, tlsClientNames: 'a,,b' }, {}).mistakes).toHaveLength(1);
});

test('metrics on the plain port alone need a plain port', () => {
  expect(readSettings({ ...pair, metricsPlainOnly: true }, {}).mistakes).toEqual([
    expect.stringMatching(/^--metrics-plain-only .* requires --plain-listen/),
  ]);
});

test('certificates of its own are a Secret, their names and a webhook configuration, instead of two files', () => {
  const own = {
    tlsSecret: 'hitless-system/hitless-tls',
    tlsNames: 'a.b.svc, 127.0.0.1',
    webhookConfiguration: 'hitless',
  };
  expect(readSettings(own, {}).settings).toMatchObject({
    tlsSecret: { namespace: 'hitless-system', name: 'hitless-tls' },
    tlsNames: ['a.b.svc', '127.0.0.1'],
    webhookConfiguration: 'hitless',
  });
  expect(readSettings({ ...pair, ...own }, {}).mistakes).toEqual([
    '--tls-secret (or HITLESS_TLS_SECRET) cannot be used with --tls-cert (or HITLESS_TLS_CERT): give one of them',
    '--tls-secret (or HITLESS_TLS_SECRET) cannot be used with --tls-key (or HITLESS_TLS_KEY): give one of them',
  ]);
  expect(readSettings({ tlsSecret: own.tlsSecret }, { HITLESS_TLS_NAMES: 'a b' }).mistakes).toEqual([
    'HITLESS_TLS_NAMES must be lower-case DNS names or IP addresses, separated by commas, found "a b"',
    '--tls-secret (or HITLESS_TLS_SECRET) requires --webhook-configuration (or HITLESS_WEBHOOK_CONFIGURATION): set it to the name of a MutatingWebhookConfiguration',
  ]);
  expect(readSettings({ ...pair, webhookConfiguration: 'hitless' }, {}).mistakes).toEqual([
    '--webhook-configuration (or HITLESS_WEBHOOK_CONFIGURATION) requires --cluster (or HITLESS_CLUSTER) or --tls-secret (or HITLESS_TLS_SECRET) or --tls-ca (or HITLESS_TLS_CA): set one of them',
  ]);
  expect(readSettings({ ...pair, webhookConfiguration: 'hitless', tlsCa: 'ca.crt' }, {}).mistakes).toEqual([]);
  expect(readSettings({ ...pair, tlsCa: 'ca.crt' }, {}).mistakes).toEqual([
    '--tls-ca (or HITLESS_TLS_CA) requires --webhook-configuration (or HITLESS_WEBHOOK_CONFIGURATION): set it to the name of a MutatingWebhookConfiguration',
  ]);
});

test.each(['a..b', '-a', 'a-', '.a', 'a.', `${'x'.repeat(64)}.svc`])('"%s" is no DNS name', (tlsNames) => {
  const { mistakes } = readSettings({ tlsSecret: 'a/b', tlsNames, webhookConfiguration: 'h' }, {});
  expect(mistakes[0]).toMatch(/^--tls-names must be lower-case DNS names .*, found /);
});

test.each(['hitless-tls', 'a/b/c', 'A/b', '/b', 'a/'])('"%s" is no Secret', (tlsSecret) => {
  const { mistakes } = readSettings({ tlsSecret, tlsNames: 'a', webhookConfiguration: 'h' }, {});
  expect(mistakes).toEqual([
    `--tls-secret must be NAMESPACE/NAME such as hitless-system/hitless-tls, found ${JSON.stringify(tlsSecret)}`,
  ]);
});

test('an empty variable counts as absent', () => {
  expect(readSettings(pair, { HITLESS_MODE: '', HITLESS_OBJECTS: '' }).settings).toMatchObject({
    mode: 'enforce',
    objects: undefined,
  });
});

test('all invalid settings are reported together: where each was set, what it must be, what was found', () => {
  const environment = { HITLESS_PLAIN_LISTEN: 'everywhere', HITLESS_MODE: 'adit' };
  const { settings, mistakes } = readSettings({ tlsCert: 'tls.crt', drainSeconds: '-1' }, environment);
  expect(settings).toBeUndefined();
  expect(mistakes).toEqual([
    'HITLESS_PLAIN_LISTEN must be ADDRESS:PORT such as 127.0.0.1:8443, [::1]:8443 or :8443, found "everywhere"',
    'HITLESS_MODE must be one of enforce, audit, found "adit"',
    '--drain-seconds must be a whole number from 0 to 3600, found "-1"',
    '--tls-key (or HITLESS_TLS_KEY) is missing: set it to a PEM file (`npx node certs/make-pair.ts DIR` makes a pair for development)',
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
    'the environment variable HITLESS_MAX_INFLIGHT is unknown and has no effect: did you mean HITLESS_MAX_IN_FLIGHT?',
  ]);
  expect(readSettings(pair, { HITLESS_LOG: '3' }).warnings).toEqual([
    expect.stringContaining('did you mean HITLESS_LOG_LEVEL?'),
  ]);
  expect(readSettings(pair, { HITLESS_COLOUR: '3' }).warnings).toEqual([
    expect.stringContaining('the known ones are HITLESS_OBJECTS, HITLESS_CLUSTER, '),
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
