// Findings that somebody accepted: they leave what counts, and remember who said so.

import { describe, expect, it } from 'vitest';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import type { Ignored, JudgedWorkload } from '../../src/lint/diagnostic.ts';
import { ignoredBy, setAside } from '../../src/lint/ignored.ts';
import { judge } from '../../src/lint/live.ts';
import { rules } from '../../src/rules/rules.ts';
import { clientSideApply, edit } from '../support/api-server.ts';
import { annotated, manifest } from '../support/cluster/shop.ts';
import { stateOf, write } from '../support/webhook.ts';

const object = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const found = (rule: string) => ({ rule, severity: 'note' as const, message: rule, changes: [] });
const baseline: Ignored = { by: 'baseline', where: 'baseline.json' };

describe('findings that are set aside', () => {
  const judged: JudgedWorkload = { object, diagnostics: [found('a'), found('b'), found('c')] };
  const of = (rule: string, ignored: Ignored) => (one: { rule: string }) => (one.rule === rule ? ignored : undefined);

  it('join those that were set aside before', () => {
    const annotation: Ignored = { by: 'annotation', where: 'Deployment annotation x', reason: 'so it is' };
    const after = setAside(setAside(judged, of('b', annotation)), of('a', baseline));
    expect(after.diagnostics.map(({ rule }) => rule)).toEqual(['c']);
    expect(after.ignored).toEqual([
      { ...found('b'), ignored: annotation },
      { ...found('a'), ignored: baseline },
    ]);
    expect([annotation, baseline].map(ignoredBy)).toEqual([
      'ignored by Deployment annotation x: so it is',
      'ignored by baseline.json',
    ]);
  });

  it('are none where nobody accepts any', () => {
    expect(setAside(judged, of('d', baseline))).toBe(judged);
  });
});

describe('a workload of a cluster', () => {
  const ignoring = (...ids: readonly string[]) =>
    annotated(Object.fromEntries(ids.map((id) => [`ignore.hitless.dev/${id}`, 'we accept that'])));

  it('has each finding either among what counts or among what is ignored, whichever rules are ignored', () => {
    const all = judge(clientSideApply(manifest()), { state: emptyClusterState });
    for (const { id } of rules) {
      const { diagnostics, ignored = [] } = judge(clientSideApply(manifest(ignoring(id))), {
        state: emptyClusterState,
      });
      expect(diagnostics.some(({ rule }) => rule === id)).toBe(false);
      expect(ignored.map(({ message }) => message)).toEqual(
        all.diagnostics.filter(({ rule }) => rule === id).map(({ message }) => message),
      );
    }
  });

  it('is not stuck for a rule that is ignored', () => {
    const { object } = write({ object: clientSideApply(manifest(ignoring('rolling-update'))) });
    const stuck = edit(object, (o) => {
      o.metadata.resourceVersion = '7';
      o.metadata.generation = 2;
      o.spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
      const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
      o.status = { observedGeneration: 2, replicas: 6, updatedReplicas: 1, conditions: [late] };
    });
    const { diagnostics, ignored = [] } = judge(stuck, { state: emptyClusterState });
    expect(diagnostics.filter(({ rule }) => rule === 'rolling-update')).toEqual([]);
    expect(ignored.map(({ message }) => message).join()).toContain('the rollout is stuck');
  });

  it('has nothing ignored that is already there, injected by the webhook', () => {
    const { object } = write({ object: clientSideApply(manifest()), state: stateOf() });
    const stored = edit(object, (o) => {
      o.metadata.resourceVersion = '7';
      o.metadata.annotations['ignore.hitless.dev/pre-stop-sleep'] = 'we accept that';
    });
    expect(judge(stored, { state: emptyClusterState }).ignored).toBeUndefined();
  });
});
