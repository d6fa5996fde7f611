// What withdraw and audit tell people and programs.

import { describe, expect, it } from 'vitest';
import { auditJson } from '../../src/commands/audit/json.ts';
import { auditText } from '../../src/commands/audit/text.ts';
import type { Result } from '../../src/commands/withdraw/one-workload.ts';
import { withdrawJson, withdrawText } from '../../src/commands/withdraw/output.ts';
import { judge } from '../../src/lint/live.ts';
import type { Terminal } from '../../src/terminal/terminal.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create } from '../support/api-server.ts';
import { stateOf } from '../support/webhook.ts';

const nobody = () => undefined;
const terminal: Terminal = {
  stdin: async () => new Uint8Array(),
  out: nobody,
  err: nobody,
  colour: { out: false, err: false },
};

const sleep = 'spec.template.spec.containers[web].lifecycle.preStop.sleep';
const probe = 'spec.template.spec.containers[web].readinessProbe';
const surge = 'spec.strategy.rollingUpdate.maxUnavailable';

function result(fields: Partial<Result>): Result {
  const usual = {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'web',
    called: 'enforce',
    outcome: 'withdrawn',
  } as const;
  return { ...usual, taken: [], waiting: [], rolls: false, optsOut: false, ...fields };
}

const now = { when: 'now', names: [], copies: [] } as const;
const next = { when: 'next-rollout', names: [], copies: [] } as const;

describe('withdraw tells', () => {
  it('which fields went, without the numbers beside a probe’s handler', () => {
    const taken = [sleep, `${probe}.tcpSocket`, `${probe}.periodSeconds`, surge];
    expect(withdrawText(now, [result({ taken, rolls: true, called: 'never' })], terminal)).toBe(
      'shop/web  withdrawn  its pods are replaced: containers[web].lifecycle.preStop.sleep, containers[web].readinessProbe.tcpSocket, strategy.rollingUpdate.maxUnavailable\n' +
        '1 Deployment with injections: 1 withdrawn. The pods of 1 are being replaced.\n',
    );
  });

  it('what waits for what, and what must stay meanwhile', () => {
    const results = [result({ outcome: 'waiting', taken: [surge], waiting: [sleep], optsOut: true })];
    const text = withdrawText(next, results, terminal);
    expect(text).toContain('for the next change of its pod template: containers[web].lifecycle.preStop.sleep; at once');
    expect(text).toContain('Keep a hitless.dev/mode label on namespace shop until nothing is waiting');
    expect(text).toContain('`kubectl label namespace shop hitless.dev/mode=audit --overwrite`');
    expect(text).toContain('kubectl annotate deployment -n shop NAME hitless.dev/mode-');
  });

  it('that a namespace may opt out only when all of it is clean', () => {
    const clean = '`kubectl label namespace shop hitless.dev/mode-`';
    const failed = result({ name: 'api', outcome: 'failed', message: '403: no' });
    expect(withdrawText(now, [result({ taken: [sleep] })], terminal)).toContain(clean);
    expect(withdrawText(now, [result({ taken: [sleep] }), failed], terminal)).not.toContain(clean);
    expect(withdrawText({ ...now, names: ['web'] }, [result({ taken: [sleep] })], terminal)).not.toContain(clean);
    expect(withdrawText({ ...now, dryRun: true }, [result({ taken: [sleep] })], terminal)).not.toContain(clean);
  });

  it('a person who looks for nothing that there is nothing', () => {
    expect(withdrawText(now, [], terminal)).toBe('No workload has injections.\n');
    expect(withdrawText({ ...now, names: ['web'] }, [result({ outcome: 'nothing' })], terminal)).toBe(
      'shop/web  nothing    has no injections\n1 Deployment: 1 nothing.\n',
    );
  });

  it('programs the same', () => {
    const results = [
      result({ taken: [sleep], rolls: true }),
      result({ name: 'api', outcome: 'failed', message: 'no' }),
    ];
    expect(JSON.parse(withdrawJson({ ...now, dryRun: true }, results))).toEqual({
      version: 1,
      when: 'now',
      dryRun: true,
      summary: { deployments: 2, withdrawn: 1, waiting: 0, nothing: 0, refused: 0, failed: 1, rolling: 1 },
      deployments: [
        { object: name('web'), outcome: 'withdrawn', rolls: true, optsOut: false, taken: [sleep], waiting: [] },
        { object: name('api'), outcome: 'failed', rolls: false, optsOut: false, taken: [], waiting: [], message: 'no' },
      ],
      next: [],
    });
  });
});

const name = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name });

function stored(name: string, annotations: Readonly<Record<string, string>> = {}): Deployment {
  const container = {
    name: 'web',
    image: 'web:1',
    ports: [{ containerPort: 8080 }],
    livenessProbe: { tcpSocket: { port: 8080 } },
  };
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name, namespace: 'shop', resourceVersion: '1', annotations };
  return create({ metadata, spec: { selector: { matchLabels: labels }, template } });
}

const shop = { name: 'shop', labels: { 'hitless.dev/mode': 'audit' }, annotations: { 'hitless.dev/mood': 'x' } };

function audited(deployments: readonly Deployment[]) {
  const told = new Set<string>();
  const state = stateOf({ namespaces: [shop] });
  const empty = { name: 'empty', mode: 'enforce' } as const;
  const namespaces = [empty, { name: 'shop', mode: 'audit' } as const];
  const judged = deployments.map((one) => judge(one, { state, told }));
  return {
    namespaces,
    deployments: judged,
    leftovers: [],
    notJudged: [],
    owned: [],
    copies: [],
    problems: [],
    isCalled: true,
  };
}

describe('audit tells', () => {
  const result = audited([stored('web'), stored('off', { 'hitless.dev/mode': 'off' }), stored('api')]);

  it('by namespace and Deployment, and leaves out what is well', () => {
    const text = auditText(result, terminal);
    expect(text).toMatch(
      /^shop {2}audit {2}1 error, \d+ warnings(, \d+ notes?)?, 1 left alone\n {2}web\n {4}error {4}manifest/,
    );
    expect(text).toContain('  off: left alone, an annotation says hitless.dev/mode: off\n');
    expect(text).toMatch(/\n\n3 Deployments in 2 namespaces: .*at their next change\.\n$/);
    expect(text).not.toContain('empty');
    expect(auditText(audited([]), terminal)).toBe('0 workloads in 2 namespaces: nothing found.\n');
  });

  it('a mistake of a Namespace once', () => {
    expect(auditText(result, terminal).match(/hitless\.dev\/mood/g)).toHaveLength(1);
  });

  it('of more than 50 Deployments by rule, with each sentence once', () => {
    const many = audited(Array.from({ length: 51 }, (_, at) => stored(`web-${at}`)));
    const text = auditText(many, terminal);
    expect(text).toMatch(/^1 error: to be decided by the author of the manifest\n/);
    expect(text).toMatch(/warnings: hitless writes these edits in namespaces that enforce\n/);
    expect(text).toContain('shop/web-0, shop/web-1, shop/web-2 and 48 more\n');
    expect(text).toMatch(
      /\n51 Deployments in 2 namespaces: .*\n--verbose prints every finding, --summary a table\.\n$/,
    );
    expect(auditText(many, terminal, { verbose: true })).toMatch(/^shop {2}audit /);
  });

  it('in numbers with --summary, of however few', () => {
    const text = auditText(result, terminal, { summary: true });
    expect(text).toMatch(/^rule +errors +warnings +notes +workloads\nmanifest +1 +0 +0 +1\n/);
    expect(text).toContain('Without --summary every finding is printed.\n');
  });

  it('at the end what was not judged', () => {
    const object = { kind: 'CronJob', namespace: 'shop', name: 'clean' };
    const left = { object, apiVersion: 'batch/v1', reason: 'it serves nobody' };
    const others = { ...audited([]), notJudged: [left] };
    expect(auditText(others, terminal)).toMatch(/\n1 workload not judged: 1 CronJob; --verbose names it\.\n$/);
    expect(auditText(others, terminal, { verbose: true })).toMatch(
      /\n1 workload not judged:\n {2}1 CronJob: it serves nobody\n {4}shop\/clean\n$/,
    );
    expect(JSON.parse(auditJson(others))).toMatchObject({ summary: { notJudged: 1 }, notJudged: [left] });
  });

  it('programs the same, with counts for every namespace', () => {
    const { summary, namespaces, findings, skipped } = JSON.parse(auditJson(result));
    expect(namespaces).toMatchObject([
      { name: 'empty', mode: 'enforce', deployments: 0, errors: 0, warnings: 0, notes: 0, skipped: 0 },
      { name: 'shop', mode: 'audit', deployments: 3, errors: 1, warnings: summary.warnings, skipped: 1 },
    ]);
    expect(findings.length).toBe(summary.errors + summary.warnings + summary.notes);
    expect(skipped).toEqual([{ object: name('off'), reason: 'an annotation says hitless.dev/mode: off' }]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        object: name('api'),
        rule: 'pre-stop-sleep',
        changes: [{ path: sleep, value: { seconds: 10 } }],
      }),
    );
  });
});
