// What people write under hitless.dev/ on Deployments and Namespaces, and what it does.

import { describe, expect, it } from 'vitest';
import { annotations, readAnnotations } from '../../src/policy/annotations.ts';
import type { Action, PartialSpec } from '../../src/policy/policy.ts';
import { clusterPolicy, fieldOf, selected } from '../support/policy.ts';

const sleepName = 'hitless.dev/pre-stop-sleep-seconds';
const graceName = 'hitless.dev/termination-grace-period-seconds';
const readyName = 'hitless.dev/min-ready-seconds';
const probeName = 'hitless.dev/readiness-probe';
const unavailableName = 'hitless.dev/max-unavailable';
const surgeName = 'hitless.dev/max-surge';

describe('an annotation that is understood', () => {
  const table: readonly (readonly [name: string, text: string, path: string, value: unknown])[] = [
    [sleepName, '25', 'preStopSleep.seconds', 25],
    [sleepName, ' 25 ', 'preStopSleep.seconds', 25],
    [sleepName, '3600', 'preStopSleep.seconds', 3600],
    [sleepName, 'auto', 'preStopSleep.seconds', 'auto'],
    [sleepName, ' auto ', 'preStopSleep.seconds', 'auto'],
    [sleepName, '0', 'preStopSleep.action', 'off'],
    [graceName, '90', 'terminationGracePeriod.seconds', 90],
    [readyName, '15', 'minReadySeconds.seconds', 15],
    [readyName, '15', 'minReadySeconds.action', 'fill'],
    [readyName, '0', 'minReadySeconds.action', 'off'],
    [unavailableName, '25%', 'rollingUpdate.maxUnavailable', '25%'],
    [unavailableName, ' 1 ', 'rollingUpdate.maxUnavailable', 1],
    [unavailableName, '0', 'rollingUpdate.maxUnavailable', 0],
    [surgeName, '2', 'rollingUpdate.maxSurge', 2],
    [surgeName, '1000%', 'rollingUpdate.maxSurge', '1000%'],
    [probeName, 'off', 'readinessProbe.action', 'off'],
    [probeName, 'tcp:8080', 'readinessProbe.handler', { tcpSocket: { port: 8080 } }],
    [probeName, 'tcp:http-web', 'readinessProbe.handler', { tcpSocket: { port: 'http-web' } }],
    [probeName, 'http:8080/', 'readinessProbe.handler', { httpGet: { path: '/', port: 8080 } }],
    [probeName, 'http:web/a/b?c=d:e', 'readinessProbe.handler', { httpGet: { path: '/a/b?c=d:e', port: 'web' } }],
  ];
  it.each(table)('%s: "%s" sets %s to %j on a Deployment and on a Namespace', (name, text, path, value) => {
    const onDeployment = selected({ annotations: { [name]: text } });
    expect(fieldOf(onDeployment, path)).toEqual([value, `Deployment annotation ${name}`]);
    expect(onDeployment.mistakes).toEqual([]);
    const onNamespace = selected({ namespace: { annotations: { [name]: text } } });
    expect(fieldOf(onNamespace, path)).toEqual([value, `Namespace shop annotation ${name}`]);
    expect(onNamespace.mistakes).toEqual([]);
  });
});

describe('a number or a handler by annotation', () => {
  const sections: readonly (readonly [name: string, text: string, section: keyof PartialSpec])[] = [
    [sleepName, '25', 'preStopSleep'],
    [graceName, '90', 'terminationGracePeriod'],
    [readyName, '15', 'minReadySeconds'],
    [probeName, 'tcp:80', 'readinessProbe'],
    [unavailableName, '1', 'rollingUpdate'],
    [surgeName, '50%', 'rollingUpdate'],
  ];
  const actions: readonly (readonly [before: Action, after: Action])[] = [
    ['off', 'fill'],
    ['report', 'fill'],
    ['fill', 'fill'],
    ['enforce', 'enforce'],
  ];
  const table = sections.flatMap((section) => actions.map((action) => [...section, ...action] as const));
  it.each(table)('%s: "%s" turns the action of %s from %s into %s', (name, text, section, before, after) => {
    const documents = [clusterPolicy('a', { spec: { [section]: { action: before } } })];
    const [action, origin] = fieldOf(selected({ documents, annotations: { [name]: text } }), `${section}.action`);
    expect(action).toBe(after);
    expect(origin).toBe(before === after ? 'ClusterRolloutPolicy a' : `Deployment annotation ${name}`);
  });

  it('on a Deployment brings back what its Namespace switched off', () => {
    const given = { namespace: { annotations: { [sleepName]: '0' } }, annotations: { [sleepName]: '5' } };
    expect(fieldOf(selected(given), 'preStopSleep.action')[0]).toBe('fill');
  });

  it('on a Deployment wins over its Namespace, which wins over every document', () => {
    const documents = [clusterPolicy('a', { priority: 9, spec: { preStopSleep: { seconds: 4 } } })];
    const namespace = { annotations: { [sleepName]: '5' } };
    expect(fieldOf(selected({ documents, namespace }), 'preStopSleep.seconds')[0]).toBe(5);
    const both = selected({ documents, namespace, annotations: { [sleepName]: '6' } });
    expect(fieldOf(both, 'preStopSleep.seconds')[0]).toBe(6);
  });
});

describe('an annotation that is not understood', () => {
  const range = 'write a whole number from 1 to 3600, or 0';
  const sleepRange = 'write a whole number from 1 to 3600, auto, or 0';
  const probe = 'write off, tcp:<port> or http:<port><path>, such as tcp:8080 or http:8080/healthz.';
  const table: readonly (readonly [name: string, text: string, rest: string])[] = [
    [sleepName, '10s', `is "10s" and is ignored: ${sleepRange} for no sleep.`],
    [sleepName, '-1', `is "-1" and is ignored: ${sleepRange} for no sleep.`],
    [sleepName, '3601', `is "3601" and is ignored: ${sleepRange} for no sleep.`],
    [sleepName, '', `is an empty string and is ignored: ${sleepRange} for no sleep.`],
    [sleepName, '1e1', `is "1e1" and is ignored: ${sleepRange} for no sleep.`],
    [readyName, 'x'.repeat(300), `is "${'x'.repeat(78)}… and is ignored: ${range} for none.`],
    [graceName, '0', 'is "0" and is ignored: write a whole number from 1 to 86400.'],
    [
      unavailableName,
      '101%',
      'is "101%" and is ignored: write a whole number from 0, or a percentage from 0% to 100%.',
    ],
    [surgeName, '-1', 'is "-1" and is ignored: write a whole number from 0, or a percentage from 0% to 1000%.'],
    [surgeName, '1.5', 'is "1.5" and is ignored: write a whole number from 0, or a percentage from 0% to 1000%.'],
    [probeName, 'on', `is "on" and is ignored: ${probe}`],
    [probeName, 'tcp:0', `is "tcp:0" and is ignored: ${probe}`],
    [probeName, 'tcp:65536', `is "tcp:65536" and is ignored: ${probe}`],
    [probeName, 'tcp:80/x', `is "tcp:80/x" and is ignored: ${probe}`],
    [probeName, 'tcp:Web', `is "tcp:Web" and is ignored: ${probe}`],
    [probeName, 'http:80', `is "http:80" and is ignored: ${probe}`],
    [probeName, 'http:/healthz', `is "http:/healthz" and is ignored: ${probe}`],
    [probeName, 'http:80/a b', `is "http:80/a b" and is ignored: ${probe}`],
    [probeName, 'http:80/a\nb', `is "http:80/a\\nb" and is ignored: ${probe}`],
    ['hitless.dev/mode', 'of', 'is "of" and is ignored: write off or audit; did you mean off?'],
    ['hitless.dev/mode', 'silent', 'is "silent" and is ignored: write off or audit.'],
    [
      'hitless.dev/mode',
      'enforce',
      'is "enforce" and is ignored: only the label hitless.dev/mode of the Namespace enforces; write off or audit.',
    ],
    ['hitless.dev/pre-stop-sleep', '5', `is unknown and is ignored; did you mean ${sleepName}?`],
    ['hitless.dev/ignore', 'all', 'is unknown and is ignored; did you mean ignore.hitless.dev/<rule>?'],
    [
      'hitless.dev/ignore-application',
      'so it is',
      'is unknown and is ignored; did you mean ignore.hitless.dev/application?',
    ],
    ['hitless.dev/Min-Ready-Second', '5', `is unknown and is ignored; did you mean ${readyName}?`],
    [
      'hitless.dev/constructor',
      '5',
      `is unknown and is ignored: the known ones are hitless.dev/mode, ${sleepName}, ${graceName}, ${readyName}, ${probeName}, ${unavailableName}, ${surgeName}.`,
    ],
  ];
  it.each(table)('%s: %j is ignored, and said', (name, text, rest) => {
    const onDeployment = selected({ annotations: { [name]: text } });
    expect(onDeployment.mistakes).toEqual([`Deployment annotation ${name} ${rest}`]);
    expect(onDeployment.policy).toEqual(selected({}).policy);
    expect(onDeployment.mode).toBe('enforce');
    const onNamespace = selected({ namespace: { annotations: { [name]: text } } });
    expect(onNamespace.mistakes).toEqual([`Namespace shop annotation ${name} ${rest}`]);
    expect(onNamespace.policy).toEqual(selected({}).policy);
  });

  it('does not stop the others', () => {
    const { mistakes, ...rest } = readAnnotations(
      { [sleepName]: 'x', 'hitless.dev/mod': 'off', [readyName]: '7' },
      'Deployment',
    );
    expect(mistakes).toHaveLength(2);
    expect(rest.layers.map(({ spec }) => spec)).toEqual([{ minReadySeconds: { seconds: 7 } }]);
  });

  it('has no control character in its sentence', () => {
    const { mistakes } = readAnnotations(
      { 'hitless.dev/a\u0000\n\u0085b': 'c', [sleepName]: '\u0007\u2028' },
      'Deployment',
    );
    expect(mistakes).toHaveLength(2);
    for (const sentence of mistakes) expect(sentence).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  });
});

describe('what is not ours to read', () => {
  it('is the record of our injections', () => {
    const record = { 'hitless.dev/injected': '{"a":1}' };
    expect(selected({ annotations: record, namespace: { annotations: record } })).toEqual(selected({}));
    expect(readAnnotations({ ...record, [sleepName]: '5' }, 'Deployment').mistakes).toEqual([]);
  });

  it.each(['hitless.developer/mode', 'x.hitless.dev/mode', 'hitless.dev'])('is %s', (name) => {
    const { mistakes, ownMistakes, ...rest } = selected({ annotations: { [name]: 'off' }, labels: { [name]: 'off' } });
    expect({ ...rest, mistakes: [], ownMistakes: [] }).toEqual(selected({}));
  });
});

describe('a label', () => {
  it('of a Deployment is not read, and said', () => {
    const labels = { 'hitless.dev/mode': 'off', app: 'web', 'ignore.hitless.dev/application': 'accepted' };
    const { mistakes, mode, ignores } = selected({ labels });
    expect(mistakes).toEqual([
      'Deployment label hitless.dev/mode is not read: write it as an annotation.',
      'Deployment label ignore.hitless.dev/application is not read: write it as an annotation.',
    ]);
    expect([mode, ignores]).toEqual(['enforce', undefined]);
  });

  it.each(['enforce', 'audit'])('hitless.dev/mode: %s of a Namespace picks the webhook, not the mode here', (text) => {
    const { mistakes, mode } = selected({ namespace: { labels: { 'hitless.dev/mode': text } } });
    expect([mistakes, mode]).toEqual([[], 'enforce']);
  });

  const table: readonly (readonly [name: string, text: string, rest: string])[] = [
    [
      'hitless.dev/mode',
      'Enforce',
      'is "Enforce", so hitless is not called there: write enforce or audit, or remove it; did you mean enforce?',
    ],
    ['hitless.dev/mode', 'never', 'is "never", so hitless is not called there: write enforce or audit, or remove it.'],
    ['hitless.dev/mod', 'audit', 'is not read; did you mean hitless.dev/mode?'],
    [sleepName, '5', 'is not read: write it as an annotation.'],
    ['ignore.hitless.dev/application', 'accepted', 'is not read: write it as an annotation.'],
  ];
  it.each(table)('%s: %s of a Namespace gets a sentence', (name, text, rest) => {
    const { mistakes } = selected({ namespace: { labels: { [name]: text } } });
    expect(mistakes).toEqual([`Namespace shop label ${name} ${rest}`]);
  });
});

describe('the mode', () => {
  const name = 'hitless.dev/mode';
  const table = [
    [undefined, undefined, 'enforce'],
    ['audit', undefined, 'audit'],
    [undefined, 'audit', 'audit'],
    ['off', 'audit', 'off'],
    ['audit', 'off', 'off'],
    ['off', undefined, 'off'],
    [undefined, 'off', 'off'],
    ['off', 'enforce', 'off'],
    ['enforce', 'enforce', 'enforce'],
  ] as const;
  it.each(table)('is the lower of Namespace %s and Deployment %s: %s', (onNamespace, onDeployment, mode) => {
    const texts = (text: string | undefined) => (text === undefined ? {} : { [name]: text });
    expect(selected({ namespace: { annotations: texts(onNamespace) }, annotations: texts(onDeployment) }).mode).toBe(
      mode,
    );
  });
});

describe('the list of annotations', () => {
  it('has those that set a field', () => {
    expect(annotations.map((annotation) => annotation.name)).toEqual([
      sleepName,
      graceName,
      readyName,
      probeName,
      unavailableName,
      surgeName,
    ]);
  });
});

describe('more mistakes than anybody reads', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`hitless.dev/mod${i}`, 'x']));

  it.each([
    ['annotations of a Deployment', { annotations: many }],
    ['labels of a Deployment', { labels: many }],
    ['annotations of a Namespace', { namespace: { annotations: many } }],
    ['labels of a Namespace', { namespace: { labels: many } }],
  ])('among the %s are counted after the twentieth', (_where, given) => {
    const { mistakes } = selected(given);
    expect(mistakes).toHaveLength(21);
    expect(mistakes.at(-1)).toMatch(/^(Deployment|Namespace shop): 480 more .* under hitless\.dev\/ are ignored\.$/);
  });

  it('do not hide what can be read', () => {
    expect(fieldOf(selected({ annotations: { ...many, [sleepName]: '25' } }), 'preStopSleep.seconds')[0]).toBe(25);
  });
});
