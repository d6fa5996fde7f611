// The cases of test/kinds and a real API server: it refuses the manifests in which `check` finds a mistake, and takes what `fix` writes.
// Rollouts are judged by their own definition, under another group, so that nothing in the cluster believes Argo Rollouts are installed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/workload/json.ts';
import { daemonSet } from '../../src/workload/kinds/daemon-set.ts';
import type { WorkloadKind } from '../../src/workload/kinds/kind.ts';
import { rollout } from '../../src/workload/kinds/rollout.ts';
import { statefulSet } from '../../src/workload/kinds/stateful-set.ts';
import { kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { until } from '../support/e2e/release.ts';
import { documentsOf, foldersIn } from '../support/golden.ts';
import { noRolloutDefinition, rolloutDefinitionText } from '../support/rollout-definition.ts';

beforeAll(needCluster);

const all = join(import.meta.dirname, '../kinds');

interface Case {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly isRefused: boolean;
  readonly read: (file: 'input.yaml' | 'expected.yaml') => readonly JsonObject[];
}

function casesOf(kind: WorkloadKind): readonly Case[] {
  return foldersIn(join(all, kind.kind)).map((name) => {
    const text = (file: string) => readFileSync(join(all, kind.kind, name, file), 'utf8');
    const read = (file: string) =>
      documentsOf(file, text(file))
        .map(({ value }) => value as JsonObject)
        .filter((value) => value.kind === kind.kind);
    return { kind, name, isRefused: text('report.txt').includes('error    manifest'), read };
  });
}

/** As kubectl does it: unknown fields are refused. */
function create({ group, version, resource }: Pick<WorkloadKind, 'group' | 'version' | 'resource'>, value: JsonObject) {
  const apiVersion = `${group}/${version}`;
  const object = { ...value, apiVersion, metadata: { ...(value.metadata as JsonObject), namespace: 'default' } };
  const path = `/apis/${apiVersion}/namespaces/default/${resource}?dryRun=All&fieldValidation=Strict`;
  return kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(object));
}

const taken = { code: 0, err: '' };

async function isTaken(kind: Parameters<typeof create>[0], values: readonly JsonObject[]): Promise<void> {
  expect(values).not.toEqual([]);
  for (const value of values) {
    const { code, err } = await create(kind, value);
    expect({ code, err }).toEqual(taken);
  }
}

describe.each([statefulSet, daemonSet])('the API server and a $kind', (one) => {
  const cases = casesOf(one);

  it.each(cases.filter(({ isRefused }) => !isRefused))(
    '$name: is taken as it is, and as fix writes it',
    ({ kind, read }) => isTaken(kind, [...read('input.yaml'), ...read('expected.yaml')]),
    30_000,
  );

  it.each(cases.filter(({ isRefused }) => isRefused))('$name: is refused', async ({ kind, read }) => {
    const answers = await Promise.all(read('input.yaml').map((value) => create(kind, value)));
    expect(answers.map(({ err }) => err).join('\n')).toContain('is invalid');
  }, 30_000);
});

describe.skipIf(noRolloutDefinition !== '')(`Rollouts${noRolloutDefinition}`, () => {
  const group = `kinds-${process.pid}.example.com`;
  const kind = { ...rollout, group };
  const definition = `${rollout.resource}.${group}`;

  beforeAll(async () => {
    const crd = parse(rolloutDefinitionText());
    const renamed = { ...crd, metadata: { name: definition }, spec: { ...crd.spec, group } };
    await must(kubectl(['create', '-f', '-'], JSON.stringify(renamed)));
    // API servers serve a kind a moment after they have its definition.
    await until(async () => (await kubectl(['get', definition, '-A'])).code === 0);
  }, 60_000);

  afterAll(() => kubectl(['delete', 'crd', definition]), 60_000);

  it.each(casesOf(rollout).filter(({ isRefused }) => !isRefused))(
    '$name: what fix writes is taken',
    ({ read }) => isTaken(kind, read('expected.yaml')),
    30_000,
  );

  it('has no field that its definition does not know', async () => {
    const [value] = casesOf(rollout).flatMap(({ isRefused, read }) => (isRefused ? [] : read('expected.yaml')));
    const { err } = await create(kind, { ...value, spec: { ...(value?.spec as JsonObject), replica: 2 } });
    expect(err).toContain('unknown field "spec.replica"');
  }, 30_000);
});
