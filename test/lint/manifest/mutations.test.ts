// check names everything on and beside the fields it reads that the API server refuses or drops, and nothing else. The verdicts were
// recorded by test/e2e/manifest.test.ts.

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { assess } from '../../../src/admission/assess.ts';
import { composeClusterState } from '../../../src/cluster-state/compose.ts';
import { readDocument } from '../../../src/lint/manifest/document-errors.ts';
import { violations } from '../../../src/workload/violations.ts';
import type { Workload } from '../../../src/workload/workload.ts';
import { readDocuments } from '../../../src/yaml/documents.ts';
import { disagreement, errorsIn } from '../../support/manifest/agreement.ts';
import { bases } from '../../support/manifest/bases.ts';
import { at } from '../../support/manifest/mutations.ts';
import { allMutations, reader, recorded, sumOf } from '../../support/manifest/verdicts.ts';

const state = composeClusterState([]);
const verdictOf = reader(recorded());
const cases = [...allMutations()].map((one) => ({ ...one, verdict: verdictOf(one) }));
const patient = { timeout: 180_000 };

describe('manifests', () => {
  it.each(bases)('that are right have no mistakes: $name', ({ value }) => expect(errorsIn(value)).toEqual([]));

  it('are those that the API server was asked about', patient, () => {
    const advice = 'record the verdicts again: HITLESS_RECORD=1, test/e2e/manifest.test.ts';
    expect(sumOf(cases), advice).toBe(recorded().mutations);
  });

  it('with one change are judged as the API server does', patient, () => {
    const different: string[] = [];
    for (const { base, mutation, verdict } of cases) {
      const wrong = verdict === undefined ? 'not recorded' : disagreement(mutation, verdict);
      if (wrong !== undefined) different.push(`${base.name}: ${mutation.title}: ${wrong}`);
    }
    expect(different.slice(0, 50)).toEqual([]);
  });

  it('that are taken can be judged by the rules, and hold no violation', patient, () => {
    for (const { base, mutation, verdict } of cases) {
      if (verdict !== 'taken') continue;
      const { errors, workload } = readDocument(base.kind, mutation.value);
      if (errors.length > 0) continue;
      expect(() => assess(workload, state), mutation.title).not.toThrow();
      expect(violations(base.kind, workload as Workload), mutation.title).toEqual([]);
    }
  });

  it('have their mistakes where they stand', patient, () => {
    let seen = 0;
    for (const { mutation, verdict } of cases) {
      if (verdict !== 'dropped' || ++seen % 50 !== 0) continue;
      const text = stringify(mutation.value);
      const [document] = readDocuments('web.yaml', text).documents;
      for (const { keys } of errorsIn(mutation.value)) {
        const { line } = document?.positionOf(keys) ?? { line: 0 };
        const name = [...keys].reverse().find((key) => typeof key === 'string') ?? '';
        const isAbsent = at(mutation.value, keys) === undefined || typeof keys.at(-1) === 'number';
        const isThere = isAbsent || text.split('\n')[line - 1]?.includes(`${name}`) === true;
        expect(isThere, `${mutation.title}: line ${line} for ${keys.join('.')}`).toBe(true);
      }
    }
    expect(seen).toBeGreaterThan(5_000);
  });
});
