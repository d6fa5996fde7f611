// The examples of docs/examples/verify: the step of a pipeline is run, and the manifests say what hitless understands.

import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, objectAt, objectsAt } from '../../src/workload/json.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { hitless } from '../support/hitless.ts';
import { temporaryFolder } from '../support/pair.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = (name: string) => join(root, 'docs/examples/verify', name);

let server: Server;
let isBroken = false;
let url = '';
beforeAll(async () => {
  // By default Node.js closes a connection that was idle for 5 s, perhaps as the next request is on its way.
  server = createServer({ keepAliveTimeout: 620_000 }, (request, response) => {
    if (request.url === '/break') isBroken = true;
    response.writeHead(isBroken && request.url === '/' ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** `helm` is this JavaScript; `hitless` is the program as it is, only more patient: this machine may stall for seconds. */
async function deploy(helm: string) {
  isBroken = false;
  const folder = await temporaryFolder();
  const programs = {
    hitless: `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, 'src/cli.ts')}' verify --timeout 60 "$@"\n`,
    helm: `#!${process.execPath}\n${helm}\n`,
  };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  const env = { PATH: `${folder}:${process.env.PATH}`, URL: url };
  const child = spawn('sh', [example('deploy.sh')], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, out, xml: await readFile(join(folder, 'verify.xml'), 'utf8') };
}

describe('the step of a pipeline', () => {
  it.each([
    [0, 'console.log(process.argv.slice(2, 5).join(" "))', 'deployed, and no request was lost\n', 0],
    [1, `fetch('URLbreak')`, 'requests were lost: ', 1],
    [3, 'process.exit(1)', 'the deployment failed; ', 1],
  ])(
    'ends with %d',
    async (wanted, helm, words, failures) => {
      const { code, out, xml } = await deploy(helm.replace('URL', url));
      expect([code, out], xml).toEqual([wanted, expect.stringContaining(words)]);
      expect(xml).toMatch(/^<\?xml/);
      expect(xml.match(/<testcase /g)).toHaveLength(2);
      expect(xml.match(/<failure /g) ?? []).toHaveLength(failures);
    },
    180_000,
  );

  it('is the one that the page shows', async () => {
    const page = await readFile(join(root, 'docs/measuring.md'), 'utf8');
    const [, shown = ''] = /### In a pipeline[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? [];
    expect(shown).toContain('hitless verify');
    expect(await readFile(example('deploy.sh'), 'utf8')).toContain(shown);
  });
});

async function documentsOf(name: string): Promise<readonly JsonObject[]> {
  const { documents, problems } = readDocuments(name, await readFile(example(name), 'utf8'));
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value as JsonObject);
}

function containerOf(podSpec: JsonObject): JsonObject {
  const [container = {}, ...others] = objectsAt(podSpec, 'containers');
  expect(others).toEqual([]);
  expect(objectAt(podSpec, 'securityContext')).toMatchObject({ runAsNonRoot: true });
  return container;
}

const filled = (args: unknown, values: Readonly<Record<string, string>>) =>
  (args as readonly string[]).map((arg) =>
    arg.replace(/\{\{ *([\w.]+) *\}\}/g, (_, name: string) => values[name] ?? `{{${name}}}`),
  );

it('the analysis of Argo Rollouts measures', async () => {
  isBroken = false;
  const [template = {}] = await documentsOf('analysis.yaml');
  expect(template).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate' });
  const [metric = {}] = objectsAt(objectAt(template, 'spec'), 'metrics');
  const job = objectAt(objectAt(objectAt(metric, 'provider'), 'job'), 'spec');
  expect(job.backoffLimit).toBe(0);
  const { args } = containerOf(objectAt(objectAt(job, 'template'), 'spec'));
  const words = filled(args, { 'args.url': url });
  const at = words.indexOf('--for');
  expect(Number(words[at + 1])).toBeGreaterThan(10);
  const { code, out } = await hitless([...words.with(at + 1, '1'), '--timeout', '60']);
  expect([code, out]).toEqual([0, expect.stringMatching(/\n0 of \d+ lost in \d+ s\.\n$/)]);
});

it('the helm test has the permissions that it needs, and flags that hitless knows', async () => {
  const objects = await documentsOf('helm-test.yaml');
  expect(objects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding', 'Pod']);
  for (const { metadata } of objects)
    expect(objectAt(metadata as JsonObject, 'annotations')).toMatchObject({ 'helm.sh/hook': 'test' });
  const { args } = containerOf(objectAt(objects[3] ?? {}, 'spec'));
  const values = { '.Release.Name': 'web', '.Values.verify.url': url };
  const { code, err } = await hitless([...filled(args, values), '--kubeconfig', '/nowhere/config']);
  expect([code, err]).toEqual([2, expect.stringContaining('/nowhere/config')]);
});
