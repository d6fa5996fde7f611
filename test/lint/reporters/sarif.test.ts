// SARIF 2.1.0: what its consumers insist on.

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { uriOf } from '../../../src/lint/reporters/location.ts';
import { rules as records } from '../../../src/rules/rules.ts';
import { hitless } from '../../support/hitless.ts';

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { rules: { id: string; help: { text: string } }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number; startColumn: number } };
      }[];
      partialFingerprints: Record<string, string>;
    }[];
  }[];
}

async function sarif(): Promise<Sarif> {
  const files = ['test/cli/mistakes-near-our-fields/all.yaml', 'test/cli/fix-shows-a-diff'];
  const { out } = await hitless(['check', '--output', 'sarif', ...files]);
  return JSON.parse(out) as Sarif;
}

describe('SARIF', () => {
  it('describes every rule, and every result points at its rule', async () => {
    const log = await sarif();
    expect(log.version).toBe('2.1.0');
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual([...records.map(({ id }) => id), 'manifest']);
    for (const rule of rules) expect(rule.help.text).toMatch(/\.$/);
    const results = log.runs[0]?.results ?? [];
    expect(results.length).toBeGreaterThan(20);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('places every result, at a level that the format knows, under a fingerprint of its own', async () => {
    const results = (await sarif()).runs[0]?.results ?? [];
    for (const { level, message, locations } of results) {
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      expect(artifactLocation?.uri).toMatch(/^test\/cli\/[\w/.-]+$/);
      expect(region?.startLine).toBeGreaterThan(0);
      expect(region?.startColumn).toBeGreaterThan(0);
    }
    const prints = results.map(({ partialFingerprints }) => partialFingerprints['hitless/v2']);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it.each([
    ['deploy/a b,c%.yaml', 'deploy/a%20b%2Cc%25.yaml'],
    [resolve('deploy/web.yaml'), 'deploy/web.yaml'],
    ['/somewhere/else.yaml', 'file:///somewhere/else.yaml'],
    ['../up.yaml', '../up.yaml'],
  ])('writes the file %j as %j', (file, uri) => {
    expect(uriOf(file)).toBe(uri);
  });
});
