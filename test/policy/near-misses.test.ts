// Names that were meant for hitless and that it does not read: by kind of mistake, and what is not a mistake.

import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { assess } from '../../src/admission/assess.ts';
import { mentionsUs, modeMeant, modeWords } from '../../src/policy/near-misses.ts';
import { optInMistake } from '../../src/policy/opt-in.ts';
import { type Manifest, manifest } from '../support/cluster/shop.ts';
import { selected } from '../support/policy.ts';
import { stateOf, write } from '../support/webhook.ts';

const sleepName = 'hitless.dev/pre-stop-sleep-seconds';

describe('an annotation under another prefix', () => {
  test.each([
    ['hitless.io/mode', 'hitless.dev/mode'],
    ['hitless/mode', 'hitless.dev/mode'],
    ['hitless.dev.io/mode', 'hitless.dev/mode'],
    ['x.hitless.dev/mode', 'hitless.dev/mode'],
    ['hitless.k8s.io/pre-stop-sleep-seconds', sleepName],
    ['Hitless.dev/Mode', 'hitless.dev/mode'],
    ['hitless.io/pre-stop-sleep-second', sleepName],
    ['hitless-mode', 'hitless.dev/mode'],
    ['hitless.mode', 'hitless.dev/mode'],
    ['hitless.dev.mode', 'hitless.dev/mode'],
    ['hitless_pre-stop-sleep-seconds', sleepName],
    ['ignore.hitless.io/pre-stop-sleep', 'ignore.hitless.dev/pre-stop-sleep'],
    ['ignore.hitless/application', 'ignore.hitless.dev/application'],
  ])('%s is said to mean %s', (name, meant) => {
    const sentence = `annotation ${name} is not read; did you mean ${meant}?`;
    expect(selected({ annotations: { [name]: 'off' } }).mistakes).toEqual([`Deployment ${sentence}`]);
    expect(selected({ namespace: { annotations: { [name]: 'off' } } }).mistakes).toEqual([
      `Namespace shop ${sentence}`,
    ]);
    expect(selected({ annotations: { [name]: 'off' } }).mode).toBe('enforce');
  });

  test.each([
    'cisco.com/hitless-upgrade',
    'nohitless.com/mode',
    'whitless.io/mode',
    'hitless-restart.example.com/mode',
    'hitless.arista.com/max-surge',
    'my-hitless/pre-stop-sleep-seconds',
    'nginx.org/hitless-mode',
    'hitless.io/owner',
    'hitless.example.com/team',
    'ignore.hitless.example.com/pre-stop-sleep',
    'hitless',
    'hitless.dev',
    'limitless/mode',
    'limitless-mode',
    'unhitless',
    'hitless-restart-of-everything',
    'constructor',
    '__proto__',
  ])('%s is somebody else’s', (name) => {
    const texts = Object.fromEntries([[name, 'off']]);
    expect(
      selected({ annotations: texts, labels: texts, namespace: { labels: texts, annotations: texts } }).mistakes,
    ).toEqual([]);
  });

  it('with a value that is no mode is somebody else’s', () => {
    expect(selected({ annotations: { 'hitless.io/mode': 'graceful', 'hitless-mode': 'fast' } }).mistakes).toEqual([]);
  });

  it('may be the name alone, where its value is allowed', () => {
    const label = (value: string) => selected({ labels: { hitless: value } }).mistakes;
    expect(label('true')).toEqual([]);
    expect(label('audit')).toEqual([
      'Deployment label hitless is not read: write it as the annotation hitless.dev/mode.',
    ]);
  });

  it('is found among those that are read, and only so many are told', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`hitless.x${i}/mode`, 'off']));
    const { mistakes, mode } = selected({ annotations: { 'hitless.dev/mode': 'audit', ...many } });
    expect(mode).toBe('audit');
    expect(mistakes).toHaveLength(20);
  });

  it('has no control character in its sentence', () => {
    expect(selected({ annotations: { 'hitless.dev.i\no/max-surge': 'x' } }).mistakes.join()).toMatch(/^[^\n]+$/);
  });
});

describe('a name in the wrong place', () => {
  it('a label of a Deployment, under any prefix', () => {
    expect(selected({ labels: { 'hitless.io/mode': 'off' } }).mistakes).toEqual([
      'Deployment label hitless.io/mode is not read: write it as the annotation hitless.dev/mode.',
    ]);
  });

  it('a label of a Namespace that should be an annotation, and one that should be its mode', () => {
    const mistakes = (labels: Record<string, string>) => selected({ namespace: { labels } }).mistakes;
    expect(mistakes({ 'hitless.io/min-ready-seconds': '5' })).toEqual([
      'Namespace shop label hitless.io/min-ready-seconds is not read: write it as the annotation hitless.dev/min-ready-seconds.',
    ]);
    expect(mistakes({ 'hitless.io/mode': 'enforce' })).toEqual([
      'Namespace shop label hitless.io/mode is not read; did you mean hitless.dev/mode?',
    ]);
  });

  it('a label of a Namespace that is not read, with the only one that is', () => {
    const mistakes = (labels: Record<string, string>) => selected({ namespace: { labels } }).mistakes;
    expect(mistakes({ 'hitless.dev/mdoe': 'audit' })).toEqual([
      'Namespace shop label hitless.dev/mdoe is not read; did you mean hitless.dev/mode?',
    ]);
    expect(mistakes({ 'hitless.dev/team': 'shop' })).toEqual([
      'Namespace shop label hitless.dev/team is not read: the only label of a Namespace that is read is hitless.dev/mode.',
    ]);
    expect(mistakes({ 'hitless.dev/mode': 'off' })).toEqual([]);
  });

  const misplaced = (where: 'annotations' | 'labels') =>
    manifest((m: Manifest) => {
      m.spec.template.metadata[where] = { ...m.spec.template.metadata[where], [sleepName]: '5', [ignoreName]: 'so' };
    });
  const ignoreName = 'ignore.hitless.dev/application';
  const sentences = [sleepName, ignoreName].map(
    (name) =>
      `${name} in the pod template of the Deployment is not read: write it as an annotation of the Deployment itself.`,
  );

  it.each(['annotations', 'labels'] as const)('%s of the pod template: for the webhook and for check', (where) => {
    const { response } = write({ object: misplaced(where) }).verdict;
    for (const sentence of sentences) expect(response.warnings).toContain(`hitless shop/web: ${sentence}`);
    expect(assess(misplaced(where), stateOf()).mistakes).toEqual(sentences);
  });
});

describe('a Namespace', () => {
  const shop = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
    optInMistake({ name: 'shop', labels, annotations });
  const wrong = (value: string, question: string) =>
    `Namespace shop label hitless.dev/mode is "${value}", so hitless is not called there: write enforce or audit, or remove it${question}`;

  test.each([
    ['enforced', 'enforce'],
    ['Enforce', 'enforce'],
    ['true', 'enforce'],
    ['on', 'enforce'],
    ['audited', 'audit'],
    ['AUDIT', 'audit'],
    ['warn', 'audit'],
  ])('with the mode %s is said to mean %s', (value, meant) => {
    expect(shop({ 'hitless.dev/mode': value })).toBe(wrong(value, `; did you mean ${meant}?`));
  });

  test.each(['Off', 'false', 'disabled', 'x'])('with the mode %s means neither', (value) => {
    expect(shop({ 'hitless.dev/mode': value })).toBe(wrong(value, '.'));
  });

  test.each([
    [{ 'hitless.dev/Mode': 'enforce' }, {}, /label hitless\.dev\/Mode is not read; did you mean hitless\.dev\/mode\?$/],
    [{ 'hitless.dev/mdoe': 'audit' }, {}, /label hitless\.dev\/mdoe is not read; did you mean hitless\.dev\/mode\?$/],
    [{ 'hitless.dev-mode': 'audit' }, {}, /label hitless\.dev-mode is not read; did you mean hitless\.dev\/mode\?$/],
    [{ 'hitless.dev/mod': 'enforce' }, {}, /label hitless\.dev\/mod is not read; did you mean hitless\.dev\/mode\?$/],
    [{ 'hitless.io/mode': 'enforce' }, {}, /label hitless\.io\/mode is not read; did you mean hitless\.dev\/mode\?$/],
    [{ hitless: 'enforce' }, {}, /label hitless is not read; did you mean hitless\.dev\/mode\?$/],
    [
      {},
      { 'hitless.dev/mode': 'enforce' },
      /annotation hitless\.dev\/mode, which opts nothing in: write enforce into a label/,
    ],
    [{}, { 'hitless.dev/mode': 'audit' }, /which opts nothing in: write audit into a label/],
  ])('with %j and annotations %j', (labels, annotations, sentence) => {
    expect(shop(labels as Record<string, string>, annotations as Record<string, string>)).toMatch(sentence);
  });

  test.each<[Record<string, string>, Record<string, string>]>([
    [{ 'hitless.dev/mode': 'enforce' }, {}],
    [{ 'hitless.dev/mode': 'audit', 'hitless.io/mode': 'x' }, { 'hitless.dev/mode': 'audit' }],
    [{ 'hitless.dev/mode': 'off' }, { 'hitless.dev/mode': 'audit' }],
    [{ 'hitless.dev/mdoe': 'off' }, {}],
    [{ 'hitless.dev/team': 'shop' }, {}],
    [{ 'hitless.dev/max-surge': '1' }, {}],
    [{ 'hitless.io/mode': 'graceful' }, {}],
    [{ 'nohitless.com/mode': 'enforce' }, {}],
    [{ hitless: 'product-line' }, {}],
    [{}, { 'hitless.dev/mode': 'off' }],
    [{ 'kubernetes.io/metadata.name': 'hitless' }, {}],
    [{}, {}],
  ])('with labels %j and annotations %j is fine', (labels, annotations) =>
    expect(shop(labels, annotations)).toBeUndefined());
});

test('the policy of the chart knows the same words for a mode', () => {
  const chart = readFileSync('charts/hitless/templates/validatingadmissionpolicy.yaml', 'utf8');
  const [, list = ''] = /\$modes := list (.*?) \}\}/.exec(chart) ?? [];
  expect(JSON.parse(`[${list.replaceAll(' ', ',')}]`).toSorted()).toEqual(
    ['enforce', 'audit', ...Object.keys(modeWords)].toSorted(),
  );
});

test('only keys with the name are looked at, and never the record', () => {
  expect(mentionsUs({ app: 'hitless', 'hitless.dev/injected': '{}' })).toBe(false);
  expect(mentionsUs({ 'Hitless.dev/mode': 'off' })).toBe(true);
});

test.each([
  '',
  ' enforce ',
  'toString',
  '__proto__',
  'x'.repeat(10_000),
])('the mode meant by %j is known or not', (text) => {
  expect([undefined, 'enforce', 'audit']).toContain(modeMeant(text));
});
