// `hitless bundle` against a server that answers as an API server does: what is in the archive, what it says of what is missing.

import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bounds } from '../../../src/commands/bundle/bounds.ts';
import { run } from '../../../src/commands/program.ts';
import { type AnsweringServer, type Answers, answeringApiServer } from '../../support/answering-api-server.ts';
import {
  budgetPath,
  collectable,
  eventsPath,
  logOf,
  logPath,
  metricsPath,
  review,
  servingPod,
  unpack,
} from '../../support/bundle.ts';
import { hitless } from '../../support/hitless.ts';
import {
  type Any,
  type Authority,
  certificateFor,
  configuration,
  home,
  namespace,
  paths,
  rendered,
} from '../../support/installed-cluster.ts';
import { temporaryFolder } from '../../support/pair.ts';
import { terminal } from '../../support/terminal.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await certificateFor();
});

const servers: AnsweringServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    expect(server.asked.filter((path) => path.includes('secrets'))).toEqual([]);
  }
});

async function serve(changes: Answers = {}): Promise<AnsweringServer> {
  const server = await answeringApiServer(collectable(authority, changes));
  servers.push(server);
  return server;
}

async function bundle(changes: Answers = {}, ...args: readonly string[]) {
  const { kubeconfig, asked } = await serve(changes);
  const archive = join(await temporaryFolder(), 'made.tar.gz');
  // On a busy machine too.
  const patient = ['--request-timeout', '55s'];
  const ran = await hitless(['bundle', '--kubeconfig', kubeconfig, '--output', archive, ...patient, ...args]);
  return { ...ran, asked, archive };
}

async function opened(changes: Answers = {}, ...args: readonly string[]) {
  const { code, err, archive, asked } = await bundle(changes, ...args);
  expect({ code, err }).toMatchObject({ code: 0 });
  const files = await unpack(archive);
  const index = files.json('index.json') as Any;
  const unread = Object.fromEntries(
    index.parts.filter(({ why }: Any) => why !== undefined).map(({ path, why }: Any) => [path, why]),
  );
  return { ...files, index, unread, err, asked };
}

const release = `${home}/hitless`;

describe('a bundle', () => {
  it('holds its parts in an order that stays, what is in it first', async () => {
    const { names, text, index, unread } = await opened();
    expect(names).toEqual([
      ...['README.md', 'index.json', 'versions.json', 'webhook-configurations.json', 'namespaces.json'],
      ...['clusterrolloutpolicies.json', 'rolloutpolicies.json'],
      ...['deployments', 'configmaps', 'service', 'pods', 'poddisruptionbudget', 'events', 'certificates'].map(
        (name) => `${release}/${name}.json`,
      ),
      ...['hitless-1', 'hitless-2'].flatMap((name) => [
        `${release}/metrics/${name}/webhook.txt`,
        `${release}/logs/${name}/webhook.jsonl`,
      ]),
    ]);
    expect(index).toMatchObject({ format: 'hitless.dev/bundle/v1alpha1', version: '0.1.0' });
    expect(unread).toEqual({});
    for (const name of names.slice(2)) expect(text('README.md')).toContain(`- \`${name}\`: `);
    expect((await opened()).names).toEqual(names);
  });

  it('says what the cluster is, without what identifies people and networks', async () => {
    const { json, text } = await opened();
    expect(json('versions.json')).toMatchObject({ cli: { version: '0.1.0' }, apiServer: { gitVersion: 'v1.37.1' } });
    expect(json('namespaces.json')).toEqual([
      { metadata: { name: 'shop', labels: { 'hitless.dev/mode': 'enforce' } } },
      { metadata: { name: 'other' } },
    ]);
    const [deployment] = json(`${release}/deployments.json`);
    const [container] = deployment.spec.template.spec.containers;
    expect(container.args).toContain('--tls-secret=hitless-system/hitless-tls');
    expect(container.args).not.toContain('[redacted]');
    expect(container.image).toMatch(/hitless:0\.1\.0$/);
    expect(json(`${release}/pods.json`)[0]).toMatchObject({
      metadata: { name: 'hitless-1' },
      status: { phase: 'Running' },
    });
    expect(json(`${release}/service.json`).readyEndpoints).toBe(2);
    expect(json(`${release}/poddisruptionbudget.json`).spec).toEqual({ maxUnavailable: 1 });
    expect(text(`${release}/logs/hitless-1/webhook.jsonl`)).toBe(logOf(review));
  });

  it('holds of a caBundle what identifies it and how long it is valid', async () => {
    const { json, text } = await opened();
    const [{ webhooks }] = json('webhook-configurations.json');
    expect(webhooks.map(({ name }: Any) => name)).toEqual(['enforce.hitless.dev', 'audit.hitless.dev']);
    expect(webhooks[0].clientConfig).toEqual({
      service: expect.objectContaining({ namespace: home, name: 'hitless', path: '/mutate/enforce' }),
      caBundle: {
        certificates: [
          {
            sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
            notBefore: expect.stringMatching(/^\d{4}-/),
            notAfter: expect.stringMatching(/^\d{4}-/),
          },
        ],
      },
    });
    const inside = configuration(authority).webhooks[0].clientConfig.caBundle;
    expect(text('webhook-configurations.json')).not.toContain(inside);
  });

  it('says when the certificate that the pods serve expires, as they say it', async () => {
    const { json } = await opened();
    expect(json(`${release}/certificates.json`)).toEqual(
      Object.fromEntries(
        ['hitless-1', 'hitless-2'].map((name) => [
          `${release}/metrics/${name}/webhook.txt`,
          { certificate: '2027-01-15T08:00:00.000Z' },
        ]),
      ),
    );
  });

  it('asks for the Service of hitless, whatever else its configuration calls', async () => {
    const own = configuration(authority);
    const foreign = { name: 'other.example.com', clientConfig: { service: { namespace: 'shop', name: 'pay' } } };
    const mixed = { ...own, webhooks: [foreign, ...own.webhooks] };
    const { asked, names } = await opened({ [paths.webhooks]: [mixed] });
    expect(asked.filter((path) => path.includes('/shop/'))).toEqual([]);
    expect(names).toContain(`${release}/pods.json`);
  });

  it('asks nobody but the containers that run hitless', async () => {
    const { asked } = await opened();
    const logs = asked.filter((path) => path.includes('/log'));
    expect(logs.map((path) => new URL(path, 'http://any').searchParams.get('container'))).toEqual([
      'webhook',
      'webhook',
    ]);
  });

  it('holds the log of a run before a restart', async () => {
    const pods = [servingPod('hitless-1', { container: { restartCount: 2 } })];
    const { names, asked } = await opened({ [paths.pods]: pods });
    expect(names).toContain(`${release}/logs/hitless-1/webhook.previous.jsonl`);
    expect(asked.some((path) => path.includes('previous=true'))).toBe(true);
  });

  it('holds events of the objects of hitless, and of no others in its namespace', async () => {
    const event = (name: string, more: Any = {}) => ({
      involvedObject: { kind: 'Pod', namespace: home, name },
      ...{ type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: 10.0.0.1', count: 3, ...more },
    });
    const late = event('hitless-1', { lastTimestamp: '2026-11-30T12:00:00Z' });
    const early = event('hitless', { lastTimestamp: '2026-11-29T12:00:00Z' });
    const { json } = await opened({ [eventsPath]: [late, event('hitlessly'), event('tenant-1'), early] });
    const events = json(`${release}/events.json`);
    expect(events.map(({ involvedObject }: Any) => involvedObject.name)).toEqual(['hitless', 'hitless-1']);
    expect(events[1]).toMatchObject({ reason: 'Unhealthy', message: '[redacted]', count: 3 });
  });

  it('holds the settings that a ConfigMap gives', async () => {
    const deployment = rendered('Deployment');
    deployment.spec.template.spec.containers[0].envFrom = [{ configMapRef: { name: 'settings' } }];
    const data = {
      HITLESS_LOG_LEVEL: 'debug',
      HITLESS_MODE: 'hunter-2',
      HITLESS_TLS_CLIENT_NAMES: 'alice',
      other: 'x',
    };
    const { json } = await opened({
      [paths.deployments]: [deployment],
      [`/api/v1/namespaces/${home}/configmaps/settings`]: { metadata: { name: 'settings' }, data },
    });
    expect(json(`${release}/configmaps.json`)).toEqual([
      {
        metadata: { name: 'settings' },
        data: {
          HITLESS_LOG_LEVEL: 'debug',
          HITLESS_MODE: '[redacted]',
          HITLESS_TLS_CLIENT_NAMES: '[redacted]',
          otherKeys: 1,
        },
      },
    ]);
  });
});

describe('what cannot be read', () => {
  it('is named with the reason, and stops nothing', async () => {
    const { unread, names, text, err } = await opened({
      [paths.namespaces]: 403,
      [paths.policies]: 404,
      [eventsPath]: 500,
      [budgetPath]: 404,
      [metricsPath('hitless-1')]: 401,
    });
    expect(unread).toEqual({
      'namespaces.json': 'it is forbidden (403): no permission to list namespaces',
      'rolloutpolicies.json': 'there is none (404)',
      [`${release}/poddisruptionbudget.json`]: 'there is none (404)',
      [`${release}/events.json`]: 'it was refused with the HTTP status 500',
      [`${release}/metrics/hitless-1/webhook.txt`]: 'a login or a token is missing (401)',
    });
    expect(names).toContain(`${release}/metrics/hitless-2/webhook.txt`);
    expect(names).not.toContain('namespaces.json');
    for (const path of Object.keys(unread)) expect(text('README.md')).toMatch(new RegExp(`\`${path}\`: .* Reason: `));
    expect(text('README.md')).toContain('Reason: there is none (404)');
    expect(err).toContain('hitless bundle: 5 parts missing, 0 not whole: its README.md says which, and why\n');
  });

  it('is what does not answer in time', async () => {
    const hanging = { [budgetPath]: 0, [metricsPath('hitless-1')]: 0, [logPath('hitless-2')]: 0 };
    const { unread } = await opened(hanging, '--request-timeout', '1s');
    expect(unread).toMatchObject({
      [`${release}/poddisruptionbudget.json`]: 'the answer was not complete in time',
      [`${release}/metrics/hitless-1/webhook.txt`]: 'the answer was not complete in time',
      [`${release}/logs/hitless-2/webhook.jsonl`]: 'the answer was not complete in time',
    });
  });

  it('does not repeat what the API server said', async () => {
    const message = 'User "alice@example.com" cannot list at 10.1.2.3';
    const refusal = (response: Any) => response.writeHead(403).end(JSON.stringify({ message }));
    const { text } = await opened({ [paths.pods]: refusal, [paths.namespaces]: refusal });
    expect(text('README.md') + text('index.json')).not.toMatch(/alice|10\.1\.2\.3/);
  });

  it('of an answer that breaks off is what came before', async () => {
    const breakOff = (text: string) => (response: Any) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(text, () => response.destroy());
    };
    const { unread, text } = await opened({
      [logPath('hitless-1')]: breakOff(`${logOf(review, review)}{"level":"info","mess`),
      [paths.clusterPolicies]: breakOff('{"metadata":{},"items":[{"metad'),
    });
    expect(text(`${release}/logs/hitless-1/webhook.jsonl`)).toBe(logOf(review, review));
    expect(unread).toMatchObject({
      [`${release}/logs/hitless-1/webhook.jsonl`]: 'the connection broke off before the answer was complete',
      'clusterrolloutpolicies.json': expect.stringMatching(/^the (?:connection broke off|answer cannot be read)/),
    });
  });

  it('is the release itself, without permission to see the webhook configuration', async () => {
    const { unread, names } = await opened({ [paths.webhooks]: 403, [paths.services]: 403 });
    expect(unread.releases).toContain('--namespace says where it is');
    expect(names).toContain('namespaces.json');
    const there = await opened(
      {
        [paths.webhooks]: 403,
        [paths.services]: 403,
        [`/api/v1/namespaces/${home}/services`]: [{ metadata: { namespace: home, name: 'hitless' } }],
      },
      '--namespace',
      home,
    );
    expect(there.names).toContain(`${release}/pods.json`);
  });

  it('is everything: then there is no archive', async () => {
    const all = Object.keys(collectable(authority));
    const { code, err, archive } = await bundle(Object.fromEntries(all.map((path) => [path, 403])));
    expect(code).toBe(2);
    expect(err).toMatch(/^hitless bundle: the API server at .* does not allow this \(403\)/);
    expect(existsSync(archive)).toBe(false);
  });

  it('is a cluster that does not answer', async () => {
    const server = await answeringApiServer({});
    server.close();
    const archive = join(await temporaryFolder(), 'made.tar.gz');
    const { code, err } = await hitless(['bundle', '--kubeconfig', server.kubeconfig, '-o', archive]);
    expect(code).toBe(2);
    expect(err).toMatch(/does not answer|ECONNREFUSED/);
    expect(existsSync(archive)).toBe(false);
  });
});

describe('its size', () => {
  it('ends with the last lines of a log, whatever the API server sends', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => ({ ...review, milliseconds: at }));
    const { text, asked } = await opened({ [logPath('hitless-1')]: logOf(...lines) }, '--log-lines', '7');
    expect(asked).toContainEqual(expect.stringContaining('tailLines=7'));
    const last = text(`${release}/logs/hitless-1/webhook.jsonl`).trimEnd().split('\n');
    expect(last.map((line) => JSON.parse(line).milliseconds)).toEqual([4993, 4994, 4995, 4996, 4997, 4998, 4999]);
  });

  it('ends where a pod does not stop to write', async () => {
    const endless = (response: Any) => {
      const line = logOf(review).repeat(1000);
      const write = () => {
        while (!response.destroyed && response.write(line));
      };
      response.on('drain', write).writeHead(200);
      write();
    };
    const { unread } = await opened({ [logPath('hitless-1')]: endless, [metricsPath('hitless-2')]: endless });
    expect(unread).toMatchObject({
      [`${release}/logs/hitless-1/webhook.jsonl`]: `it was cut off after ${bounds.logBytes} bytes`,
      [`${release}/metrics/hitless-2/webhook.txt`]: `it was cut off after ${bounds.metricsBytes} bytes`,
    });
  });

  it('is reached by a list that always promises more', async () => {
    let page = 0;
    const endless = (response: Any) => {
      page += 1;
      response.end(JSON.stringify({ metadata: { continue: `${page}` }, items: [servingPod('hitless-1')] }));
    };
    const { unread } = await opened({ [paths.pods]: endless });
    expect(unread[`${release}/pods.json`]).toBe('the answer is too long');
    expect(page).toBe(bounds.pages);
  });

  it('is that of ten pods, those that are not ready among them', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `hitless-${at + 10}`);
    const sick = { conditions: [{ type: 'Ready', status: 'False' }] };
    const pods = names.map((name) => servingPod(name, name === 'hitless-21' ? sick : {}));
    const { json, index, unread } = await opened({ [paths.pods]: pods });
    expect(json(`${release}/pods.json`)).toHaveLength(12);
    const logs = index.parts.flatMap(({ path }: Any) => /logs\/([^/]+)/.exec(path)?.[1] ?? []);
    expect(logs).toEqual([...names.slice(0, 9), 'hitless-21']);
    expect(unread[`${release}/pods.json`]).toBe('metrics and logs are only of 10 of the 12 pods');
  });

  it('is that of so many policies', async () => {
    const policies = Array.from({ length: bounds.policies + 1 }, (_, at) => namespace(`p-${at}`));
    const { json, unread } = await opened({ [paths.policies]: policies });
    expect(json('rolloutpolicies.json')).toHaveLength(bounds.policies);
    expect(unread['rolloutpolicies.json']).toBe(`only the first ${bounds.policies} are in it`);
  });
});

describe('the file', () => {
  it('is for nobody else to read', async () => {
    const { archive, err } = await bundle();
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    expect(err).toContain(`written: ${archive}`);
  });

  it('is not written over another one, nor through a link, and then nothing is read', async () => {
    const folder = await temporaryFolder();
    const [there, link, elsewhere] = ['there', 'link', 'elsewhere'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(there, 'mine');
    symlinkSync(elsewhere, link);
    for (const file of [there, link]) {
      const { code, err, asked } = await bundle({}, '--output', file);
      expect(code).toBe(2);
      expect(err).toContain('exists already and is not overwritten');
      expect(asked).toEqual([]);
    }
    expect(readFileSync(there, 'utf8')).toBe('mine');
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('must be in a folder that is there', async () => {
    const { code, err, asked } = await bundle({}, '--output', join(await temporaryFolder(), 'no/such.tar.gz'));
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toContain('cannot be written');
  });

  it.each(['', '/'])('must have a name, not end with "%s"', async (end) => {
    const file = end === '' ? '' : `${await temporaryFolder()}/new${end}`;
    const { code, err, asked } = await bundle({}, '--output', file);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toContain(`--output must name a file, found ${JSON.stringify(file)}`);
  });

  it('is standard output for -, but no terminal', async () => {
    const { kubeconfig } = await serve();
    const args = ['bundle', '--kubeconfig', kubeconfig, '--output', '-'];
    const chunks: Uint8Array[] = [];
    const { io, said } = terminal({ outBytes: (bytes) => void chunks.push(bytes) });
    expect(await run(args, io)).toBe(0);
    expect(said.out).toBe('');
    const archive = join(await temporaryFolder(), 'made.tar.gz');
    writeFileSync(archive, Buffer.concat(chunks));
    expect((await unpack(archive)).names[0]).toBe('README.md');
    expect(await hitless(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is a terminal') });
  });
});

it('--dry-run names every part and its permission, and asks nobody', async () => {
  const { code, out, asked, archive } = await bundle({}, '--dry-run');
  expect({ code, asked }).toEqual({ code: 0, asked: [] });
  expect(out).toContain('(get pods/log in the namespace of the release)');
  expect(out).toContain('No Secret is read or listed.');
  expect(existsSync(archive)).toBe(false);
});

it('takes a namespace for the name of one', async () => {
  const { code, err, asked } = await bundle({}, '--namespace', '../secrets');
  expect({ code, asked }).toEqual({ code: 2, asked: [] });
  expect(err).toBe('hitless bundle: --namespace must be the name of a namespace\n');
});

it('leaves out of the paths what is no name, and never leads out of its folder', async () => {
  const odd = servingPod('../../../etc/passwd');
  odd.spec.containers[0].name = '..';
  const { names, json } = await opened({ [paths.pods]: [odd, servingPod('hitless-2')] });
  expect(names.filter((name) => name.includes('..'))).toEqual([]);
  expect(json('index.json').parts.map(({ path }: Any) => path)).toContain(`${release}/logs/pod-1/container-1.jsonl`);
  expect(json(`${release}/pods.json`)[0].metadata.name).toBe('[redacted]');
});
