// What a Deployment becomes when our injections leave it, and that the webhook lets it be so.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePatch } from '../../src/admission/patch.ts';
import {
  modeFor,
  planWithdrawal,
  stillInjected,
  type WebhookMode,
  type WithdrawWhen,
} from '../../src/admission/withdrawal.ts';
import { composeClusterState } from '../../src/cluster-state/compose.ts';
import { readObjects } from '../../src/cluster-state/readers.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { create, edit } from '../support/api-server.ts';
import { documentsOf } from '../support/golden.ts';
import { write } from '../support/webhook.ts';

const at = '2026-01-02T03:04:05Z';
const record = 'hitless.dev/injected';

const manifest = {
  metadata: { name: 'web', namespace: 'shop', annotations: { 'hitless.dev/pre-stop-sleep-seconds': '15' } },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', livenessProbe: { tcpSocket: { port: 8080 } } }] },
    },
  },
};

const bare = create(manifest);
const injected = admitted(bare, undefined, 'enforce');
const reason = 'the webhook injects, or nothing here is worth anything';

function admitted(object: Deployment, old: Deployment | undefined, mode: 'enforce' | 'audit'): Deployment {
  const written = write({ object, old, mode });
  expect(written.refused).toEqual([]);
  return written.object;
}

function go(object: Deployment, when: WithdrawWhen, called: WebhookMode) {
  return planWithdrawal(object, { when, called, at });
}

const template = ({ spec }: Deployment) => JSON.stringify(spec.template);
const annotationsOf = ({ metadata }: Deployment) => metadata.annotations ?? {};

describe('at once', () => {
  it.each([
    'enforce',
    'audit',
    'never',
  ] as const)('gives back the author’s spec, where the webhook is called: %s', (called) => {
    expect(annotationsOf(injected), reason).toHaveProperty(record);
    const { desired, taken, waiting, rolls } = go(injected, 'now', called);
    expect({ waiting, rolls }).toEqual({ waiting: [], rolls: true });
    expect(taken).toContain('spec.template.spec.containers[web].lifecycle.preStop.sleep');
    expect(annotationsOf(desired)).not.toHaveProperty(record);
    const { metadata = {}, ...rest } = desired.spec.template;
    const { annotations, ...others } = metadata;
    expect(annotations).toEqual(called === 'never' ? undefined : { 'kubectl.kubernetes.io/restartedAt': at });
    expect({ ...desired.spec, template: { metadata: others, ...rest } }).toEqual(bare.spec);
  });

  it.each([
    ['enforce', 'off'],
    ['audit', undefined],
    ['never', undefined],
  ] as const)('opts the Deployment out only where it would be injected again: %s', (called, mode) => {
    const { desired, optsOut } = go(injected, 'now', called);
    expect(annotationsOf(desired)['hitless.dev/mode']).toBe(mode);
    expect(optsOut).toBe(mode === 'off');
  });

  it.each(['enforce', 'audit'] as const)('is left as it is by the webhook of /mutate/%s, then and later', (mode) => {
    const { desired } = go(injected, 'now', mode);
    expect(admitted(desired, injected, mode)).toEqual(desired);
    const labelled = edit(desired, (object) => {
      object.metadata.labels = { a: 'b' };
    });
    expect(template(admitted(labelled, desired, mode))).toBe(template(desired));
    const next = edit(desired, (object) => {
      object.spec.template.spec.containers[0].image = 'web:2';
    });
    expect(admitted(next, desired, mode)).toEqual(next);
  });

  it('would be put back by the webhook without its restart, which is why it has one', () => {
    const { desired, ...plan } = go(injected, 'now', 'enforce');
    const without = { ...desired, spec: { ...desired.spec, template: bare.spec.template } };
    const stored = admitted(without, injected, 'enforce');
    expect(template(stored)).toBe(template(injected));
    expect(stillInjected(stored, { desired, ...plan })).toContain(
      'spec.template.spec.containers[web].lifecycle.preStop.sleep',
    );
    expect(stillInjected(desired, { desired, ...plan })).toEqual([]);
  });

  it('leaves alone what the author has changed since', () => {
    const changed = edit(injected, (object) => {
      object.spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds = 20;
    });
    const { desired } = go(changed, 'now', 'never');
    expect(desired.spec.template.spec.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 20 } } });
    expect(annotationsOf(desired)).not.toHaveProperty(record);
  });

  it('gives back the value that the author had written before we raised it', () => {
    const raised = edit(injected, (object) => {
      object.spec.template.spec.terminationGracePeriodSeconds = 31;
      object.metadata.annotations[record] = JSON.stringify({
        'spec.template.spec.terminationGracePeriodSeconds': 31,
        was: { 'spec.template.spec.terminationGracePeriodSeconds': 16 },
      });
    });
    expect(go(raised, 'now', 'never').desired.spec.template.spec.terminationGracePeriodSeconds).toBe(16);
  });

  it('does not roll for what lies outside the template', () => {
    const outside = admitted(
      create({
        ...manifest,
        metadata: { ...manifest.metadata, annotations: { 'hitless.dev/pre-stop-sleep-seconds': '0' } },
      }),
      undefined,
      'enforce',
    );
    const { desired, rolls, taken } = go(withoutProbe(outside), 'now', 'enforce');
    expect({ rolls, taken }).toEqual({ rolls: false, taken: ['spec.strategy.rollingUpdate.maxUnavailable'] });
    expect(template(desired)).toBe(template(withoutProbe(outside)));
  });
});

/** As if the probe had been adopted by its author. */
function withoutProbe(object: Deployment): Deployment {
  return edit(object, (copy) => {
    copy.metadata.annotations[record] = JSON.stringify({ 'spec.strategy.rollingUpdate.maxUnavailable': 0 });
  });
}

describe('with the next rollout', () => {
  it.each([
    'enforce',
    'audit',
  ] as const)('changes no template now, and the webhook of /mutate/%s takes the rest out then', (mode) => {
    const { desired, taken, waiting, rolls, optsOut } = go(injected, 'next-rollout', mode);
    expect({ taken, rolls, optsOut }).toEqual({
      taken: ['spec.strategy.rollingUpdate.maxUnavailable'],
      rolls: false,
      optsOut: true,
    });
    expect(waiting.every((path) => path.startsWith('spec.template.'))).toBe(true);
    expect(template(desired)).toBe(template(injected));
    const stored = admitted(desired, injected, mode);
    expect(stored).toEqual(desired);
    expect(makePatch(stored, go(stored, 'next-rollout', mode).desired).operations).toEqual([]);
    const next = edit(stored, (object) => {
      object.spec.template.spec.containers[0].image = 'web:2';
    });
    const after = admitted(next, stored, mode);
    expect(annotationsOf(after)).not.toHaveProperty(record);
    expect(template(after)).toBe(template(bare).replace('web:1', 'web:2'));
  });

  it('is refused where the webhook is never called, and writes nothing', () => {
    const { desired, refused, waiting } = go(injected, 'next-rollout', 'never');
    expect(desired).toBe(injected);
    expect(refused).toContain('the webhook is not called');
    expect(waiting.length).toBeGreaterThan(0);
  });
});

describe('a Deployment that is opted out', () => {
  it('keeps its template while its author does', () => {
    const off = edit(injected, (object) => {
      object.metadata.annotations['hitless.dev/mode'] = 'off';
    });
    const stored = admitted(off, injected, 'enforce');
    expect(template(stored)).toBe(template(injected));
    expect(stored.spec.strategy?.rollingUpdate?.maxUnavailable).toBe('25%');
    const dropped = edit(stored, (object) => {
      object.spec.template = structuredClone(bare.spec.template);
      delete object.metadata.annotations[record];
    });
    expect(template(admitted(dropped, stored, 'enforce'))).toBe(template(injected));
  });
});

it('has nothing to do with a Deployment that holds nothing of ours', () => {
  const { desired, taken, waiting, rolls, optsOut, refused } = go(bare, 'now', 'enforce');
  expect(desired).toBe(bare);
  expect({ taken, waiting, rolls, optsOut, refused }).toEqual({ taken: [], waiting: [], rolls: false, optsOut: false });
});

it('does not touch a record that it cannot read', () => {
  const broken = edit(injected, (object) => {
    object.metadata.annotations[record] = '{';
  });
  const { desired, refused } = go(broken, 'now', 'enforce');
  expect(desired).toBe(broken);
  expect(refused).toContain('is not a record that hitless wrote');
});

it.each([
  ['shop', 'enforce', 'enforce'],
  ['shop', 'audit', 'audit'],
  ['shop', undefined, 'never'],
  ['shop', 'Enforce', 'never'],
  ['kube-system', 'enforce', 'never'],
])('knows that for namespace %s with the label %s the webhook is called: %s', (namespace, label, called) => {
  expect(modeFor(namespace, label)).toBe(called);
});

const folder = '../shared/manifests';
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];

describe.skipIf(files.length === 0)(`manifests of ${folder}, skipped where that folder is absent`, () => {
  it.each(files)('%s: what was injected goes without a trace, and stays away', (name) => {
    const documents = documentsOf(name, readFileSync(join(folder, name), 'utf8'));
    const state = composeClusterState(readObjects(documents).objects);
    for (const manifest of documents.map(({ value }) => value as JsonObject)) {
      if (manifest.kind !== 'Deployment') continue;
      const plain = create(manifest);
      const live = write({ object: plain, state }).object;
      expect(go(live, 'now', 'never').desired.spec).toEqual(plain.spec);
      const { desired } = go(live, 'now', 'enforce');
      expect(write({ object: desired, old: live, state }).object).toEqual(desired);
      const marked = go(live, 'next-rollout', 'enforce').desired;
      expect(write({ object: marked, old: live, state }).object).toEqual(marked);
      const restarted = edit(marked, (object) => {
        object.spec.template.metadata.annotations = { ...object.spec.template.metadata.annotations, restarted: 'now' };
      });
      const after = write({ object: restarted, old: marked, state }).object;
      expect(go(after, 'now', 'enforce').desired).toBe(after);
      expect(after.spec.template.spec).toEqual(plain.spec.template.spec);
    }
  });
});
