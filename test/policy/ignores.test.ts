// Rules that annotations tell to ignore: their sections are off, above every other layer, and each remembers who says so and why.

import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../../src/policy/policies.ts';
import { type PolicySubject, selectPolicy } from '../../src/policy/select.ts';
import { rules } from '../../src/rules/rules.ts';
import { clusterPolicy, fieldOf, selected, shop, shopPolicy } from '../support/policy.ts';

const ignoring = (rule: string, reason = 'we wait') => ({ [`ignore.hitless.dev/${rule}`]: reason });
const origin = 'Deployment annotation ignore.hitless.dev/pre-stop-sleep';
const ofShop = 'Namespace shop annotation ignore.hitless.dev/pre-stop-sleep';
const listed = (selection: ReturnType<typeof selected>) => [...(selection.ignores?.values() ?? [])];

it.each(
  rules.flatMap(({ id, section }) => (section === undefined ? [] : [{ id, section }])),
)('the annotation for $id switches $section off', ({ id, section }) => {
  const documents = [clusterPolicy('on', { spec: { [section]: { action: 'enforce' } } })];
  const selection = selected({ documents, annotations: ignoring(id) });
  expect(fieldOf(selection, `${section}.action`)).toEqual(['off', `Deployment annotation ignore.hitless.dev/${id}`]);
  expect(selection.mistakes).toEqual([]);
});

describe('an ignored rule', () => {
  it('has the reason of the workload before that of its Namespace', () => {
    const namespace = { annotations: ignoring('pre-stop-sleep', 'nobody minds') };
    expect(listed(selected({ namespace }))).toEqual([
      { rule: 'pre-stop-sleep', origin: ofShop, reason: 'nobody minds' },
    ]);
    const both = selected({ namespace, annotations: ignoring('pre-stop-sleep') });
    expect(listed(both)).toEqual([{ rule: 'pre-stop-sleep', origin, reason: 'we wait' }]);
    expect(fieldOf(both, 'preStopSleep.action')).toEqual(['off', origin]);
  });

  it.each(['', '  \n '])('has no reason where the annotation has %j', (text) => {
    expect(listed(selected({ annotations: ignoring('pre-stop-sleep', text) }))).toEqual([
      { rule: 'pre-stop-sleep', origin },
    ]);
  });

  it('has a reason on one line, and not the whole of a document', () => {
    const reason = (text: string) => listed(selected({ annotations: ignoring('application', text) }))[0]?.reason;
    expect(reason(' the proxy\n  waits\n')).toBe('the proxy waits');
    expect(reason('x'.repeat(200_000))).toHaveLength(1024);
  });

  it('stays ignored where another annotation asks for it, on the workload or on its Namespace', () => {
    const asked = { 'hitless.dev/pre-stop-sleep-seconds': '15' };
    const own = selected({ annotations: { ...asked, ...ignoring('pre-stop-sleep') } });
    const above = selected({ annotations: asked, namespace: { annotations: ignoring('pre-stop-sleep') } });
    expect(fieldOf(own, 'preStopSleep.action')).toEqual(['off', origin]);
    expect(fieldOf(above, 'preStopSleep.action')).toEqual(['off', ofShop]);
  });

  it('stays ignored under a policy of any priority', () => {
    const documents = [
      clusterPolicy('high', { priority: 1000, spec: { preStopSleep: { action: 'enforce' } } }),
      shopPolicy('own', { spec: { preStopSleep: { action: 'enforce' } } }),
    ];
    const selection = selected({ documents, namespace: { annotations: ignoring('pre-stop-sleep') } });
    expect(fieldOf(selection, 'preStopSleep.action')).toEqual(['off', ofShop]);
  });

  it('makes no room in a grace period that an annotation sets', () => {
    const annotations = { 'hitless.dev/termination-grace-period-seconds': '8' };
    expect(selected({ annotations }).mistakes).toHaveLength(0);
    expect(fieldOf(selected({ annotations }), 'preStopSleep.seconds')[0]).toBe(6);
    const selection = selected({ annotations: { ...annotations, ...ignoring('pre-stop-sleep') } });
    expect(fieldOf(selection, 'preStopSleep.seconds')[0]).toBe(10);
    expect(fieldOf(selection, 'terminationGracePeriod.seconds')[0]).toBe(8);
  });

  it('that a ClusterRolloutPolicy locks is not ignored, which is said', () => {
    const documents = [
      clusterPolicy('platform', { locked: ['preStopSleep'], spec: { preStopSleep: { seconds: 15 } } }),
    ];
    const annotations = { ...ignoring('pre-stop-sleep'), ...ignoring('readiness-probe') };
    const selection = selected({ documents, annotations });
    expect(fieldOf(selection, 'preStopSleep.action')).toEqual(['fill', 'built-in default']);
    expect(listed(selection).map(({ rule }) => rule)).toEqual(['readiness-probe']);
    expect(selection.mistakes).toEqual([`${origin} is ignored: ClusterRolloutPolicy platform locks preStopSleep.`]);
    expect(selection.ownMistakes).toEqual([`${origin} is ignored: a policy locks preStopSleep.`]);
  });

  it('is ignored where only its numbers are locked, as an annotation of 0 switches the sleep off there', () => {
    const documents = [
      clusterPolicy('platform', { locked: ['preStopSleep.seconds'], spec: { preStopSleep: { seconds: 15 } } }),
    ];
    const selection = selected({ documents, annotations: ignoring('pre-stop-sleep') });
    expect(fieldOf(selection, 'preStopSleep.action')).toEqual(['off', origin]);
    expect(selection.mistakes).toEqual([]);
  });
});

describe('looking policies up', () => {
  const policies = compilePolicies([]);
  const look = (subject: Partial<PolicySubject>) =>
    selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels: {}, annotations: {}, ...subject });

  it('gives the same object to all workloads of a Namespace that ignores a rule', () => {
    const namespace = { ...shop, name: 'ignoring', annotations: ignoring('application') };
    expect(look({ namespace })).toBe(look({ namespace }));
    expect(listed(look({ namespace }))).toHaveLength(1);
    expect(look({}).ignores).toBeUndefined();
  });

  it('as if one rule were not ignored leaves the others ignored, and the Namespace as it is remembered', () => {
    const namespace = {
      ...shop,
      name: 'both',
      annotations: { ...ignoring('pre-stop-sleep'), ...ignoring('application') },
    };
    const before = look({ namespace });
    const annotations = ignoring('pre-stop-sleep', 'also here');
    for (const given of [{ namespace }, { namespace, annotations }]) {
      const unless = look({ ...given, unignored: 'pre-stop-sleep' });
      expect(listed(unless).map(({ rule }) => rule)).toEqual(['application']);
      expect(fieldOf(unless, 'preStopSleep.action')).toEqual(['fill', 'built-in default']);
    }
    expect(look({ namespace })).toBe(before);
  });
});

it('of thousands of annotations only the first are read', () => {
  const many = Object.assign({}, ...Array.from({ length: 5000 }, (_, at) => ignoring(`rule-${at}`)));
  expect(listed(selected({ annotations: many }))).toHaveLength(100);
});
