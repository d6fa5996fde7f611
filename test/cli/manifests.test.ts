// Real manifests: fixed, then checked. They lie beside the checkout; without them there is nothing to try.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffLines } from 'diff';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/admission/assess.ts';
import { composeClusterState } from '../../src/cluster-state/compose.ts';
import { readObjects } from '../../src/cluster-state/readers.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { setAt } from '../../src/workload/path.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { hitless } from '../support/hitless.ts';

const folder = '../shared/manifests';
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];

describe.skipIf(files.length === 0)(`manifests of ${folder}, skipped where that folder is absent`, () => {
  it.each(files)('%s has no warning after fix, and only lines added', async (name) => {
    const before = readFileSync(join(folder, name), 'utf8');
    const { code, out: after } = await hitless(['fix', '--stdout', join(folder, name)]);
    expect(code).toBe(0);
    expect(after).not.toBe(before);
    expect(diffLines(before, after).filter((part) => part.removed)).toEqual([]);
    expect(await hitless(['check', '-'], after)).toMatchObject({ code: 0 });
    expect(await hitless(['fix', '-'], after)).toMatchObject({ code: 0, out: '' });
  });

  it.each(files)('%s says after fix what was planned for it', async (name) => {
    const { documents } = readDocuments(name, readFileSync(join(folder, name), 'utf8'));
    const state = composeClusterState(readObjects(documents).objects);
    const planned = documents.map(({ value }) => {
      const object = value as JsonObject;
      if (object.kind !== 'Deployment') return object;
      return assess(object, state).changes.reduce((now, change) => setAt(now, change.path, change.value), object);
    });
    const { out } = await hitless(['fix', '--stdout', join(folder, name)]);
    expect(readDocuments(name, out).documents.map(({ value }) => value)).toEqual(planned);
  });
});
