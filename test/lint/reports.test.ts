// Small inputs made after public reports, each with the answer of a good engineer. They lie beside the checkout.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { hitless } from '../support/hitless.ts';

const folder = '../shared/reports';
const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith('.md')) : [];

interface Told {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly changes: readonly { readonly path: string; readonly value: unknown }[];
}

interface Answer {
  readonly code: 0 | 1;
  /** A finding that must be there. */
  readonly says?: { readonly rule: string; readonly severity: Told['severity']; readonly message: RegExp };
  /** What the edits write, by the end of their paths. */
  readonly edits?: Readonly<Record<string, unknown>>;
  /** What no finding may say. */
  readonly never?: RegExp;
}

const sleepsTen = { 'lifecycle.preStop.sleep': { seconds: 10 } };

const answers: Readonly<Record<string, Answer>> = {
  'shell-drops-the-seconds': {
    code: 1,
    says: { rule: 'pre-stop-sleep', severity: 'error', message: /fails.*SIGTERM/ },
    edits: {},
  },
  'command-in-one-word': {
    code: 1,
    says: { rule: 'pre-stop-sleep', severity: 'error', message: /"sleep 10".*SIGTERM/ },
    edits: {},
  },
  'sleep-then-quit': { code: 1, edits: { terminationGracePeriodSeconds: 80 } },
  'native-sidecar-serves': { code: 0, edits: {}, never: /port 443|https|no pod|lost/ },
  'surge-and-unavailable-zero': {
    code: 1,
    says: { rule: 'manifest', severity: 'error', message: /maxSurge/ },
    edits: {},
  },
  'probe-names-no-port': {
    code: 1,
    says: { rule: 'readiness-probe', severity: 'error', message: /\bweb\b.*hang/ },
    edits: {},
  },
  'probe-port-in-quotes': { code: 1, says: { rule: 'manifest', severity: 'error', message: /8080/ }, edits: {} },
  'strategy-type-in-wrong-case': {
    code: 1,
    says: { rule: 'manifest', severity: 'error', message: /[Dd]id you mean Recreate/ },
    edits: {},
  },
  'autoscaler-owns-the-replicas': { code: 0, edits: {}, never: /outage|only pod/ },
  'host-network-without-ports': {
    code: 0,
    says: { rule: 'rolling-update', severity: 'note', message: /node.s network.*bind/ },
    edits: {},
  },
  'claim-with-rolling-update': {
    code: 1,
    says: { rule: 'rolling-update', severity: 'error', message: /ReadWriteOnce.*Recreate.*ReadWriteMany/ },
    edits: {},
  },
  'claim-with-recreate': { code: 0, edits: {} },
  'recreate-on-purpose': { code: 0, edits: {} },
  'shell-around-one-command': {
    code: 0,
    says: { rule: 'application', severity: 'note', message: /SIGTERM/ },
    edits: {},
  },
  'prestop-hook-misspelt': {
    code: 1,
    says: { rule: 'manifest', severity: 'error', message: /preStopHook.*preStop\b/ },
    edits: {},
  },
  'probe-inside-ports': {
    code: 1,
    says: { rule: 'manifest', severity: 'error', message: /readinessProbe.*container/ },
    edits: {},
  },
  'slow-liveness': {
    code: 1,
    edits: {
      'readinessProbe.httpGet': { path: '/healthz', port: 'http' },
      'readinessProbe.periodSeconds': 30,
    },
  },
  'worker-without-traffic': { code: 0, edits: {}, never: /traffic|requests are/ },
  'rounding-makes-it-safe': { code: 0, edits: {}, never: /old pods may go/ },
  'quota-leaves-no-room': {
    code: 0,
    says: { rule: 'rolling-update', severity: 'note', message: /ResourceQuota pods.*\b4\b/ },
    edits: {},
  },
  'capacity-is-short': { code: 0, edits: {} },
  'load-balancer-by-pod': {
    code: 1,
    says: { rule: 'pre-stop-sleep', severity: 'note', message: /Ingress shop.*25/ },
    edits: sleepsTen,
  },
};

async function check(name: string) {
  const { code, out } = await hitless(['check', '-o', 'json', join(folder, `${name}.yaml`)]);
  const { findings } = JSON.parse(out) as { findings: readonly Told[] };
  return { code, findings };
}

describe.skipIf(names.length === 0)(`inputs of ${folder}, skipped where that folder is absent`, () => {
  it('has an answer for each', () => {
    const others = ['argo-rollout', 'nothing-rendered'];
    const manifests = names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));
    expect([...Object.keys(answers), ...others].sort()).toEqual(manifests.sort());
  });

  it.each(Object.entries(answers))('%s', async (name, { code, says, edits, never }) => {
    const found = await check(name);
    const messages = found.findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);
    if (says !== undefined)
      expect(
        found.findings.some(
          ({ rule, severity, message }) =>
            rule === says.rule && severity === says.severity && says.message.test(message),
        ),
        messages.join('\n'),
      ).toBe(true);
    if (never !== undefined) for (const message of messages) expect(message).not.toMatch(never);
    if (edits !== undefined) {
      const written = found.findings.flatMap(({ changes }) => changes);
      const byEnd = written.map(({ path, value }) => [
        path.replace(/^.*(?:\]\.|spec\.template\.spec\.|strategy\.)/, ''),
        value,
      ]);
      expect(Object.fromEntries(byEnd), messages.join('\n')).toEqual(edits);
    }
    expect(found.code, messages.join('\n')).toBe(code);
  });

  it('names a Rollout instead of passing over it', async () => {
    const { code, out, err } = await hitless(['check', join(folder, 'argo-rollout.yaml')]);
    expect(`${out}${err}`).toMatch(/Rollout/);
    expect(code).toBe(0);
  });

  it('says that nothing was rendered', async () => {
    const input = readFileSync(join(folder, 'nothing-rendered.yaml'), 'utf8');
    const quiet = await hitless(['check', '-'], input);
    expect(quiet.err).toMatch(/nothing to (do|check|judge)/);
    expect(quiet.code).toBe(0);
    expect((await hitless(['check', '--require-input', '-'], input)).code).toBe(2);
  });
});

function decide(name: string, annotations: Readonly<Record<string, string>> = {}) {
  const body = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  body.request.object.metadata.annotations = { ...body.request.object.metadata.annotations, ...annotations };
  const { response } = admit(screen(readReview(body)), emptyClusterState, 'enforce');
  const patch = response.patch === undefined ? [] : JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'));
  return { warnings: response.warnings ?? [], patch: JSON.stringify(patch) };
}

describe.skipIf(names.length === 0)(`reviews of ${folder}, skipped where that folder is absent`, () => {
  it('cannot keep a written 25 % without proof, but an annotation can', () => {
    expect(decide('review-helm3-writes-the-default').patch).toContain('maxUnavailable');
    const kept = decide('review-helm3-writes-the-default', { 'hitless.dev/max-unavailable': '25%' });
    expect(kept.patch).not.toContain('maxUnavailable');
  });

  it('takes the port and the probe of a native sidecar', () => {
    const { warnings } = decide('review-native-sidecar');
    expect(warnings.join('\n')).not.toMatch(/no pod|8443|lost/);
  });

  it('says nothing about type Recreate when only a label changes', () => {
    const { warnings } = decide('review-recreate-on-purpose');
    expect(warnings.join('\n')).not.toMatch(/Recreate/);
  });
});
