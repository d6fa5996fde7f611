// `hitless audit --policy`: what policies that are tried would change in a cluster.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/workload/json.ts';
import { create } from '../support/api-server.ts';
import { writeFiles } from '../support/files.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { type Answers, apiServer, cluster, deployments, hitless, namespace } from '../support/live-command.ts';
import { temporaryFolder } from '../support/pair.ts';
import { write } from '../support/webhook.ts';

const policies = '/apis/hitless.dev/v1alpha1';

function stored(name: string, home = 'shop', labels: Record<string, string> = { app: name }): JsonObject {
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const metadata = { name, namespace: home, labels, resourceVersion: '1', managedFields: [] };
  const template = { metadata: { labels }, spec: { containers } };
  return create({ metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } }) as never;
}

const platform = { metadata: { name: 'platform' }, spec: { preStopSleep: { seconds: 15 } } };
const workloads = [stored('web'), stored('api'), stored('job', 'batch')];

function answers(more: Answers = {}): Answers {
  return {
    ...cluster({ '/api/v1/namespaces': [namespace('shop', 'enforce'), namespace('batch', 'audit')] }),
    [`${policies}/clusterrolloutpolicies`]: [platform],
    [deployments]: workloads,
    ...more,
  };
}

const document = (kind: string, metadata: string, spec: string) =>
  `apiVersion: hitless.dev/v1alpha1\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n`;
const longer = document('ClusterRolloutPolicy', '{ name: platform }', '{ preStopSleep: { seconds: 20 } }');
const ofWeb = document(
  'RolloutPolicy',
  '{ name: web, namespace: shop }',
  '{ workloadSelector: { matchLabels: { app: web } }, preStopSleep: { action: "off" } }',
);
const ofApi = ofWeb.replace('name: web', 'name: api').replace('app: web', 'app: api').replace('"off"', 'fill');

async function audit(files: Readonly<Record<string, string>>, flags: readonly string[] = [], given = answers()) {
  const folder = await temporaryFolder();
  writeFiles(folder, files);
  const named = Object.keys(files).flatMap((name) => ['--policy', join(folder, name)]);
  const config = await kubeconfig({ here: await apiServer(given) });
  const told = await hitless('audit', '--kubeconfig', config, '--fail-on', 'never', ...named, ...flags);
  return { ...told, folder };
}

const inJson = async (...args: Parameters<typeof audit>) => {
  const [files, flags = [], given] = args;
  return JSON.parse((await audit(files, [...flags, '--output', 'json'], given)).out);
};

const effects = (trial: { workloads: { object: { name: string }; edits: { effect: string; rule: string }[] }[] }) =>
  trial.workloads.map(({ object, edits }) => [object.name, ...edits.map(({ effect, rule }) => `${effect} ${rule}`)]);

describe('a policy on trial', () => {
  it('counts in place of the one of its name, and the findings are those with it', async () => {
    const { trial, findings } = await inJson({ 'longer.yaml': longer });
    expect(trial.policies).toEqual([
      expect.objectContaining({
        policy: 'ClusterRolloutPolicy platform',
        fate: 'replaced',
        workloads: 3,
        otherEdits: 3,
      }),
    ]);
    const sleeps = findings.filter(({ rule }: { rule: string }) => rule === 'pre-stop-sleep');
    expect(sleeps.map(({ changes }: { changes: { value: unknown }[] }) => changes[0]?.value)).toEqual(
      workloads.map(() => ({ seconds: 20 })),
    );
  });

  it('stands beside those of the cluster, with numbers by policy and namespace', async () => {
    const { trial } = await inJson({ 'web.yaml': ofWeb });
    expect(effects(trial)).toEqual([['web', 'dropped pre-stop-sleep', 'dropped termination-grace-period']]);
    const counts = { workloads: 1, newEdits: 0, otherEdits: 0, droppedEdits: 1 };
    expect(trial.policies).toEqual([{ policy: 'RolloutPolicy shop/web', fate: 'added', ...counts }]);
    expect(trial.namespaces).toEqual([{ name: 'shop', ...counts }]);
    expect(trial.workloads[0]).toMatchObject({ tried: [], policies: ['RolloutPolicy shop/web'] });
    expect(trial.workloads[0].diff).toMatch(/^-spec:\n(?:-.*\n)*- +seconds: 15\n- +terminationGracePeriodSeconds: 35$/);
  });

  it('is not replaced by an output, and neither are the configuration and the kubeconfig', async () => {
    const folder = await temporaryFolder();
    const config = await kubeconfig({ here: 'http://127.0.0.1:1' });
    writeFiles(folder, { 'policies/web.yaml': ofWeb, 'hitless.yaml': '' });
    const [policies, own] = [join(folder, 'policies'), join(folder, 'hitless.yaml')];
    for (const file of [join(policies, 'web.yaml'), own, config]) {
      const before = readFileSync(file, 'utf8');
      const flags = ['--kubeconfig', config, '--policy', policies, '--config', own, '-o', `json=${file}`];
      const { code, err } = await hitless('audit', ...flags);
      expect([code, err]).toEqual([2, expect.stringContaining(`${file} is an input, and is not overwritten`)]);
      expect(readFileSync(file, 'utf8')).toBe(before);
    }
  });

  it('leaves the kubeconfig alone, wherever that comes from', async () => {
    const home = await temporaryFolder();
    const [usual, ca] = [join(home, '.kube', 'config'), join(home, 'ca.crt')];
    writeFiles(home, { '.kube/config': '{}', 'ca.crt': 'pem' });
    const env = { ...process.env, HOME: home, KUBECONFIG: '' };
    const commands = [
      ['audit', '--certificate-authority', ca, '-o', `json=${usual}`],
      ['audit', '--certificate-authority', ca, '-o', `json=${ca}`],
      ['verify', 'deployment/web', '--report', usual],
      ['lab', '--json', usual],
    ];
    for (const words of commands) {
      const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...words], { env, encoding: 'utf8' });
      expect([words, status, stderr]).toEqual([
        words,
        2,
        expect.stringMatching(/ is an input, and is not overwritten/),
      ]);
    }
    expect([usual, ca].map((file) => readFileSync(file, 'utf8'))).toEqual(['{}', 'pem']);
  });

  it('is missing in a folder without files, which is a mistake and not a trial without effect', async () => {
    const folder = await temporaryFolder();
    expect(await audit({}, ['--policy', folder])).toMatchObject({
      code: 2,
      out: '',
      err: `${folder}: contains no RolloutPolicy or ClusterRolloutPolicy\n`,
    });
  });

  it('counts once where several files have one of its name, which is said', async () => {
    const again = longer.replace('20', '25');
    const { err, out } = await audit({ 'a.yaml': longer, 'b.yaml': again }, ['--output', 'json']);
    expect(err).toBe(
      'hitless audit: ClusterRolloutPolicy platform is defined more than once by --policy: the last one counts\n',
    );
    const { trial } = JSON.parse(out);
    expect(trial.policies).toHaveLength(1);
    expect(trial.workloads[0].diff).toContain('seconds: 25');
  });

  it('is read from folders, and from several files', async () => {
    const folder = await temporaryFolder();
    writeFiles(folder, { 'policies/a.yaml': longer, 'policies/b.yaml': ofWeb });
    const flags = ['--policy', join(folder, 'policies'), '--output', 'json'];
    const { trial } = JSON.parse((await audit({}, flags)).out);
    const parted = await inJson({ 'a.yaml': longer, 'b.yaml': ofWeb });
    expect(trial).toEqual(parted.trial);
    expect(effects(trial)).toEqual([
      ['web', 'dropped pre-stop-sleep', 'dropped termination-grace-period'],
      ['api', 'other pre-stop-sleep', 'other termination-grace-period'],
      ['job', 'other pre-stop-sleep', 'other termination-grace-period'],
    ]);
  });

  it('counts alone with --only-policy-files: the others are left out, and named where that has an effect', async () => {
    const quiet = { metadata: { name: 'quiet', namespace: 'shop' }, spec: {} };
    const given = answers({ [`${policies}/rolloutpolicies`]: [quiet] });
    const { trial } = await inJson({ 'web.yaml': ofWeb }, ['--only-policy-files'], given);
    expect(
      trial.policies.map(({ policy, fate, workloads: all }: Record<string, unknown>) => [policy, fate, all]),
    ).toEqual([
      ['RolloutPolicy shop/web', 'added', 1],
      ['ClusterRolloutPolicy platform', 'removed', 3],
      ['RolloutPolicy shop/quiet', 'removed', 0],
    ]);
    expect(effects(trial)[1]).toEqual(['api', 'other pre-stop-sleep', 'dropped termination-grace-period']);
    const { out } = await audit({ 'web.yaml': ofWeb }, ['--only-policy-files'], given);
    expect(out).toContain('ClusterRolloutPolicy platform is left out');
    expect(out).not.toContain('shop/quiet');
  });

  it('is compared with what is planned, also where that is written already', async () => {
    const object = write({ object: stored('web') as never, mode: 'enforce' }).object as unknown as JsonObject;
    const given = answers({ [deployments]: [object], [`${policies}/clusterrolloutpolicies`]: [] });
    expect((await inJson({ 'same.yaml': ofApi }, [], given)).trial.workloads).toEqual([]);
    const { trial } = await inJson({ 'web.yaml': ofWeb }, [], given);
    expect(effects(trial)).toEqual([['web', 'dropped pre-stop-sleep']]);
  });

  it('that locks what another one sets is the reason where nothing of its own differs', async () => {
    const team = { metadata: { name: 'team', namespace: 'shop' }, spec: { preStopSleep: { seconds: 6 } } };
    const lock = document('ClusterRolloutPolicy', '{ name: lock }', '{ locked: [preStopSleep] }');
    const given = answers({ [`${policies}/rolloutpolicies`]: [team], [`${policies}/clusterrolloutpolicies`]: [] });
    const { trial } = await inJson({ 'lock.yaml': lock }, [], given);
    expect(effects(trial)).toEqual([
      ['web', 'other pre-stop-sleep'],
      ['api', 'other pre-stop-sleep'],
    ]);
    expect(trial.workloads[0].policies).toEqual(['ClusterRolloutPolicy lock']);
  });

  it('that names a kind has new edits in it', async () => {
    const spec = workloads[0]?.spec as JsonObject;
    const db = { metadata: { name: 'db', namespace: 'shop', resourceVersion: '1', managedFields: [] }, spec };
    const given = answers({ '/apis/apps/v1/statefulsets': [db] });
    const kinds = document('RolloutPolicy', '{ name: all, namespace: shop }', '{ kinds: [Deployment, StatefulSet] }');
    const { trial } = await inJson({ 'kinds.yaml': kinds }, [], given);
    expect(effects(trial)).toEqual([['db', 'new pre-stop-sleep', 'new termination-grace-period']]);
    expect(trial.workloads[0]).toMatchObject({ today: [], object: { kind: 'StatefulSet' } });
  });

  it('that changes nothing is said to change nothing, and one that selects nothing is named', async () => {
    const { out, err } = await audit({ 'api.yaml': ofApi.replace('app: api', 'app: apl') });
    expect(out).toContain('With these policies, hitless would write the same edits as today.\n');
    expect(err).toContain('RolloutPolicy shop/api has no effect: its workloadSelector selects nothing');
  });

  it('of no namespace is of that of --namespace', async () => {
    const own = {
      '/api/v1/namespaces/shop': namespace('shop', 'enforce'),
      '/api/v1/namespaces/shop/services': [],
      [`${policies}/namespaces/shop/rolloutpolicies`]: [],
      '/apis/apps/v1/namespaces/shop/deployments': workloads.slice(0, 2),
    };
    const homeless = ofWeb.replace(', namespace: shop', '');
    expect(effects((await inJson({ 'web.yaml': homeless }, ['-n', 'shop'], answers(own))).trial)).toHaveLength(1);
    expect(effects((await inJson({ 'web.yaml': homeless })).trial)).toEqual([]);
  });

  it('writes nothing to the cluster', async () => {
    const methods = new Set<string>();
    const url = await apiServer(answers(), (method) => {
      methods.add(method);
      return false;
    });
    const folder = await temporaryFolder();
    writeFiles(folder, { 'web.yaml': ofWeb });
    await hitless('audit', '--kubeconfig', await kubeconfig({ here: url }), '--policy', join(folder, 'web.yaml'));
    expect([...methods]).toEqual(['GET']);
  });
});

describe('what a policy on trial changes', () => {
  const both = { 'longer.yaml': longer, 'web.yaml': ofWeb };

  it('is at the end of the text: numbers, then the differences', async () => {
    const { out } = await audit(both);
    const text = out.slice(out.indexOf('With these policies'));
    expect(text).toMatch(
      /^With these policies, 3 workloads would get other edits than today\.\npolicy +workloads +new edits/,
    );
    expect(text).toMatch(/\nClusterRolloutPolicy platform replaces the cluster's +3 +0 +2 +1\n/);
    expect(text).toMatch(
      /\nRolloutPolicy shop\/web is added +1 +0 +0 +1\n\nnamespace .*\nbatch +1 +0 +1 +0\nshop +2 +0 +1 +1\n/,
    );
    expect(text).toContain('\nshop\n  web  ClusterRolloutPolicy platform, RolloutPolicy shop/web\n    -spec:\n');
    expect(text).toMatch(/\n {4}- +seconds: 15\n {4}- .*35\n {4}\+ +seconds: 20\n {4}\+ .*40\n/);
    expect((await audit(both, ['--summary'])).out).not.toContain('seconds: 15');
  });

  it('is grouped where there is much of it', async () => {
    const many = Array.from({ length: 60 }, (_, at) => stored(`web-${at}`));
    const { out } = await audit({ 'longer.yaml': longer }, [], answers({ [deployments]: many }));
    expect(out.match(/\+ +seconds: 20/g)).toHaveLength(1);
    expect(out).toContain('  60 workloads: shop/web-0, shop/web-1, shop/web-2 and 57 more\n');
    const { out: all } = await audit({ 'longer.yaml': longer }, ['--verbose'], answers({ [deployments]: many }));
    expect(all.match(/\+ +seconds: 20/g)).toHaveLength(60);
  });

  const sentences = [
    'With these policies, 3 workloads would get other edits than today.',
    "ClusterRolloutPolicy platform replaces the cluster's: 3 workloads would get other edits than today (other edits in 2, edits no longer made in 1).",
    'RolloutPolicy shop/web is added: 1 workload would get other edits than today (edits no longer made in 1).',
  ];

  it('is in SARIF, for GitHub, for GitLab and in JUnit in a sentence for each policy', async () => {
    const of = async (output: string) => (await audit(both, ['--output', output])).out;
    const sarif = JSON.parse(await of('sarif')).runs[0].invocations[0].toolExecutionNotifications;
    expect(sarif).toEqual(sentences.map((text) => ({ level: 'note', message: { text } })));
    expect(await of('github')).toContain(sentences.map((one) => `::notice title=hitless policies::${one}\n`).join(''));
    const issues = JSON.parse(await of('gitlab')) as Record<string, unknown>[];
    const told = issues.filter((one) => one.check_name === 'hitless/policies');
    expect(told.map(({ description, severity }) => ({ description, severity }))).toEqual(
      sentences.map((description) => ({ description, severity: 'info' })),
    );
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    const said = sentences.join('\n').replaceAll("'", '&#39;');
    expect(await of('junit')).toContain(
      `<testcase classname="hitless.policies" name="what the policies change"><system-out>${said}</system-out></testcase>`,
    );
  });

  it('is nothing for a policy without an effect, in a sentence too', async () => {
    const { out } = await audit({ 'api.yaml': ofApi.replace('app: api', 'app: apl') }, ['--output', 'github']);
    expect(out).toContain('::With these policies, hitless would write the same edits as today.\n');
    expect(out).toContain('::RolloutPolicy shop/api is added: no workload would get other edits than today.\n');
  });

  it('is in Markdown and on the page', async () => {
    const { out } = await audit(both, ['--output', 'markdown']);
    expect(out).toContain('### With these policies, 3 workloads would get other edits than today.\n');
    expect(out).toContain('| RolloutPolicy shop/web is added | 1 | 0 | 0 | 1 |\n');
    expect(out).toContain(
      '<details><summary>Deployment shop/api, by ClusterRolloutPolicy platform</summary>\n\n```diff\n spec:\n',
    );
    const page = (await audit(both, ['--output', 'html'])).out;
    expect(page).toContain('What the policies change');
    expect(page).toMatch(/<span class="added">\+ +seconds: 20\n<\/span>/);
    const { out: without } = await audit({}, ['--output', 'html']);
    expect(without).not.toContain('What the policies change');
  });
});

describe('refused', () => {
  it.each([
    [
      'a file without a policy',
      'apiVersion: v1\nkind: ConfigMap\n',
      /none\.yaml: contains no RolloutPolicy or ClusterRolloutPolicy\n$/,
    ],
    ['a wrong policy', longer.replace('20', '-1'), /none\.yaml:4:\d+: spec\.preStopSleep\.seconds: .*\n$/],
    ['a policy with a misspelt field', longer.replace('seconds', 'secnds'), /did you mean seconds\?\n$/],
  ])('is %s, in the words of check', async (_, text, message) => {
    const { code, out, err, folder } = await audit({ 'none.yaml': text });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    const { err: ofCheck } = await hitless('check', folder, '--policy', join(folder, 'none.yaml'), '--no-config');
    expect(ofCheck).toContain(err);
  });

  it('is a file that holds only a Node, whose version the cluster knows better', async () => {
    const status = 'status: { nodeInfo: { kubeletVersion: v1.28.0 } }';
    const { code, err } = await audit({
      'node.yaml': `apiVersion: v1\nkind: Node\nmetadata: { name: a }\n${status}\n`,
    });
    expect(code).toBe(2);
    expect(err).toMatch(/node\.yaml: contains no RolloutPolicy or ClusterRolloutPolicy\n$/);
  });

  it('is a file that is not there, and the flag without files', async () => {
    expect(await hitless('audit', '--policy', '/nowhere/policy.yaml')).toMatchObject({ code: 2, out: '' });
    expect(await hitless('audit', '--only-policy-files')).toEqual({
      code: 2,
      out: '',
      err: 'hitless audit: --only-policy-files requires --policy: the files that count in place of the policies of the cluster\n',
    });
  });
});
