// The Retain script for Karmada, run by the real Lua over what the model of an API server stores: with the webhook it changes nothing,
// and without it what hitless wrote stays.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { retainScript, writtenFields } from '../../../scripts/gitops.ts';
import { kindNamed } from '../../../src/workload/kinds/kinds.ts';
import { getAt, setAt } from '../../../src/workload/path.ts';
import { hitless, recordAnnotation, type Settings } from '../../support/cluster/hitless.ts';
import { deployment } from '../../support/cluster/kinds/deployment.ts';
import { modelKinds } from '../../support/cluster/kinds/kinds.ts';
import type { ModelKind } from '../../support/cluster/model-kind.ts';
import { apiServer, type Server } from '../../support/cluster/server.ts';
import { change, manifestOf } from '../../support/histories/fields.ts';
import { callLua, noLua } from '../../support/lua.ts';
import { seed } from '../../support/seed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const runs = 200;
const retain = (pairs: readonly (readonly [Any, Any])[]): readonly Any[] => callLua(retainScript, 'Retain', pairs);
const recordOf = ({ metadata }: Any) => metadata.annotations?.[recordAnnotation];

interface Update {
  readonly settings: Settings;
  readonly member: Server;
  /** What the control plane asks for, with the annotations that Karmada keeps. */
  readonly desired: Any;
  readonly observed: Any;
  readonly isSame: boolean;
}

/** What Karmada created in a member with hitless, and what it sends next. */
function updateOf(model: ModelKind, [first, then, policy]: readonly Any[]): readonly Update[] {
  const settings: Settings = { mode: 'enforce', policy };
  const member = apiServer({ model, webhooks: () => [hitless(settings, model)] });
  if (member.create(model.decoded(manifestOf(first, model)), 'karmada').refused.length > 0) return [];
  const observed = member.get();
  const desired = model.decoded(manifestOf({ ...first, ...then }, model));
  desired.metadata.annotations = { ...observed.metadata.annotations, ...desired.metadata.annotations };
  return [{ settings, member, desired, observed, isSame: Object.keys(then).length === 0 }];
}

/** The answer to a PUT, and what is stored then; the member is as before afterwards. */
function put({ member, settings }: Update, object: Any, away: boolean) {
  const back = member.save();
  settings.away = away;
  const { refused } = member.put(object, 'karmada');
  const stored = member.get();
  back();
  return { refused, stored };
}

const action = 'enforce';
const policies = [
  undefined,
  {
    readinessProbe: { action },
    preStopSleep: { action },
    terminationGracePeriod: { action },
    rollingUpdate: { action },
  },
  { minReadySeconds: { action: 'fill', seconds: 7 } },
];
// No annotation of ours: who opts out in the control plane is served by the next test.
const fields = change.map(({ mode, record, ...others }) => others);
const histories = fc.tuple(fields, fc.oneof(fc.constant({}), fields), fc.constantFrom(...policies));

describe.skipIf(noLua !== '').each(modelKinds)(`when Karmada updates a $kind${noLua}`, (model) => {
  let updates: readonly Update[] = [];
  let retained: readonly Any[] = [];

  beforeAll(() => {
    updates = fc.sample(histories, { numRuns: runs, seed }).flatMap((history) => updateOf(model, history));
    retained = retain(updates.map(({ desired, observed }) => [desired, observed]));
  });

  it('nothing that hitless wrote is lost while hitless is away, and no rollout starts', () => {
    const same = updates.flatMap((update, index) => (update.isSame ? [{ update, object: retained[index] }] : []));
    expect(same.filter(({ update }) => recordOf(update.observed) !== undefined).length).toBeGreaterThan(runs / 10);
    for (const { update, object } of same) {
      const { refused, stored } = put(update, object, true);
      expect(refused).toEqual([]);
      expect(model.revisionTemplate(stored)).toEqual(model.revisionTemplate(update.observed));
      if (!model.custom) expect(stored.metadata.generation).toBe(update.observed.metadata.generation);
    }
  });

  it('nothing is refused that is accepted without the script', () => {
    for (const [index, update] of updates.entries())
      if (put(update, update.desired, true).refused.length === 0)
        expect(put(update, retained[index], true).refused).toEqual([]);
  });

  it('the webhook stores the same as without the script', () => {
    for (const [index, update] of updates.entries()) {
      const without = put(update, update.desired, false).stored;
      const { stored } = put(update, retained[index], false);
      expect(model.revisionTemplate(stored)).toEqual(model.revisionTemplate(without));
      expect(getAt(stored, model.strategy)).toEqual(getAt(without, model.strategy));
    }
  });
});

const bare = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations: {} } };
const withContainer = (more: Any, spec: Any = {}) => ({
  ...bare,
  spec: { ...spec, template: { spec: { containers: [{ name: 'web', ...more }] } } },
});
const recording = (object: Any, record: Any) => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [recordAnnotation]: JSON.stringify(record) } },
});
const only = (desired: Any, observed: Any) => retain([[desired, observed]])[0];

describe.skipIf(noLua !== '')(`the Retain script${noLua}`, () => {
  it.each(modelKinds)('keeps every field that hitless may write in a $kind, and no other one', (model) => {
    const written = writtenFields(kindNamed(model.apiVersion, model.kind) as never);
    const object = (path: string, value: Any) => {
      // A DaemonSet may have a surge only beside maxUnavailable 0.
      const updateStrategy = path.endsWith('.maxSurge') ? { rollingUpdate: { maxUnavailable: 0 } } : {};
      const empty = { ...withContainer({}, { strategy: { canary: {} }, updateStrategy }), kind: model.kind };
      return recording(value === undefined ? empty : setAt(empty, path, value), { [path]: value ?? 5 });
    };
    const values = written.map((path) => (/(sleep|exec|httpGet|tcpSocket|grpc)$/.test(path) ? { seconds: 5 } : 5));
    const paths = [
      ...written.map((path) => path.replace('[*]', '[web]')),
      'spec.template.spec.containers[web].image',
      'spec.replicas',
    ];
    const results = retain(paths.map((path, index) => [object(path, undefined), object(path, values[index] ?? 5)]));
    expect(paths.filter((path, index) => getAt(results[index], path) !== undefined)).toEqual(
      paths.slice(0, written.length),
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '{"spec',
    '{"a":',
    '[[[[',
    '{"spec.minReadySeconds":{"a":[1,{}]}}',
    '{1:2}',
  ])('leaves the object of the control plane as it is beside the record %s', (record) => {
    const observed = { ...withContainer({}), metadata: { name: 'web', annotations: { [recordAnnotation]: record } } };
    expect(only(withContainer({ image: 'app:1' }), observed).spec).toEqual(withContainer({ image: 'app:1' }).spec);
  });

  it('reads names with quotes, backslashes and letters beyond ASCII', () => {
    const header = { name: 'X-"q"\\', value: 'grün' };
    const readinessProbe = { httpGet: { port: 80, httpHeaders: [header] } };
    const observed = withContainer({ readinessProbe });
    const record = { 'spec.template.spec.containers[web].readinessProbe.httpGet': readinessProbe.httpGet };
    expect(only(withContainer({}), recording(observed, record)).spec).toEqual(observed.spec);
  });

  it('leaves to the control plane what somebody changed in the member', () => {
    const observed = withContainer({ lifecycle: { preStop: { sleep: { seconds: 60 } } } });
    const record = { 'spec.template.spec.containers[web].lifecycle.preStop.sleep': { seconds: 10 } };
    expect(only(withContainer({}), recording(observed, record)).spec).toEqual(withContainer({}).spec);
  });

  it('adds no container that the control plane does not have, and no template', () => {
    const observed = withContainer({ lifecycle: { preStop: { sleep: { seconds: 10 } } } });
    const record = {
      'spec.template.spec.containers[web].lifecycle.preStop.sleep': { seconds: 10 },
      'spec.template.spec.terminationGracePeriodSeconds': 40,
    };
    const spec = { workloadRef: { name: 'web' } };
    const live = recording(setAt(observed, 'spec.template.spec.terminationGracePeriodSeconds', 40), record);
    expect(only({ ...bare, kind: 'Rollout', spec }, live).spec).toEqual(spec);
  });

  it('keeps the replicas of the member where the label asks for it, as the interpreter does that it replaces', () => {
    const [two, five] = [withContainer({}, { replicas: 2 }), withContainer({}, { replicas: 5 })];
    const labelled = {
      ...two,
      metadata: { ...two.metadata, labels: { 'resourcetemplate.karmada.io/retain-replicas': 'true' } },
    };
    expect(
      retain([
        [labelled, five],
        [two, five],
      ]).map(({ spec }) => spec.replicas),
    ).toEqual([5, 2]);
  });

  it('takes nothing from a member where hitless is gone', () => {
    const { server, manifest } = withdrawn();
    expect(only(manifest, server.get()).spec).toEqual(only(manifest, manifest).spec);
  });
});

function withdrawn() {
  const server = apiServer({ webhooks: () => [hitless({ mode: 'enforce' })] });
  const manifest = deployment.decoded(manifestOf({ mode: 'off' }));
  server.create(manifest, 'karmada');
  return { server, manifest };
}
