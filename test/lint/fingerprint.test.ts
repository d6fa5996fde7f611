// What makes two findings the same from one run to the next, and what does not.

import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/lint/diagnostic.ts';
import { fingerprintOf, stableMessage, subjectTitle } from '../../src/lint/fingerprint.ts';

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const api = { ...web, name: 'api' };
const sleep = 'container web gets SIGTERM while traffic is still sent to it: sleep 10 s first';

function report(message: string, rule = 'application'): Diagnostic {
  return { rule, severity: 'note', message, changes: [] };
}

function edit(rule: string, path: string, message: string): Diagnostic {
  return { rule, severity: 'warning', message, changes: [{ path, value: 1 }] };
}

const inWeb = 'spec.template.spec.containers[web]';

describe('a fingerprint', () => {
  it.each([
    ['a number', report('the sleep of 10 s is short'), report('the sleep of 1,500.5 s is short')],
    [
      'the version of an image',
      report('container web has no sleep command in its image registry.example.com/app:v1.2@sha256:00ff'),
      report('container web has no sleep command in its image registry.example.com/app:v2'),
    ],
    [
      'the place of an overlay',
      report('left to the overlay at a b/prod.yaml:7, which sets spec.replicas; for this file alone: one'),
      report('left to the overlay at overlays/new.yaml:12, which sets spec.replicas; for this file alone: one'),
    ],
    [
      'the place of a doubled key',
      report('the key a is written in lines 6 and 7: remove one'),
      report('the key a is written in lines 16 and 17: remove one'),
    ],
    [
      'what an edit writes, and why',
      edit('pre-stop-sleep', `${inWeb}.lifecycle.preStop.sleep.seconds`, sleep),
      edit('pre-stop-sleep', `${inWeb}.lifecycle.preStop.exec.command`, 'container web is used: sleep 5 s first'),
    ],
    ['how severe it is', report(sleep), { ...report(sleep), severity: 'error' as const }],
  ])('stays as it is when %s changes', (_, before, after) => {
    expect(fingerprintOf(web, before)).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprintOf(web, after)).toBe(fingerprintOf(web, before));
  });

  it.each([
    ['the rule', report('it is short', 'application'), report('it is short', 'rolling-update')],
    ['the name of a container', report('container web-1 is alone'), report('container web-2 is alone')],
    ['the sentence', report('it is short'), report('it is long')],
    [
      'the container of an edit',
      edit('readiness-probe', `${inWeb}.readinessProbe`, sleep),
      edit('readiness-probe', 'spec.template.spec.containers[side].readinessProbe', sleep),
    ],
    ['an edit into a report', edit('pre-stop-sleep', `${inWeb}.lifecycle`, sleep), report(sleep, 'pre-stop-sleep')],
  ])('is another one when %s changes', (_, before, after) => {
    expect(fingerprintOf(web, after)).not.toBe(fingerprintOf(web, before));
  });

  it('is of the object, whatever it was rendered from', () => {
    const found = report('it is short');
    expect(fingerprintOf(api, found)).not.toBe(fingerprintOf(web, found));
    expect(fingerprintOf({ ...web, rendered: 'overlays/prod' }, found)).toBe(fingerprintOf(web, found));
  });

  it('is of the Namespace where the sentence is about one, with whatever workload it is reported', () => {
    const found = report('Namespace shop annotation hitless.dev/mod is unknown', 'manifest');
    expect(fingerprintOf(api, found)).toBe(fingerprintOf(web, found));
    expect(subjectTitle(api, found)).toBe('');
    expect(subjectTitle(api, report('it is short'))).toBe('Deployment shop/api');
  });
});

it('the message that stays names the containers, and not what an edit writes', () => {
  expect(stableMessage(edit('pre-stop-sleep', `${inWeb}.lifecycle`, sleep))).toBe(
    'container web gets SIGTERM while traffic is still sent to it',
  );
  expect(stableMessage(report('container web-2 sleeps 10 s, 5.5% of 3'))).toBe('container web-2 sleeps … s, …% of …');
});
