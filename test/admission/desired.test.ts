// What became of every edit of the plan and of every past injection, as data: each list, each reason, in all three modes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recoverAuthor } from '../../src/admission/author-document.ts';
import { namespaceOf, planFor, policyOf } from '../../src/admission/context.ts';
import { decisionOf } from '../../src/admission/decision.ts';
import { type Desired, desiredObject } from '../../src/admission/desired.ts';
import { servicesOf } from '../../src/admission/services.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { type Edit, edit as editOf } from '../../src/rules/finding.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { equal } from '../../src/workload/json.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import { getAt, setAll } from '../../src/workload/path.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, clone, create, defaulted, edit, put, serverSideApply } from '../support/api-server.ts';
import { web as containerOf, manifest as manifestOf } from '../support/cluster/shop.ts';
import { seed } from '../support/seed.ts';
import { policy, stateOf, write } from '../support/webhook.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are edited freely here
type Any = any;
type Mode = 'enforce' | 'audit' | 'off';

const modes: readonly Mode[] = ['enforce', 'audit', 'off'];
const lists = ['there', 'applied', 'proposed', 'postponed', 'unrecorded', 'blocked'] as const;
const web = 'spec.template.spec.containers[web]';
const gracePath = 'spec.template.spec.terminationGracePeriodSeconds';

const manifest = (change: (manifest: Any, container: Any) => void = () => {}): Any =>
  manifestOf((object) => change(object, containerOf(object)));

const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
};
const worldUnder = (spec: Any) => stateOf({ services: [service], policies: [policy(spec)] });
const world = worldUnder({ preStopSleep: { seconds: 15 } });
const later = worldUnder({ preStopSleep: { seconds: 25 }, minReadySeconds: { action: 'fill', seconds: 7 } });
const none = worldUnder({
  readinessProbe: { action: 'off' },
  preStopSleep: { action: 'off' },
  terminationGracePeriod: { action: 'off' },
  rollingUpdate: { action: 'off' },
});

interface Write {
  readonly object: Deployment;
  readonly old?: Deployment;
}

function planned({ object, old }: Write, world: ClusterState) {
  const recovered = recoverAuthor(object, { kind, oldObject: old });
  const namespace = namespaceOf(world, 'shop');
  const selection = policyOf(world, namespace, { kind, object });
  const { services } = servicesOf(world, namespace, kind.templateOf(object));
  return { recovered, plan: planFor(recovered, world, { namespace, selection, services }) };
}

function desired(write: Write, world: ClusterState, mode: Mode): Desired {
  const { recovered, plan } = planned(write, world);
  return desiredObject(recovered, plan, mode);
}

/** The rules in each list that is not empty. */
function rulesIn(desired: Desired): Record<string, readonly string[]> {
  const full = lists.filter((list) => desired[list].length > 0);
  return Object.fromEntries(full.map((list) => [list, [...new Set(desired[list].map(({ rule }) => rule))]]));
}

const all = ['readiness-probe', 'pre-stop-sleep', 'termination-grace-period', 'rolling-update'];
const born = (apply = clientSideApply) => write({ object: apply(manifest()), state: world }).object;
const labelled = (old: Deployment) => ({
  old,
  object: edit(old, (object: Any) => Object.assign(object.metadata.labels, { team: 'shop' })),
});
const dropped = (old: Deployment) => ({ old, object: put(manifest(), old) });
const optedOut = ({ object, old }: Write): Write => ({
  ...(old && { old }),
  object: edit(object, (o: Any) => {
    o.metadata.annotations = { ...o.metadata.annotations, 'hitless.dev/mode': 'off' };
  }),
});

describe('the edits of the plan', () => {
  it('are applied under enforce, proposed under audit, and not asked for after an opt-out', () => {
    const object = create(manifest());
    expect(modes.map((mode) => rulesIn(desired({ object }, world, mode)))).toEqual([
      { applied: all },
      { proposed: all },
      {},
    ]);
  });

  it('are there where an earlier answer wrote them', () => {
    for (const mode of modes) expect(rulesIn(desired(labelled(born()), world, mode))).toEqual({ there: all });
  });

  it('are postponed in a template that nobody changed, and written beside it', () => {
    const write = labelled(born());
    const waiting = { there: ['readiness-probe', 'rolling-update'], postponed: [all[1], all[2]] };
    expect(rulesIn(desired(write, later, 'enforce'))).toEqual({ ...waiting, applied: ['min-ready-seconds'] });
    expect(rulesIn(desired(write, later, 'audit'))).toEqual({ ...waiting, proposed: ['min-ready-seconds'] });
  });

  it('are unrecorded where the annotations have no room, whatever the mode', () => {
    const object = create(
      manifest((m) => {
        m.metadata.annotations = { note: 'x'.repeat(262_100) };
      }),
    );
    for (const mode of ['enforce', 'audit'] as const) {
      const result = desired({ object }, world, mode);
      expect(rulesIn(result)).toEqual({ unrecorded: all });
      expect(result.object).toBe(object);
      expect(decisionOf(result, { hasPatch: false, mode })).toBe('complies');
    }
  });

  it('are blocked where the author’s own document needs what was written earlier', () => {
    // The author's sleep is longer than his grace period; an edit of ours has been hiding it.
    const sleepy = manifest((m, container) => {
      container.lifecycle = { preStop: { sleep: { seconds: 20 } } };
      m.spec.template.spec.terminationGracePeriodSeconds = 5;
    });
    const strict = worldUnder({ terminationGracePeriod: { action: 'enforce' } });
    const old = write({ object: clientSideApply(sleepy), state: strict }).object;
    const lenient = worldUnder({
      terminationGracePeriod: { action: 'off' },
      minReadySeconds: { action: 'fill', seconds: 7 },
    });
    const restarted = edit(old, (object: Any) => {
      object.spec.template.metadata.annotations = { restarted: 'now' };
    });
    for (const mode of ['enforce', 'audit'] as const) {
      const result = desired({ object: restarted, old }, lenient, mode);
      expect(rulesIn(result).blocked).toEqual(['min-ready-seconds']);
      expect(result.object).toEqual(restarted);
      expect([result.restored, result.withdrawn]).toEqual([[], []]);
    }
    const { verdict } = write({ object: restarted, old, state: lenient });
    expect(verdict.response.warnings?.join()).toContain('the API server would refuse this Deployment without');
    expect(verdict.reason).toContain('nothing is written by min-ready-seconds');
  });
});

describe('what a client dropped', () => {
  it('is restored with a template that nobody changed, in the name of its rule or by its path', () => {
    const write = dropped(born());
    expect(rulesIn(desired(write, world, 'enforce'))).toEqual({ applied: all });
    expect(rulesIn(desired(write, world, 'audit'))).toEqual({ applied: all.slice(0, 3), proposed: ['rolling-update'] });
    for (const mode of ['enforce', 'audit'] as const) {
      expect(desired(write, world, mode).restored).toEqual([]);
      expect(desired(write, none, mode).restored).toEqual([
        `${web}.lifecycle.preStop.sleep`,
        `${web}.readinessProbe.periodSeconds`,
        `${web}.readinessProbe.tcpSocket`,
        gracePath,
      ]);
    }
  });

  it('is restored after an opt-out as well, and told', () => {
    const { old, object } = optedOut(dropped(born()));
    expect(desired({ object, ...(old && { old }) }, world, 'off').restored).toContain(gracePath);
    const { verdict } = write({ object, old, state: world });
    expect(verdict.reason).toContain('kept what the client dropped');
    expect(verdict.response.warnings?.join()).toContain(`hitless shop/web: kept ${gracePath}`);
  });
});

describe('what is withdrawn has its reason', () => {
  const imaged = (old: Deployment) => ({
    old,
    object: edit(old, (object: Any) => {
      object.spec.template.spec.containers[0].image = 'app:2';
    }),
  });

  it('collision: with what the author wrote, under audit too', () => {
    const old = born();
    const object = edit(old, (o: Any) => {
      o.spec.strategy.rollingUpdate.maxSurge = 0;
    });
    const path = 'spec.strategy.rollingUpdate.maxUnavailable';
    for (const mode of ['enforce', 'audit'] as const) {
      const { withdrawn } = desired({ object, old }, world, mode);
      expect(withdrawn).toEqual([{ kind: 'collision', path, detail: 'the author set maxSurge 0' }]);
    }
  });

  it('opted-out: all of it, but in a template that nobody changed', () => {
    const paths = (write: Write) =>
      desired(optedOut(write), world, 'off').withdrawn.map(({ kind, path }) => [kind, path]);
    const outside = ['opted-out', 'spec.strategy.rollingUpdate.maxUnavailable'];
    expect(paths(labelled(born()))).toEqual([outside]);
    expect(paths(imaged(born()))).toEqual(
      expect.arrayContaining([outside, ['opted-out', gracePath], ['opted-out', `${web}.readinessProbe.tcpSocket`]]),
    );
  });

  it('not-wanted: when the policy asks for less; under audit it stays', () => {
    const lost = desired(imaged(born()), none, 'enforce').withdrawn;
    expect(new Set(lost.map(({ kind }) => kind))).toEqual(new Set(['not-wanted']));
    expect(lost.map(({ path }) => path)).toContain(`${web}.lifecycle.preStop.sleep`);
    expect(desired(imaged(born()), none, 'audit').withdrawn).toEqual([]);
  });

  it('no reason is needed where the plan writes another value', () => {
    const { withdrawn, applied } = desired(imaged(born()), later, 'enforce');
    expect(withdrawn).toEqual([]);
    expect(applied.map(({ rule }) => rule)).toContain('pre-stop-sleep');
  });

  it('frozen: an undo brings it back into a template that was stored without', () => {
    const first = born();
    const bare = write({ ...imaged(first), state: none }).object;
    const back = edit(bare, (o: Any) => {
      o.spec.template = clone(first.spec.template);
      o.spec.template.spec.containers[0].image = 'app:2';
      o.metadata.annotations = clone(first.metadata.annotations);
    });
    const { withdrawn, postponed } = desired({ object: back, old: bare }, world, 'enforce');
    expect(withdrawn).toContainEqual({ kind: 'frozen', path: `${web}.lifecycle.preStop.sleep` });
    expect(postponed.map(({ rule }) => rule)).toContain('pre-stop-sleep');
  });

  it('leftover: members of a probe that the author has replaced', () => {
    const live = { httpGet: { path: '/live', port: 8080, httpHeaders: [{ name: 'a', value: 'b' }] } };
    const first = manifest((_, container) => {
      container.livenessProbe = live;
    });
    const old = write({ object: serverSideApply(first), state: world }).object;
    const second = clone(first);
    second.spec.template.spec.containers[0].readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 5 };
    const { withdrawn } = desired({ object: serverSideApply(second, old), old }, world, 'enforce');
    expect(withdrawn).toContainEqual({ kind: 'leftover', path: `${web}.readinessProbe.httpGet.httpHeaders` });
  });

  it('stray-strategy: the API’s default beside a type Recreate', () => {
    const careful = manifest((m) => {
      m.spec.strategy = { type: 'RollingUpdate' };
    });
    const old = write({ object: serverSideApply(careful), state: none }).object;
    const second = clone(careful);
    second.spec.strategy = { type: 'Recreate' };
    for (const mode of ['enforce', 'audit'] as const) {
      const { withdrawn } = desired({ object: serverSideApply(second, old), old }, none, mode);
      expect(withdrawn).toEqual([{ kind: 'stray-strategy', path: 'spec.strategy.rollingUpdate' }]);
    }
  });
});

describe('the decision', () => {
  const some = [editOf('application', 'fill', { path: 'p', message: 'm', summary: 's', changes: [] }) as Edit];
  const nothing = desired({ object: create(manifest()) }, none, 'enforce');

  it.each([
    ['patched, whatever else is open', { proposed: some, postponed: some }, true, 'patched'],
    ['audited, even if something waits', { proposed: some, postponed: some }, false, 'audited'],
    ['postponed', { postponed: some }, false, 'postponed'],
    ['complies', {}, false, 'complies'],
  ] as const)('is %s', (_name, lists, hasPatch, decision) => {
    expect(decisionOf({ ...nothing, ...lists }, { hasPatch, mode: 'enforce' })).toBe(decision);
  });

  it('is not postponed under audit, which writes nothing later either', () => {
    expect(decisionOf({ ...nothing, postponed: some }, { hasPatch: false, mode: 'audit' })).toBe('audited');
  });

  it('comes with the record it was made from', () => {
    const { verdict } = write({ object: create(manifest()), state: world });
    expect(verdict.desired?.applied.length).toBeGreaterThan(0);
  });
});

const spec = fc.record({
  readinessProbe: fc.record({ action: fc.constantFrom('off', 'fill') }),
  preStopSleep: fc.record({ action: fc.constantFrom('off', 'fill', 'enforce'), seconds: fc.constantFrom(10, 15, 25) }),
  terminationGracePeriod: fc.record({ action: fc.constantFrom('off', 'fill', 'enforce') }),
  rollingUpdate: fc.record({ action: fc.constantFrom('off', 'fill', 'enforce') }),
  minReadySeconds: fc.record({ action: fc.constantFrom('off', 'fill'), seconds: fc.constantFrom(7, 9) }),
});
const author = fc
  .record({
    image: fc.constantFrom('app:1', 'app:2'),
    hook: fc.constantFrom(undefined, { sleep: { seconds: 20 } }, { exec: { command: ['/quit'] } }),
    probe: fc.constantFrom(undefined, { httpGet: { port: 8080 }, periodSeconds: 5 }),
    grace: fc.constantFrom(undefined, 5, 45),
    strategy: fc.constantFrom(undefined, { type: 'Recreate' }, { rollingUpdate: { maxSurge: 0 } }),
    bytes: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 262_000),
  })
  .map(({ image, hook, probe, grace, strategy, bytes }) =>
    written(
      manifest((m, container) => {
        Object.assign(container, { image, readinessProbe: probe, lifecycle: hook && { preStop: hook } });
        m.spec.template.spec.terminationGracePeriodSeconds = grace;
        m.spec.strategy = strategy;
        if (bytes > 0) m.metadata.annotations = { note: 'x'.repeat(bytes) };
      }),
    ),
  );
/** Without what is undefined. */
function written(manifest: Any): Any {
  return JSON.parse(JSON.stringify(manifest));
}

const history = fc.record({
  first: author,
  second: author,
  apply: fc.constantFrom(clientSideApply, serverSideApply),
  client: fc.constantFrom('apply', 'put', 'drop', 'label', 'restart'),
  before: spec,
  after: spec,
});

function secondWrite({ first, second, apply, client }: Any, old: Deployment): Deployment {
  if (client === 'apply') return apply(second, old);
  if (client === 'put') return put(second, old);
  if (client === 'drop') return put(first, old);
  return edit(old, (object: Any) => {
    if (client === 'label') object.metadata.labels.team = 'shop';
    else object.spec.template.metadata.annotations = { restarted: 'now' };
  });
}

/** Every edit of the plan is in exactly one list; after an opt-out in none but `there`. */
function expectSorted(result: Desired, { findings }: Plan, mode: Mode): void {
  const edits = findings.filter((finding) => finding.kind === 'edit');
  const listed = lists.flatMap((list) => result[list]);
  expect(new Set(listed).size).toBe(listed.length);
  if (mode === 'off') expect(listed).toEqual(result.there);
  else expect(new Set(listed)).toEqual(new Set(edits));
  if (mode === 'enforce') expect(result.proposed).toEqual([]);
}

/** The lists say what the object shows. */
function expectTrue(result: Desired, received: Deployment): void {
  const { object, there, applied, proposed, postponed, unrecorded, blocked } = result;
  const stored = defaulted(object);
  const holds = ({ changes }: Edit) => equal(stored, defaulted(setAll(object, changes)));
  for (const one of [...applied, ...there]) expect(holds(one), one.message).toBe(true);
  for (const one of [...proposed, ...postponed, ...unrecorded, ...blocked]) expect(holds(one)).toBe(false);
  for (const { path } of result.withdrawn) expect(getAt(object, path)).not.toEqual(getAt(received, path));
  for (const path of result.restored) {
    expect(kind.inTemplate(path)).toBe(true);
    expect(getAt(object, path)).not.toEqual(getAt(received, path));
  }
  if (unrecorded.length + blocked.length > 0 && proposed.length === 0) expect(applied).toEqual([]);
}

describe('any write', () => {
  it('has every edit of its plan in exactly one list, and the lists say what the object shows', () => {
    fc.assert(
      fc.property(history, (given) => {
        const [before, after] = [worldUnder(given.before), worldUnder(given.after)];
        const object = given.apply(given.first);
        const old = write({ object, state: before }).object;
        const writes = [{ object }, { object: secondWrite(given, old), old }];
        for (const [i, one] of writes.entries()) {
          for (const mode of modes) {
            const { recovered, plan } = planned(one, i === 0 ? before : after);
            const result = desiredObject(recovered, plan, mode);
            expectSorted(result, plan, mode);
            if (mode !== 'off') expectTrue(result, one.object);
          }
        }
      }),
      { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 300), seed },
    );
  });
});
