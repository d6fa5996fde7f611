// Each folder is an AdmissionReview as an API server sends it and the answer that its client deserves, from both webhook
// entries; most were recorded from a real API server. `objects.yaml` holds what we know of the cluster: Services, Namespaces,
// policies, Nodes. Rewrite the answers with `npm run test:golden`, and read them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonPatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import type { Decision } from '../../src/admission/decision.ts';
import { readReview } from '../../src/admission/review.ts';
import { screen } from '../../src/admission/skip.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { emptyClusterState } from '../../src/cluster-state/compose.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { defaulted, refusals } from '../support/api-server.ts';
import { documentsOf, foldersIn, stateIn } from '../support/golden.ts';
import { patchOf, policy } from '../support/webhook.ts';

const here = import.meta.dirname;
const modes = ['enforce', 'audit'] as const;
const names = foldersIn(here);

describe.each(names)('%s', (name) => {
  const folder = join(here, name);
  const text = readFileSync(join(folder, 'review.json'), 'utf8');
  const state = stateOf(folder);

  it('gets the answer in its text file', async () => {
    const answers = modes.map((mode) => `${mode}: ${told(answer(text, state, mode))}`);
    await expect(answers.join('\n')).toMatchFileSnapshot(join(folder, 'answer.txt'));
  });

  it.each(modes)('is allowed on /mutate/%s, with its uid, and with warnings that the API server passes on', (mode) => {
    const { response } = answer(text, state, mode);
    const warnings = response.warnings ?? [];
    expect(response).toMatchObject({ uid: JSON.parse(text).request.uid, allowed: true });
    expect(response.patch === undefined).toBe(response.patchType === undefined);
    expect(warnings.filter((warning) => /[\p{Cc}\p{Cf}]/u.test(warning))).toEqual([]);
    expect(warnings.join('').length).toBeLessThan(4_096);
  });

  it('is answered as on /mutate/audit where no kind is patched', () => {
    const { response, decision } = answer(text, patchingNothing(state), 'enforce');
    const audited = answer(text, state, 'audit');
    expect({ response, decision }).toEqual({ response: audited.response, decision: audited.decision });
  });

  it.each(modes)('is not refused for the patch of /mutate/%s, and a second call patches nothing', (mode) => {
    const { object, oldObject } = JSON.parse(text).request;
    const patch = patchOf(answer(text, state, mode));
    expect(patch.map(({ op }) => op)).not.toContain('test');
    if (object?.kind !== 'Deployment') return;
    const patched = jsonPatch.applyPatch(structuredClone(object), structuredClone([...patch]), true, false).newDocument;
    const sent = JSON.stringify({ ...JSON.parse(text), request: { ...JSON.parse(text).request, object: patched } });
    expect(patchOf(answer(sent, state, mode))).toEqual([]);
    expect(refusals(defaulted(object))).toEqual(expect.arrayContaining(refusals(defaulted(patched))));
    if (oldObject?.spec !== undefined && templateOf(object) === templateOf(oldObject))
      expect(templateOf(patched)).toBe(templateOf(oldObject));
  });
});

describe('the folders', () => {
  it('hold nothing else', () => {
    expect(readdirSync(here).sort()).toEqual([...names, 'reviews.test.ts'].sort());
    for (const name of names) {
      const files = readdirSync(join(here, name));
      expect(['answer.txt', 'review.json', 'objects.yaml']).toEqual(expect.arrayContaining(files));
    }
  });
});

function stateOf(folder: string): ClusterState {
  const file = join(folder, 'objects.yaml');
  return existsSync(file)
    ? stateIn(folder, documentsOf('objects.yaml', readFileSync(file, 'utf8')))
    : emptyClusterState;
}

function patchingNothing(state: ClusterState): ClusterState {
  const documents = state.policies.documents.map(({ spec, ...rest }) => ({ ...rest, spec: { ...spec, kinds: [] } }));
  return {
    ...state,
    policies: compilePolicies([...documents, policy({ priority: -1_000_000, kinds: [] }, 'nothing')]),
  };
}

function answer(text: string, state: ClusterState, mode: 'enforce' | 'audit'): Decision {
  return admit(screen(readReview(JSON.parse(text))), state, mode);
}

function templateOf({ spec }: { readonly spec: JsonObject }): string {
  return JSON.stringify(spec.template);
}

/** The answer as a person reads it. */
function told(verdict: Decision): string {
  const { warnings = [], auditAnnotations = {} } = verdict.response;
  const annotations = Object.entries(auditAnnotations).map(([key, value]) => `${key}: ${value}`);
  const operations = patchOf(verdict).map((operation) => {
    const value = 'value' in operation ? ` ${JSON.stringify(operation.value)}` : '';
    return `${operation.op} ${operation.path}${value}`;
  });
  const sections = { warnings, 'audit annotations': annotations, 'patch (sorted)': operations.toSorted(byPath) };
  return `${verdict.decision}, ${verdict.reason}\n${Object.entries(sections).map(section).join('')}`;
}

function section([title, all]: readonly [string, readonly string[]]): string {
  const lines = all.length <= mostLines ? all : [...all.slice(0, mostLines), `(${all.length - mostLines} more)`];
  return lines.length === 0 ? '' : `  ${title}\n${lines.map((line) => `    ${visible(line)}\n`).join('')}`;
}

/** In which order independent operations stand says nothing. */
function byPath(a: string, b: string): number {
  const [one, other] = [a.split(' ')[1] ?? '', b.split(' ')[1] ?? ''];
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Names may hold what a terminal obeys. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

const mostLines = 20;
