// Large bodies that are not parsed, and what is answered.

import { describe, expect, it, vi } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { headOf, unwieldy } from '../../src/server/unwieldy.ts';
import { givenServer } from '../support/server.ts';

const padding = `"padding":"${'x'.repeat(140_000)}"`;
const large = (json: string) => Buffer.from(`{${padding},"value":${json}}`);
const many = (n: number, item: (i: number) => string) => Array.from({ length: n }, (_, i) => item(i)).join();

describe('a large body', () => {
  it.each([
    ['201 lists in each other', `${'['.repeat(201)}${']'.repeat(201)}`, /nested more than 200 deep/],
    ['40,000 different names', `{${many(40_000, (i) => `"${i}":1`)}}`, /more than 30000 different field names/],
    ['40,000 names with spaces', `{${many(40_000, (i) => `"${i}" : 1`)}}`, /more than 30000 different field names/],
    ['500,000 lists', `[${many(500_000, () => '[]')}]`, /more than 400000 objects and lists/],
  ])('with %s is not read', (_what, json, reason) => {
    expect(unwieldy(large(json))).toMatch(reason);
  });

  it('counts names the same whatever the process has drawn to tell them apart', async () => {
    const bodies = [
      (i: number) => `"${i}":1`,
      (i: number) => `"label-${i}":1`,
      (i: number) => `"${i.toString(36)}/a":1`,
    ];
    const larges = bodies.map((name) => large(`{${many(40_000, name)}}`));
    const wrong: string[] = [];
    for (let drawn = 0; drawn < 100; drawn += 1) {
      vi.resetModules();
      const again = await import('../../src/server/unwieldy.ts');
      larges.forEach((body, which) => {
        if (again.unwieldy(body) === undefined) wrong.push(`${drawn}: ${which}`);
      });
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['as many brackets in a string', JSON.stringify('[{":'.repeat(200_000))],
    ['quotes and backslashes in a string', JSON.stringify('\\"[\\\\'.repeat(100_000))],
    ['as many strings that are no names', `[${many(100_000, (i) => `"${i}"`)}]`],
    ['the same names again and again', `[${many(50_000, () => '{"name":"a","value":"b"}')}]`],
    ['190 lists in each other, many times', `[${many(100, () => `${'['.repeat(190)}${']'.repeat(190)}`)}]`],
  ])('with %s is read', (_what, json) => {
    expect(unwieldy(large(json))).toBeUndefined();
  });

  it('that ends in the middle of a string is for the parser to refuse', () => {
    expect(unwieldy(Buffer.from(`{${padding},"a\\`))).toBeUndefined();
  });
});

it('a small body is not looked at', () => {
  expect(unwieldy(Buffer.from('['.repeat(100_000)))).toBeUndefined();
});

describe('a review that is not read', () => {
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const head = { uid: 'a-uid', kind, name: 'web', namespace: 'shop', operation: 'CREATE' };
  const labels = `{${many(40_000, (i) => `"label-${i}":"v"`)}}`;
  const review = (request: object) => {
    const rest = { ...request, userInfo: {}, object: { metadata: { labels: '@' } } };
    return JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request: rest }).replace(
      '"@"',
      labels,
    );
  };

  it('is allowed as it is, with its uid, and the log says of what and why', async () => {
    const { post, lines } = givenServer({ admit: (request, mode) => admit(request, emptyClusterState, mode) });
    const answer = await post(review(head));
    expect(answer.statusCode).toBe(200);
    expect(answer.json().response).toEqual({ uid: 'a-uid', allowed: true });
    const reason = 'the review has more than 30000 different field names, so it is not examined';
    expect(lines.at(-1)).toMatchObject({ name: 'web', namespace: 'shop', decision: 'skipped', reason });
  });

  it('is refused where its head is not where an API server puts it', () => {
    expect(() => headOf(Buffer.from('{}'), 'too much')).toThrow('the body has too much');
  });
});
