// The chart's alerts by promtool: each fires when it should and stays silent when it should, as its file here says; and the dashboard.

import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { temporaryFolder } from '../support/pair.ts';
import { promtool, promtoolPath, renderedGroups } from '../support/promtool.ts';

const folder = import.meta.dirname;
const groups = renderedGroups();
const rules = groups.flatMap((group) => group.rules);
const names = rules.map(({ alert }) => alert);
const absent = promtoolPath === undefined ? ' (skipped: no promtool on the PATH; PROMTOOL may name one)' : '';

interface RuleTest {
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
}

const testsOf = (name: string): { readonly tests: readonly RuleTest[] } =>
  parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'));

/** What is compared: descriptions and runbooks are the same whatever fires, and other tests look at them. */
const compared = groups.map((group) => ({
  ...group,
  rules: group.rules.map(({ annotations: { summary }, ...rule }) => ({ ...rule, annotations: { summary } })),
}));

it('there are alerts, and a file of tests for each', () => {
  expect(names.length).toBeGreaterThan(10);
  const files = globSync('*.yaml', { cwd: folder }).map((file) => basename(file, '.yaml'));
  expect(files.toSorted()).toEqual(names.toSorted());
});

it.each(names)('%s is tested when it fires, and when it does not', (name) => {
  const expected = testsOf(name).tests.flatMap((one) => one.alert_rule_test);
  expect(new Set(expected.map(({ alertname }) => alertname))).toEqual(new Set([name]));
  expect(new Set(expected.map(({ exp_alerts: alerts }) => alerts.length > 0))).toEqual(new Set([true, false]));
});

it.each(names)('%s has a severity that alert managers know', (name) => {
  const rule = rules.find(({ alert }) => alert === name);
  expect(rule?.labels).toEqual({ severity: expect.stringMatching(/^(critical|warning)$/) });
});

describe.skipIf(promtoolPath === undefined)(`promtool${absent}`, () => {
  it('finds nothing wrong with the alerts', async () => {
    const place = await temporaryFolder();
    await writeFile(join(place, 'rules.yaml'), stringify({ groups }));
    const { code, out } = promtool(place, 'check', 'rules', 'rules.yaml');
    expect(code, out).toBe(0);
    expect(out).toContain(`${rules.length} rules found`);
  });

  it.each(names)('finds %s as its file expects it', async (name) => {
    const place = await temporaryFolder();
    await writeFile(join(place, 'rules.yaml'), stringify({ groups: compared }));
    const tests = testsOf(name).tests.map((one) => ({ interval: '1m', ...one }));
    const test = { evaluation_interval: '1m', rule_files: ['rules.yaml'], tests };
    await writeFile(join(place, 'test.yaml'), stringify(test));
    const { code, out } = promtool(place, 'test', 'rules', 'test.yaml');
    expect(code, out).toBe(0);
  });

  it('understands every expression of the dashboard', async () => {
    const place = await temporaryFolder();
    const dashboard = JSON.parse(readFileSync(join(folder, '../../charts/hitless/dashboards/hitless.json'), 'utf8'));
    const targets: { readonly expr: string }[] = dashboard.panels.flatMap(
      (panel: { targets?: unknown }) => panel.targets ?? [],
    );
    const panels = targets.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    expect(panels.length).toBeGreaterThan(5);
    await writeFile(join(place, 'panels.yaml'), stringify({ groups: [{ name: 'dashboard', rules: panels }] }));
    const { code, out } = promtool(place, 'check', 'rules', '--lint=none', 'panels.yaml');
    expect(code, out).toBe(0);
    expect(out).toContain(`${panels.length} rules found`);
  });
});
