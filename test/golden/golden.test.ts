// Each folder `<rule-id>/<case in words>` is a manifest as an author writes it, what the rule says of it, and the manifest
// after the edits; `together` is for all rules at once. Rewrite the expectations with `npm run test:golden`, and read them.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/admission/assess.ts';
import { rules } from '../../src/rules/rules.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import type { Deployment } from '../../src/workload/workload.ts';
import { clientSideApply, defaulted, refusals } from '../support/api-server.ts';
import {
  deploymentIn,
  documentsOf,
  foldersIn,
  type GoldenCase,
  outcomeOf,
  readCase,
  reportOf,
  stateIn,
} from '../support/golden.ts';
import { write } from '../support/webhook.ts';

const here = import.meta.dirname;
const topics = [...rules.map(({ id }) => id), 'together'];
const cases = topics.flatMap((topic) => foldersIn(join(here, topic)).map((name) => ({ topic, name })));
const readIn = (topic: string, name: string) => readCase(join(here, topic, name));

describe.each(cases)('$topic: $name', ({ topic, name }) => {
  const given = readIn(topic, name);

  it('is edited and reported as its files say', async () => {
    freeze(given.deployment.value);
    const { expected, assessment } = outcomeOf(given);
    await expect(expected).toMatchFileSnapshot(join(given.folder, 'expected.yaml'));
    await expect(reportOf(assessment, topic)).toMatchFileSnapshot(join(given.folder, 'report.txt'));
  });

  it('has no edit and no warning left afterwards', () => {
    const documents = documentsOf('expected.yaml', outcomeOf(given).expected);
    const { findings } = assess(deploymentIn(documents).value as JsonObject, stateIn(given.folder, documents));
    expect(findings.filter((finding) => finding.kind === 'edit')).toEqual([]);
  });

  it('is stored by way of the webhook as it is written by way of the editor', () => {
    const { object, patch, stored, refused } = create(given);
    const expected = deploymentIn(documentsOf('expected.yaml', outcomeOf(given).expected)).value;
    expect(withoutBookkeeping(stored)).toEqual(withoutBookkeeping(defaulted(expected)));
    expect(refusals(object)).toEqual(expect.arrayContaining(refused as string[]));
    expect(patch.map(({ op }) => op)).not.toContain('test');
    expect(write({ object: stored, state: given.state }).patch).toEqual([]);
  });
});

describe('the folders', () => {
  it.each(rules)('of $id hold a case that the rule speaks up in and one that it leaves alone', ({
    id: rule,
    writes,
  }) => {
    const kinds = foldersIn(join(here, rule)).map((name) => {
      const { findings } = outcomeOf(readIn(rule, name)).assessment;
      return new Set(findings.filter((finding) => finding.rule === rule).map(({ kind }) => kind));
    });
    const loud = writes === undefined ? 'report' : 'edit';
    expect(kinds.some((kind) => kind.has(loud))).toBe(true);
    expect(kinds.some((kind) => !kind.has('edit') && !kind.has('report'))).toBe(true);
  });

  it('hold nothing else', () => {
    expect(readdirSync(here).sort()).toEqual([...topics, 'golden.test.ts'].sort());
    for (const { topic, name } of cases) {
      const known = ['expected.yaml', 'input.yaml', 'policy.yaml', 'report.txt'];
      expect(known).toEqual(expect.arrayContaining(readdirSync(join(here, topic, name))));
    }
    for (const topic of topics) expect(readdirSync(join(here, topic)).sort()).toEqual(foldersIn(join(here, topic)));
  });
});

/** The manifest as a client-side apply sends it, and what comes of it. */
function create({ deployment, state }: GoldenCase) {
  const object = clientSideApply(deployment.value);
  const { object: stored, ...written } = write({ object, state });
  return { object, stored, ...written };
}

function withoutBookkeeping({ metadata, spec }: Deployment): JsonObject {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => key !== 'hitless.dev/injected' && !key.endsWith('/last-applied-configuration'),
  );
  return { metadata: { ...others, annotations: Object.fromEntries(kept) }, spec };
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
}
