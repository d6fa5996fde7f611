// Policy documents as people write them: the valid ones with the policy they give, the invalid ones with every sentence.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { selectPolicy } from '../../src/policy/select.ts';
import { sentence } from '../../src/policy/validation/field-error.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import type { Json } from '../../src/workload/json.ts';
import { keysOf } from '../../src/workload/path.ts';

const folders = { valid: join(import.meta.dirname, 'valid'), invalid: join(import.meta.dirname, 'invalid') };

function casesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => basename(file, '.yaml')).sort();
}

function documentsOf(folder: string, name: string) {
  return [...parseAllDocuments(readFileSync(join(folder, `${name}.yaml`), 'utf8'))];
}

/** The document's own part, then the policy that it gives where it is the only one and its selectors match. */
function describeDocument({ spec, namespaceSelector, workloadSelector, ...head }: PolicyDocument): string {
  const name = head.namespace ?? 'shop';
  const workload = {
    kind: 'Deployment',
    namespace: { name, labels: {}, annotations: {} },
    labels: {},
    annotations: {},
  };
  const { policy } = selectPolicy(compilePolicies([{ ...head, spec }]), workload);
  const shown = (path: string, value: unknown) =>
    `${path.padEnd(38)} ${JSON.stringify(value).padEnd(10)} ${policy.origins[path]}`;
  const fields = Object.entries(policy.spec).flatMap(([section, values]) =>
    Object.entries(values).map(([field, value]) => shown(`${section}.${field}`, value)),
  );
  const all = [shown('kinds', policy.kinds), ...fields];
  return `${JSON.stringify({ ...head, namespaceSelector, workloadSelector }, null, 2)}\n\n${all.join('\n')}\n`;
}

describe('a valid policy document', () => {
  it.each(casesIn(folders.valid))('%s gives the policy in its text file', async (name) => {
    const [yaml] = documentsOf(folders.valid, name);
    const { document, mistakes } = readPolicy(yaml?.toJS() as Json);
    expect(mistakes).toEqual([]);
    if (document === undefined) throw new Error('a reading without mistakes has a document');
    await expect(describeDocument(document)).toMatchFileSnapshot(join(folders.valid, `${name}.txt`));
  });
});

describe('an invalid policy document', () => {
  it.each(casesIn(folders.invalid))('%s gets exactly the sentences in its text file', async (name) => {
    const readings = documentsOf(folders.invalid, name).map((yaml) => readPolicy(yaml.toJS() as Json));
    for (const { document, mistakes } of readings) {
      expect(document).toBeUndefined();
      expect(mistakes).not.toEqual([]);
    }
    const sentences = readings.map(({ mistakes }) => `${mistakes.map(sentence).join('\n')}\n`);
    await expect(sentences.join('---\n')).toMatchFileSnapshot(join(folders.invalid, `${name}.txt`));
  });

  it.each(casesIn(folders.invalid))('%s: every mistake has the place of what it found', (name) => {
    for (const yaml of documentsOf(folders.invalid, name)) {
      const { mistakes } = readPolicy(yaml.toJS() as Json);
      for (const { keys, path, found } of mistakes) {
        expect(keysOf(yaml.toJS() as Json, path)).toEqual(keys);
        const missing = found === 'nothing' && yaml.getIn(keys) == null;
        expect(missing || keys.length === 0 || yaml.hasIn(keys), keys.join(' ')).toBe(true);
      }
    }
  });
});

describe('the folders', () => {
  it.each(Object.values(folders))('%s holds documents and their texts, and nothing else', (folder) => {
    const expected = casesIn(folder).flatMap((name) => [`${name}.txt`, `${name}.yaml`]);
    expect(readdirSync(folder).sort()).toEqual(expected.sort());
  });
});
