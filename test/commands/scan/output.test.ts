// What a scan says of what it found and did.

import { expect, it } from 'vitest';
import { reportApis } from '../../../src/cluster/reports/report-apis.ts';
import type { Miss } from '../../../src/commands/scan/misses.ts';
import { type ScanResult, scanJson, scanSentences, scanText } from '../../../src/commands/scan/output.ts';
import type { Edit } from '../../../src/rules/finding.ts';

const edit = { rule: 'pre-stop-sleep', summary: 'preStop sleep of 10 s' } as Edit;
const miss = (namespace: string, name: string): Miss => {
  const object = { kind: 'Deployment', namespace, name };
  return { uid: name, object, writtenMs: Date.UTC(2026, 0, 2), edits: [edit, edit] };
};

const outcomes = { created: 1, updated: 2, unchanged: 3, ending: 0, removed: 4 };

function scanned(more: Partial<ScanResult> = {}): ScanResult {
  return {
    ...{ workloads: 1_200, misses: [], fingerprints: {}, beganMs: 0, gaps: [], unread: [], remarks: [] },
    ...{ reports: reportApis, found: [], written: { outcomes, leftOut: [], failures: [] } },
    ...{ dryRun: false, wantsReports: true, ...more },
  };
}

it('is two lines, which say what was stored and what was not', () => {
  const found = [{ namespace: 'shop', results: [{ policy: 'a', result: 'fail' as const }] }];
  expect(scanText(scanned({ found }))).toBe(
    '1,200 workloads in 1 namespace: 1 fail, 0 error, 0 warn, 0 skip, 0 pass\nReport (openreports.io/v1alpha1): 1 created, 2 updated, 3 unchanged, 4 removed\n',
  );
  const written = { outcomes: { ...outcomes, ending: 2 }, leftOut: [], failures: [] };
  expect(scanText(scanned({ written, dryRun: true }))).toContain(
    ', 4 removed, 2 passed over because the namespace is being deleted, not stored\n',
  );
});

it('names what the webhook missed, at most five of a namespace, and at most ten namespaces', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => miss('shop', name));
  expect(scanSentences(scanned({ misses: [...many, miss('web', 'x')] }))).toEqual([
    'namespace shop: 7 pod templates were written without hitless, which was not called or did not answer: Deployment a, Deployment b, Deployment c, Deployment d, Deployment e and 2 more',
    'namespace web: 1 pod template was written without hitless, which was not called or did not answer: Deployment x',
  ]);
  const everywhere = Array.from({ length: 12 }, (_, at) => miss(`n${at}`, 'web'));
  const sentences = scanSentences(scanned({ misses: everywhere }));
  expect([sentences.length, sentences.at(-1)]).toEqual([11, 'the same of 2 more namespaces']);
});

it('is JSON for programs, with every workload that was missed', () => {
  const written = {
    outcomes,
    leftOut: [{ namespace: 'shop', count: 3 }],
    failures: [{ namespace: 'web', reason: 'no' }],
  };
  expect(JSON.parse(scanJson(scanned({ misses: [miss('shop', 'web')], written })))).toMatchObject({
    version: 1,
    summary: { workloads: 1_200, missed: 1 },
    reports: { api: 'Report (openreports.io/v1alpha1)', ...outcomes },
    missed: [
      {
        object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
        written: '2026-01-02T00:00:00.000Z',
        rules: ['pre-stop-sleep'],
      },
    ],
    leftOut: [{ namespace: 'shop', count: 3 }],
    failures: [{ namespace: 'web', reason: 'no' }],
  });
});
