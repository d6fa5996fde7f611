// What a baseline and the configuration accept is the same in one thread and in several, and each finding only as often as it is there.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf } from '../../../src/lint/baseline/entries.ts';
import type { Baseline } from '../../../src/lint/baseline/file.ts';
import { type SurveyOptions, survey } from '../../../src/lint/survey/survey.ts';
import { writeFiles } from '../../support/files.ts';
import { terminal } from '../../support/terminal.ts';

const deployment = (name: string, container = name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: ${container}, image: web, ports: [{containerPort: 8080}]}]}
`;

const folder = mkdtempSync(join(tmpdir(), 'hitless-accepted-'));
afterAll(() => rmSync(folder, { recursive: true }));

const number = (i: number) => `${i}`.padStart(3, '0');

/** More files than one task has; every fourth holds the same object. */
beforeAll(() => {
  const names = Array.from({ length: 160 }, (_, i) => [i, i % 4 === 0 ? 'same' : `app-${number(i)}`] as const);
  writeFiles(folder, {
    ...Object.fromEntries(names.map(([i, name]) => [`deploy/${number(i)}.yaml`, deployment(name)])),
    'deploy/namespace.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {hitless.dev/min-ready-seconds: soon}}\n',
  });
});

async function surveyed(changes: Partial<SurveyOptions>) {
  const options = { policy: [], namespace: 'default', isWhole: true, ...changes };
  const { examined, notices } = await survey([join(folder, 'deploy')], options, terminal().io);
  return { workloads: [...examined], again: [...examined], notices };
}

function placesOf(workloads: Awaited<ReturnType<typeof surveyed>>['workloads'], rule: string): readonly string[] {
  return workloads.flatMap(({ file, diagnostics }) =>
    diagnostics.filter((one) => one.rule === rule).map(() => file.slice(-8, -5)),
  );
}

const ofAll = async (): Promise<Baseline> => {
  const { entries } = entriesOf((await surveyed({ helpers: 0 })).workloads);
  return { file: 'baseline.json', text: '', entries };
};

describe.each([0, 2])('with %i helpers', (helpers) => {
  it('a baseline of everything leaves nothing, not even a sentence about a Namespace, which comes with one workload', async () => {
    const { workloads, notices } = await surveyed({ helpers, known: await ofAll() });
    expect(workloads.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(notices).toEqual([]);
    const sentences = workloads.flatMap(({ ignored = [] }) => ignored.filter(({ rule }) => rule === 'manifest'));
    expect(sentences).toHaveLength(1);
  });

  it('of what is there more often than in the baseline the first are accepted, each time that somebody walks through the result', async () => {
    const { entries, ...others } = await ofAll();
    const fewer = entries.map((one) => ({ ...one, count: one.object === 'Deployment shop/same' ? 37 : one.count }));
    const { workloads, again, notices } = await surveyed({ helpers, known: { ...others, entries: fewer } });
    expect(placesOf(workloads, 'pre-stop-sleep')).toEqual(['148', '152', '156']);
    expect(again).toEqual(workloads);
    expect(notices).toEqual([]);
  });

  it('says what of the baseline is gone', async () => {
    const { entries, ...others } = await ofAll();
    const more = entries.map((one) => ({ ...one, count: one.count + (one.rule === 'pre-stop-sleep' ? 1 : 0) }));
    const { notices } = await surveyed({ helpers, known: { ...others, entries: more } });
    expect(notices).toEqual([
      '121 findings of baseline.json are not there any more: `hitless baseline --prune` takes them out',
    ]);
  });

  it('entries of the configuration are matched, over or idle, whatever thread matched them', async () => {
    const entry = (where: string, changes: object) => ({ reason: 'why', where: `.hitless.yaml:${where}`, ...changes });
    const { workloads, notices } = await surveyed({
      helpers,
      ignores: {
        counting: [entry('3', { name: ['app-*'] }), entry('5', { name: ['nothing'] })],
        over: [
          entry('7', { name: ['same'], until: '2020-01-31' }),
          entry('9', { name: ['app-1*'], until: '2020-01-31' }),
        ],
      },
    });
    expect(new Set(workloads.filter((one) => one.diagnostics.length > 0).map(({ object }) => object.name))).toEqual(
      new Set(['same']),
    );
    expect(notices).toEqual([
      'the entry of ignores at .hitless.yaml:7 ended on 2020-01-31: what it accepted counts again',
      'an entry of ignores matches no finding, and can be removed: .hitless.yaml:5',
    ]);
  });
});
