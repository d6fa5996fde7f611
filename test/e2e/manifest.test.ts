// check against the real API server: thousands of manifests, each a valid one with one change. What the server refuses or drops must be
// named, and nothing else. HITLESS_RECORD=1 writes its verdicts for the runs without a cluster.

import { writeFileSync } from 'node:fs';
import { Agent, type AgentOptions, type RequestOptions, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiTypesOf } from '../../scripts/api-schema.ts';
import { apiTypes, apiVersion } from '../../src/lint/manifest/api-types.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { needCluster } from '../support/e2e/kubectl.ts';
import { disagreement } from '../support/manifest/agreement.ts';
import { allMutations, type Case, record, recordFile, type Verdict } from '../support/manifest/verdicts.ts';

const inParallel = 16;
let agent = new Agent();
let server: URL;
const options: AgentOptions & Pick<RequestOptions, 'headers'> = {};

beforeAll(async () => {
  needCluster();
  const config = new KubeConfig();
  config.loadFromDefault();
  await config.applyToHTTPSOptions(options);
  server = new URL(config.getCurrentCluster()?.server ?? '');
  agent = new Agent({ ...options, keepAlive: true, maxSockets: inParallel });
}, 30_000);

afterAll(() => agent.destroy());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly warnings: string;
}

function call(method: string, path: string, body?: JsonObject): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, 'content-type': 'application/json' };
    const sent = request(new URL(path, server), { ...options, method, agent, headers }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text, warnings: `${response.headers.warning ?? ''}` });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function create({ base, mutation }: Case, fieldValidation: 'Warn' | 'Strict') {
  const path = `/apis/${base.kind.apiVersion}/namespaces/default/${base.kind.resource}`;
  return call('POST', `${path}?dryRun=All&fieldValidation=${fieldValidation}`, mutation.value);
}

interface Judged extends Case {
  readonly verdict: Verdict;
  readonly answer: string;
}

async function judge(one: Case): Promise<Judged> {
  const { status, text, warnings } = await create(one, 'Warn');
  if (status >= 500 || status === 429) throw new Error(`${one.mutation.title}: ${status} ${text}`);
  if (status < 400) return { ...one, verdict: /unknown field/.test(warnings) ? 'dropped' : 'taken', answer: warnings };
  return { ...one, verdict: 'refused', answer: `${(JSON.parse(text) as { message?: string }).message}` };
}

/** In the order of the cases. */
async function judgeAll(cases: readonly Case[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < cases.length; i = next++) judged[i] = await judge(cases[i] as Case);
  };
  await Promise.all(Array.from({ length: inParallel }, work));
  return judged;
}

describe('the API server and check', () => {
  let judged: readonly Judged[] = [];
  let version = '';

  beforeAll(async () => {
    const { major, minor } = JSON.parse((await call('GET', '/version')).text) as { major: string; minor: string };
    version = `${major}.${minor}`;
    judged = await judgeAll([...allMutations()]);
    if (process.env.HITLESS_RECORD === '1')
      writeFileSync(recordFile, `${JSON.stringify(record(version, judged), undefined, 1)}\n`);
  }, 600_000);

  it('have the same fields and types', async ({ skip }) => {
    skip(version !== apiVersion, `the cluster is ${version}, the table of fields ${apiVersion}`);
    const openApi = JSON.parse((await call('GET', '/openapi/v2')).text) as JsonObject;
    expect(apiTypesOf(openApi)).toEqual(apiTypes);
  });

  it('judge every manifest alike', () => {
    const different = judged.flatMap(({ base, mutation, verdict, answer }) => {
      const wrong = disagreement(mutation, verdict);
      return wrong === undefined
        ? []
        : [`${base.name}: ${mutation.title}: ${wrong}\n    API server: ${answer.slice(0, 300)}`];
    });
    if (process.env.HITLESS_DIFFERENCES !== undefined)
      writeFileSync(process.env.HITLESS_DIFFERENCES, different.join('\n'));
    expect(different.slice(0, 50)).toEqual([]);
  }, 120_000);

  it('meet every verdict many times', () => {
    const counts = Map.groupBy(judged, ({ verdict }) => verdict);
    for (const verdict of ['taken', 'dropped', 'refused'] as const)
      expect(counts.get(verdict)?.length).toBeGreaterThan(1_000);
  });

  it('agree that strict validation refuses what is dropped otherwise', async () => {
    const dropped = judged.filter(({ verdict }) => verdict === 'dropped').filter((_, i) => i % 50 === 0);
    for (const one of dropped) expect((await create(one, 'Strict')).status, one.mutation.title).toBe(400);
  }, 60_000);
});
