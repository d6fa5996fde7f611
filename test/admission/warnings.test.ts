// The lines of an answer: whose they are, how long they may be, and that in no mode they promise what hitless will not do.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import type { Decision } from '../../src/admission/decision.ts';
import { verbs } from '../../src/admission/message-line.ts';
import { objectName } from '../../src/admission/object-name.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import { type GroupedLine, warningLines } from '../../src/admission/warnings.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { Json } from '../../src/workload/json.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, create, edit, put } from '../support/api-server.ts';
import { type Manifest, manifest, web } from '../support/cluster/shop.ts';
import { type Facts, policy, reviewOf, stateOf, write } from '../support/webhook.ts';

const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
};
const served = stateOf({ services: [service] });
const warned = ({ response }: Decision) => response.warnings ?? [];

describe('the name of the object', () => {
  const line = (verb: GroupedLine['verb'], text: string): GroupedLine => ({ verb, rule: 'a-rule', text, where: '' });
  const named = (name: string) => warningLines([line('patched', 'x')], name);
  const nameOf = (metadata: object, name = '', namespace = 'shop') =>
    objectName({ name, namespace, object: { ...create(manifest()), metadata } as Deployment });

  it('begins every line, with any verb and rule', () => {
    const lines = warningLines(
      verbs.map((verb) => line(verb, 'x')),
      'shop/web',
    );
    expect(lines).toHaveLength(verbs.length);
    for (const text of lines) expect(text).toMatch(/^hitless shop\/web: /);
  });

  it('keeps the rule readable', () => {
    for (const verb of verbs.filter((one) => one !== 'kept' && one !== 'ignored'))
      expect(warningLines([line(verb, 'x')], 'shop/web')[0]).toContain('a-rule');
  });

  it.each([
    ['the name of the request', nameOf({ name: 'other' }, 'web'), 'shop/web'],
    ['the name in the object', nameOf({ name: 'web' }), 'shop/web'],
    ['a generateName, whose end is open', nameOf({ generateName: 'web-' }), 'shop/web-…'],
    ['nothing at all', nameOf({}), 'shop/…'],
    ['a name without a namespace', nameOf({ name: 'web' }, '', ''), 'web'],
    ['a name of 80 characters', nameOf({ name: 'w'.repeat(80) }), `shop/${'w'.repeat(80)}`],
    [
      'a longer name, both its ends',
      nameOf({ name: `a${'w'.repeat(250)}z` }),
      `shop/a${'w'.repeat(39)}…${'w'.repeat(38)}z`,
    ],
  ])('is %s', (_what, name, expected) => expect(name).toBe(expected));

  it('loses what would make the API server drop the line', () => {
    expect(nameOf({ generateName: 'we\nb\u202e-' })).toBe('shop/we\nb\u202e-…');
    expect(named('shop/we\nb\u202e-…')).toEqual(['hitless shop/we\ufffdb\ufffd-…: patched (a-rule): x']);
    const object = {
      ...create(manifest()),
      metadata: { generateName: 'we\nb\u0007', namespace: 'shop' },
    } as Deployment;
    for (const text of warned(admit(screen(readReview(reviewOf(object))), served, 'enforce')))
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is in no audit annotation, which belongs to a request', () => {
    const { auditAnnotations = {} } = write({ object: create(manifest()), state: served }).verdict.response;
    expect(auditAnnotations.patched).toMatch(/^readiness-probe: /);
  });

  it.each([
    0, 1, 39, 40, 100, 3_000,
  ])('leaves all warnings together within 4,096 characters: %i long lines', (count) => {
    const lines = Array.from({ length: count }, (_, i) => line('found', `${i} ${'x'.repeat(i % 2 === 0 ? 90 : 900)}`));
    const told = warningLines(lines, `${'n'.repeat(63)}/${'w'.repeat(80)}`);
    expect(told.join('').length).toBeLessThanOrEqual(4_096);
    const whole = told.filter((text) => !/ \d+ more, see the audit log/.test(text)).length;
    const [, cut = '0'] = / (\d+) more, see/.exec(told.join()) ?? [];
    expect(whole + Number(cut)).toBe(count);
  });
});

// What only enforce may say.
const promises = /^ *hitless \S+: (?:patched|wrote)|waits for|\bwill\b/;

describe('in audit mode', () => {
  const reviews = join(import.meta.dirname, '../reviews');
  const folders = readdirSync(reviews, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(folders.map(({ name }) => name))('no warning promises a patch: %s', (name) => {
    const answers = readFileSync(join(reviews, name, 'answer.txt'), 'utf8').split(/^audit: /m)[1] ?? '';
    const [head = '', ...lines] = answers.split('\n');
    expect(lines.filter((text) => promises.test(text))).toEqual([]);
    expect(head).not.toMatch(/^postponed|postponed until|(?<!would be )patched by/);
  });
});

/** The Deployment `web` as it is written, its stored version, and what hitless knows. */
interface Told {
  readonly object: Manifest;
  readonly old?: Manifest;
  readonly facts?: Facts;
  /** The word that shows what this is about. */
  readonly about: string;
}

const facts = { services: [service] };
const born = (given: Facts = facts) => write({ object: clientSideApply(manifest()), state: stateOf(given) }).object;
const labelled = (old: Manifest) => edit(old, (o: Manifest) => Object.assign(o.metadata.labels, { team: 'shop' }));
const off = { readinessProbe: { action: 'off' }, preStopSleep: { action: 'off' } };
const withPolicy = (spec: Json): Facts => ({ ...facts, policies: [policy(spec)] });
const full = { note: 'x'.repeat(262_100) };

function told(
  { object, old, facts: given = facts, about }: Told,
  mode: 'enforce' | 'audit',
  annotated?: 'off' | 'audit',
) {
  const own =
    annotated === undefined
      ? object
      : edit(object, (o: Manifest) => {
          o.metadata.annotations = { ...o.metadata.annotations, 'hitless.dev/mode': annotated };
        });
  const state = { ...stateOf(given), policies: compilePolicies(given.policies ?? []) };
  const lines = warned(admit(screen(readReview(reviewOf(own, old))), state, mode));
  return lines.filter((text) => text.includes(about)).map((text) => text.replace('hitless shop/web: ', ''));
}

const running = (old: Manifest) =>
  edit(old, (o: Manifest) => {
    o.status = { replicas: 4, observedGeneration: 1, conditions: [] };
  });
const restarted = (old: Manifest) =>
  edit(old, (o: Manifest) => {
    o.spec.template.metadata.annotations = { restarted: 'now' };
  });
const restFrom = (lines: readonly string[]) =>
  lines.map((text) => text.replace(/: (?:readinessProbe|preStop|terminationGrace).*/, ': …'));

describe('every sentence by mode', () => {
  const bare = clientSideApply(manifest());
  const sleepy = manifest((m) => {
    web(m).lifecycle = { preStop: { sleep: { seconds: 20 } } };
    m.spec.template.spec.terminationGracePeriodSeconds = 5;
  });
  const hidden = write({
    object: clientSideApply(sleepy),
    state: stateOf(withPolicy({ terminationGracePeriod: { action: 'enforce' } })),
  }).object;
  const lenient = { terminationGracePeriod: { action: 'off' }, minReadySeconds: { action: 'fill', seconds: 7 } };
  const noRoom = create(
    manifest((m) => {
      m.metadata.annotations = full;
    }),
  );
  const table: readonly (readonly [
    what: string,
    given: Told,
    enforce: readonly string[],
    audit: readonly string[],
    off: readonly string[],
  ])[] = [
    [
      'an edit',
      { object: bare, about: 'pre-stop-sleep' },
      ['patched (pre-stop-sleep): preStop sleep of 10 s in web'],
      ['would patch (pre-stop-sleep): preStop sleep of 10 s in web'],
      [],
    ],
    [
      'an edit of a template that stays as it is',
      { object: labelled(bare), old: bare, about: 'pre-stop-sleep' },
      ['pre-stop-sleep waits for the next change of the pod template: preStop sleep of 10 s in web'],
      ['would patch (pre-stop-sleep), but only when the pod template changes: preStop sleep of 10 s in web'],
      [],
    ],
    [
      'an edit that a client dropped',
      { object: put(manifest(), born()), old: born(), about: 'preStop' },
      ['patched (pre-stop-sleep): preStop sleep of 10 s in web'],
      ['kept preStop sleep of 10 s in web, which this client dropped'],
      ['kept spec.template.spec.containers[web].lifecycle.preStop.sleep, which this client dropped'],
    ],
    [
      'a dropped field that nothing asks for',
      { object: put(manifest(), born()), old: born(), facts: withPolicy(off), about: 'preStop' },
      ...(Array.from({ length: 3 }, () => [
        'kept spec.template.spec.containers[web].lifecycle.preStop.sleep, which this client dropped',
      ]) as [string[], string[], string[]]),
    ],
    [
      'what collides with an edit',
      {
        object: edit(born(), (o: Manifest) => {
          o.spec.strategy.rollingUpdate.maxSurge = 0;
        }),
        old: born(),
        about: 'maxUnavailable',
      },
      ['withdrew spec.strategy.rollingUpdate.maxUnavailable: the author set maxSurge 0'],
      ['withdrew spec.strategy.rollingUpdate.maxUnavailable: the author set maxSurge 0'],
      ['withdrew spec.strategy.rollingUpdate.maxUnavailable: the author set maxSurge 0'],
    ],
    [
      'annotations without room',
      { object: noRoom, about: 'pre-stop-sleep' },
      [
        'pre-stop-sleep: not written, because the annotations have no room for a record of it: preStop sleep of 10 s in web',
      ],
      [
        'pre-stop-sleep: would not be written, because the annotations have no room for a record of it: preStop sleep of 10 s in web',
      ],
      [],
    ],
    [
      'an edit in the way of an invalid document',
      { object: restarted(hidden), old: hidden, facts: withPolicy(lenient), about: 'min-ready-seconds' },
      [
        'min-ready-seconds: not written, because the API server would refuse this Deployment without what hitless wrote earlier, so everything stays as it is: minReadySeconds 7',
      ],
      [
        'min-ready-seconds: would not be written, because the API server would refuse this Deployment without what hitless wrote earlier, so everything stays as it is: minReadySeconds 7',
      ],
      [],
    ],
    [
      'no Service yet',
      { object: bare, facts: {}, about: 'Service' },
      [
        'wrote no readinessProbe in web (readiness-probe): no Service selects these pods yet. Create the Service first, or change the pod template once it exists, as kubectl rollout restart does; a worker needs neither',
      ],
      ['would write no readinessProbe in web (readiness-probe): no Service selects these pods yet'],
      [],
    ],
    [
      'the first rollout',
      { object: restarted(running(bare)), old: running(bare), about: 'this rollout' },
      [
        'pre-stop-sleep: this rollout still replaces pods that have no sleep, and can lose requests; later ones have it',
      ],
      [],
      [],
    ],
    [
      'a bad annotation',
      {
        object: edit(bare, (o: Manifest) => {
          o.metadata.annotations['hitless.dev/mod'] = 'x';
        }),
        about: 'hitless.dev/mod ',
      },
      ...(Array.from({ length: 3 }, () => [
        'Deployment annotation hitless.dev/mod is unknown and is ignored; did you mean hitless.dev/mode?',
      ]) as [string[], string[], string[]]),
    ],
  ];

  test.each(table)('%s', (_what, given, enforce, audit, optedOut) => {
    expect(told(given, 'enforce')).toEqual(enforce);
    expect(told(given, 'audit')).toEqual(audit);
    expect(told(given, 'enforce', 'audit')).toEqual(audit);
    if (given.old !== undefined) expect(told(given, 'enforce', 'off')).toEqual(optedOut);
    expect(restFrom(audit).filter((text) => /^(?:patched|wrote)|waits for/.test(text))).toEqual([]);
  });

  it('has a row here for every verb', () => {
    const spoken = table.flatMap(([, , ...modes]) => modes.flat()).join('\n');
    const signs = [
      'patched (',
      'would patch (',
      'waits for',
      'but only when',
      'kept ',
      'withdrew ',
      'wrote no',
      'would write no',
      ': not written',
      'this rollout',
      'is ignored',
    ];
    expect(signs).toHaveLength(verbs.length);
    for (const sign of signs) expect(spoken).toContain(sign);
  });
});
