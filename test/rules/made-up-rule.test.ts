// A new rule costs its record, a line in the list, and its section in the table of fields: all else follows.

import { describe, expect, it, vi } from 'vitest';
import { crd } from '../../scripts/crds.ts';
import { tables } from '../../scripts/tables.ts';
import { testAppService, testAppWorkload } from '../../src/measurement/lab/objects.ts';
import { planned } from '../../src/measurement/lab/plan.ts';
import { fixNames, fixTitle, quickFixNames, specFor } from '../../src/measurement/lab/rows.ts';
import type { PartialSpec } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import { plan } from '../../src/rules/plan.ts';
import { noSurroundings } from '../../src/rules/surroundings.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { Json, JsonObject } from '../../src/workload/json.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import { getAt } from '../../src/workload/path.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply } from '../support/api-server.ts';
import { hitless } from '../support/hitless.ts';
import { madeUp } from '../support/made-up-rule.ts';
import { fieldOf, selected } from '../support/policy.ts';
import { policy, stateOf, write } from '../support/webhook.ts';

vi.mock(import('../../src/rules/rules.ts'), async (importOriginal) => {
  const { madeUp } = await import('../support/made-up-rule.ts');
  return { rules: [...(await importOriginal()).rules, madeUp] };
});

vi.mock(import('../../src/policy/fields.ts'), async (importOriginal) => {
  const { madeUpSection } = await import('../support/made-up-rule.ts');
  const original = await importOriginal();
  return { ...original, sectionTable: { ...original.sectionTable, ...madeUpSection } };
});

const web: Deployment & JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};

const document = (spec: Json): JsonObject => {
  return {
    apiVersion: 'hitless.dev/v1alpha1',
    kind: 'RolloutPolicy',
    metadata: { name: 'own', namespace: 'shop' },
    spec,
  };
};

const check = (output: string, ...documents: readonly JsonObject[]) =>
  hitless(['check', '-', '--output', output], [web, ...documents].map((one) => JSON.stringify(one)).join('\n---\n'));

describe('a made-up rule', () => {
  it('is planned', () => {
    const { spec } = selected({}).policy;
    const around = {
      policy: spec,
      services: [],
      surroundings: noSurroundings,
      namespace: undefined,
      oldestNode: undefined,
    };
    const { findings, workload } = plan({ kind: deployment, author: web, written: () => false, ...around });
    const own = findings.filter(({ rule }) => rule === madeUp.id);
    expect(own.map(({ kind }) => kind)).toEqual(['edit', 'report']);
    expect(workload.spec.minReadySeconds).toBe(7);
  });

  it('is written by the webhook', () => {
    const { object, patch } = write({ object: clientSideApply(web), state: stateOf() });
    expect(object.spec.minReadySeconds).toBe(7);
    expect(patch).toContainEqual({ op: 'add', path: '/spec/minReadySeconds', value: 7 });
  });

  it.each(['text', 'json', 'sarif', 'github'])('is in what check says as %s', async (output) => {
    const { code, out } = await check(output);
    expect(code).toBe(1);
    expect(out).toContain('made-up');
    expect(out).toContain('make up 7 s');
    expect(out).toContain('one made-up replica is lonely');
  });

  it('is described in SARIF', async () => {
    const { tool, results } = JSON.parse((await check('sarif')).out).runs[0];
    const index = tool.driver.rules.findIndex(({ id }: { id: string }) => id === madeUp.id);
    expect(tool.driver.rules[index]).toMatchObject({
      shortDescription: { text: madeUp.title },
      help: { text: madeUp.help },
      defaultConfiguration: { level: 'warning' },
    });
    const own = results.filter(({ ruleId }: { ruleId: string }) => ruleId === madeUp.id);
    expect(own.map(({ ruleIndex }: { ruleIndex: number }) => ruleIndex)).toEqual([index, index]);
  });

  it('is counted from zero', async () => {
    const metrics = createMetrics('1.2.3');
    const series = 'hitless_findings_total{rule="made-up",type="report",severity="note",kind="Deployment"}';
    expect(await metrics.text()).toContain(`${series} 0`);
    metrics.finding({ kind: 'report', severity: 'note', rule: madeUp.id, path: '', message: '' }, 'Deployment');
    expect(await metrics.text()).toContain(`${series} 1`);
  });

  it('has its row in the table of rules', () => {
    expect(tables.rules).toContain('| `made-up` | Something made up loses requests | made-up `minReadySeconds` |');
  });

  it('has its rows in the lab', () => {
    expect(fixNames).toEqual(expect.arrayContaining(['only/made-up', 'without/made-up']));
    expect(quickFixNames).toContain('only/made-up');
    expect(fixTitle('without/made-up')).toBe('all but the made-up wait');
    expect(minReadySecondsOf('only/made-up')).toBe(4);
    expect(minReadySecondsOf('without/made-up')).toBeUndefined();
  });
});

function minReadySecondsOf(fixes: string): Json | undefined {
  const settings = { namespace: 'lab', image: 'web', imagePullPolicy: 'Never', startUpMs: 1, workMs: 1 } as const;
  const target = testAppWorkload('web', { fixes, title: '', drains: true, replicas: 2 }, settings);
  return getAt(planned(target, testAppService('web', 'lab'), specFor(fixes, undefined)), 'spec.minReadySeconds');
}

describe('its section', () => {
  it('is laid over the built-in one, and tells its origin', () => {
    expect(fieldOf(selected({}), 'madeUp.seconds')).toEqual([7, 'built-in default']);
    const documents = [policy({ madeUp: { seconds: 9 } })];
    expect(fieldOf(selected({ documents }), 'madeUp.seconds')).toEqual([9, 'ClusterRolloutPolicy test']);
    expect(fieldOf(selected({ documents }), 'madeUp.action')).toEqual(['fill', 'built-in default']);
    expect(selected({ documents, annotations: { 'hitless.dev/pre-stop-sleep-seconds': '5' } })).toMatchObject({
      policy: { spec: { madeUp: { action: 'fill', seconds: 9 } } },
    });
  });

  it('is validated', () => {
    const sentences = (spec: Json) => readPolicy(document(spec)).mistakes.map(({ found, allowed }) => [found, allowed]);
    expect(sentences({ madeUp: { seconds: 9 } })).toEqual([]);
    expect(sentences({ madeUp: { seconds: 61 } })).toEqual([['61', 'a whole number from 1 to 60']]);
    expect(JSON.stringify(readPolicy(document({ madUp: {} } as PartialSpec)).mistakes)).toContain('madeUp');
  });

  it('switches the rule', async () => {
    const { out } = await check('json', document({ madeUp: { action: 'off' } }));
    expect(out).not.toContain('made-up');
    expect((await check('json', document({ madeUp: { seconds: 3 } }))).out).toContain('make up 3 s');
  });

  it('is in the CustomResourceDefinitions and the table of fields', () => {
    const [version] = getAt(crd('RolloutPolicy'), 'spec.versions') as JsonObject[];
    expect(version?.additionalPrinterColumns).toContainEqual(
      expect.objectContaining({ name: 'Made-Up-Action', jsonPath: '.spec.madeUp.action' }),
    );
    const spec = getAt(version ?? {}, 'schema.openAPIV3Schema.properties.spec.properties.madeUp');
    expect(spec).toMatchObject({ description: 'A made-up section.', properties: { seconds: { maximum: 60 } } });
    expect(tables.policy).toContain('| `madeUp.seconds` | `7` | a whole number from 1 to 60 |');
  });
});
