// Rules that annotations tell to ignore, as the webhook sees them: it answers as under a policy that switches the same rules off.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/rules.ts';
import { clientSideApply } from '../support/api-server.ts';
import type { Call, Webhook } from '../support/cluster/admission.ts';
import { ask } from '../support/cluster/hitless.ts';
import { clientSideApply as applyTo, serverSideApply } from '../support/cluster/kubectl.ts';
import { apiServer } from '../support/cluster/server.ts';
import { annotated, applies, image, type Manifest, manifest, setting, shop } from '../support/cluster/shop.ts';
import { change, type Fields, manifestOf } from '../support/histories/fields.ts';
import { seed } from '../support/seed.ts';
import { type Facts, policy, stateOf, write } from '../support/webhook.ts';

const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' as const }],
};
const ignoring = (...ignored: readonly string[]): Record<string, string> =>
  Object.fromEntries(ignored.map((rule) => [`ignore.hitless.dev/${rule}`, 'we accept that']));
const namespaceWith = (annotations: Record<string, string>) => [{ name: 'shop', labels: {}, annotations }];
const switched = rules.flatMap(({ id, section }) => (section === undefined ? [] : [{ id, section }]));
const every = rules.map(({ id }) => id);

/** Every section with this action, those of `off` switched off. */
function specOf(action: string, off: readonly string[] = []) {
  return Object.fromEntries(
    switched.map(({ id, section }) => [section, { action: off.includes(id) ? 'off' : action }]),
  );
}

function stateWith(spec: ReturnType<typeof specOf>, facts: Facts = {}) {
  return stateOf({ services: [service], policies: [policy(spec)], ...facts });
}

describe('rules that the Namespace ignores', () => {
  const step = fc.record({
    change,
    by: fc.constantFrom('client-side', 'server-side'),
    action: fc.constantFrom('fill', 'fill', 'enforce', 'report'),
    mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'audit' as const),
    ignored: fc.subarray(switched.map(({ id }) => id)),
  });
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  function answerTwice(call: Call, { action, mode, ignored }: Step) {
    const ignores = stateWith(specOf(action), { namespaces: namespaceWith(ignoring(...ignored)) });
    const answer = ask(call, ignores, mode);
    expect(answer).toEqual(ask(call, stateWith(specOf(action, ignored)), mode));
    return answer;
  }

  it('are as those that a policy switches off, in any history: the same patch, the same warnings', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 5 }), (steps) => {
        let [now] = steps as [Step];
        const webhook: Webhook = {
          name: 'hitless.dev',
          reinvocation: 'IfNeeded',
          answer: (call) => answerTwice(call, now),
        };
        const server = apiServer({ webhooks: () => [webhook] });
        let fields: Fields = {};
        for (const one of steps) {
          now = one;
          fields = { ...fields, ...one.change };
          if (one.by === 'client-side') applyTo(server, manifestOf(fields));
          else serverSideApply(server, manifestOf(fields), { force: true });
        }
      }),
      { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 200), seed },
    );
  });
});

describe.each(switched)('$id, ignored by an annotation of the workload', ({ id }) => {
  const ignored = annotated(ignoring(id));
  // A write of something, so that the client sends it.
  const other = annotated({ note: 'we accept that' });

  it.each(applies)('is not written into a new one, by %s', (_name, apply) => {
    const off = apply(shop({ policy: specOf('fill', [id]) }), manifest());
    expect(apply(shop({ policy: specOf('fill') }), manifest(ignored)).spec).toEqual(off.spec);
  });

  it.each(applies)('leaves with the next change of the pod template, and elsewhere at once, by %s', (_name, apply) => {
    const [ignores, switches] = [shop({ policy: specOf('fill') }), shop({ policy: specOf('fill') })];
    const { spec } = apply(ignores, manifest());
    apply(switches, manifest());
    switches.settings.policy = specOf('fill', [id]);
    const both = (...changes: readonly ((m: Manifest) => void)[]) => {
      const after = apply(ignores, manifest(ignored, ...changes));
      expect(after.spec).toEqual(apply(switches, manifest(other, ...changes)).spec);
      return after;
    };
    expect(both().spec.template).toEqual(spec.template);
    expect(ignores.server.revisions()).toHaveLength(1);
    both(image('app:2'));
    // Nobody has anything left to do.
    const { metadata } = both(image('app:2'), annotated({ more: 'nothing' }));
    expect(metadata.generation).toBe(ignores.server.get().metadata.generation);
  });
});

describe('what ignored rules find', () => {
  const found = manifest(setting({ image: 'debian:12', command: ['sh', '-c', 'node server.js; echo done'] }));

  it.each(['enforce', 'audit'] as const)('is in no warning, audit annotation or metric under %s', (mode) => {
    const own = write({
      object: clientSideApply(manifest(annotated(ignoring(...every)))),
      state: stateWith(specOf('fill')),
      mode,
    });
    const namespaces = namespaceWith(ignoring(...every));
    const above = write({ object: clientSideApply(found), state: stateWith(specOf('fill'), { namespaces }), mode });
    for (const { verdict, patch } of [own, above]) {
      expect(patch).toEqual([]);
      expect(verdict).toMatchObject({ decision: 'complies', findings: [] });
      const auditAnnotations = { decision: 'complies' };
      expect(verdict.response).toEqual({ uid: 'a-uid', allowed: true, auditAnnotations });
    }
    const loud = write({ object: clientSideApply(found), state: stateWith(specOf('fill')), mode });
    expect(loud.verdict.findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['application', 'rolling-update']),
    );
  });
});

describe('names that no rule has', () => {
  const wrong = { 'ignore.hitless.dev/pre-stop-slep': 'we accept that', 'ignore.hitless.dev/': '' };
  const plain = write({ object: clientSideApply(manifest()) });
  const told = [
    'annotation ignore.hitless.dev/pre-stop-slep names no rule and is ignored; did you mean ignore.hitless.dev/pre-stop-sleep?',
    'annotation ignore.hitless.dev/ names no rule and is ignored: the rules are readiness-probe, pre-stop-sleep,',
  ];

  it('are told to whoever writes them, and change nothing', () => {
    const { verdict, object } = write({ object: clientSideApply(manifest(annotated(wrong))) });
    expect(object.spec).toEqual(plain.object.spec);
    const { warnings = [] } = verdict.response;
    for (const one of told) expect(warnings.join('\n')).toContain(`Deployment ${one}`);
  });

  it('take no more than twenty sentences, however many there are', () => {
    const many = ignoring(...Array.from({ length: 500 }, (_, at) => `rule-${at}`));
    const { verdict } = write({ object: clientSideApply(manifest(annotated(many))) });
    expect(JSON.stringify(verdict.response.warnings)).not.toContain('rule-22 ');
    expect(verdict.decision).toBe('patched');
  });
});
