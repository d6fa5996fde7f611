// The runbook has a chapter for each alert of the chart, and names only what there is: commands, flags, objects, metrics, values.

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { valueRows } from '../../scripts/values.ts';
import { metricRows } from '../../src/server/metric-rows.ts';
import { hitless } from '../support/hitless.ts';
import { renderedGroups } from '../support/promtool.ts';
import { commandsOf, wordsOf } from './commands.ts';
import { slugOf } from './links.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const page = read('docs/runbook.md');
const chapters = Array.from(page.matchAll(/^### (Hitless\w+)$/gm), ([, name = '']) => name);
const commands = commandsOf(page);

describe('every alert', () => {
  const templates = globSync('charts/hitless/templates/*.yaml', { cwd: fileURLToPath(root) })
    .map(read)
    .join('\n');
  const alerts = Array.from(templates.matchAll(/^\s*- alert: (\w+)/gm), ([, name = '']) => name);

  it('has a chapter here, in the order of the chart', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(chapters).toEqual(alerts);
  });

  it('leads to its chapter', () => {
    const links = renderedGroups().flatMap(({ rules }) =>
      rules.map(({ alert, annotations }) => ({ alert, url: annotations.runbook_url })),
    );
    expect(links).toEqual(
      alerts.map((alert) => ({ alert, url: `https://hitless.dev/docs/runbook.md#${slugOf(alert)}` })),
    );
  });
});

it('begins with how to take it out of the way', () => {
  const [first] = page.matchAll(/^## (.*)$/gm);
  expect(first?.[1]).toBe('Take it out of the way now');
  expect(commands[0]).toBe('kubectl delete mutatingwebhookconfiguration hitless');
});

describe('the commands', () => {
  const ours = commands.filter((one) => one.startsWith('npx hitless '));

  it('are found', () => {
    expect(commands.length).toBeGreaterThan(30);
    expect(ours.length).toBeGreaterThan(8);
  });

  it.each([...new Set(ours)])('%s is one that hitless knows', async (command) => {
    const [, , ...words] = wordsOf(command);
    const { code, err } = await hitless([
      ...words,
      ...(words.includes('--now') ? ['--yes'] : []),
      '--kubeconfig',
      '/nowhere/config',
    ]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('/nowhere/config') });
  });

  it('name objects of the chart, in the namespace of the release', () => {
    const rendered = read('test/chart/by-default/expected.yaml');
    const kinds = {
      deployment: 'Deployment',
      secret: 'Secret',
      secrets: 'Secret',
      mutatingwebhookconfiguration: 'MutatingWebhookConfiguration',
      mutatingwebhookconfigurations: 'MutatingWebhookConfiguration',
    };
    const named = commands.flatMap((command) =>
      Array.from(
        command.matchAll(/\b(deployment|secrets?|mutatingwebhookconfigurations?)[/ ](hitless[\w-]*)/g),
        ([, kind, name]) => ({
          kind: kinds[kind as keyof typeof kinds],
          name,
        }),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    for (const { kind, name } of named)
      expect(rendered).toMatch(new RegExp(`kind: ${kind}\nmetadata:\n  name: ${name}\n`));
  });
});

it('names metrics that there are', () => {
  const known = Object.values(metricRows).map(({ name }) => name as string);
  const named = Array.from(page.matchAll(/\bhitless_\w+/g), ([name]) => name);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

it('names values that the chart has', () => {
  const paths = valueRows.map(({ path }) => path);
  const top = new Set(paths.map((path) => path.split('.')[0]));
  const spans = Array.from(page.matchAll(/`([a-zA-Z]+(?:\.[a-zA-Z]+)+)(?:[=:][^`]*)?`/g), ([, path = '']) => path);
  const named = spans.filter((path) => top.has(path.split('.')[0]));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !paths.some((one) => one === path || one.startsWith(`${path}.`)))).toEqual([]);
});
