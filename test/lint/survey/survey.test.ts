// One thread, several threads, and everything in memory at once: the same input gives the same output, to the byte.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../../src/commands/check/check.ts';
import { writeOutputs } from '../../../src/commands/outputs.ts';
import type { InputFile } from '../../../src/lint/inputs/read-files.ts';
import { readInputs } from '../../../src/lint/inputs.ts';
import { examineAll, fileWorkload } from '../../../src/lint/lint.ts';
import { editHint } from '../../../src/lint/reporters/edit-hint.ts';
import { jsonOutput } from '../../../src/lint/reporters/json.ts';
import { type OutputName, outputNames, showsEdits } from '../../../src/lint/reporters/names.ts';
import { textOutput } from '../../../src/lint/reporters/text.ts';
import { survey } from '../../../src/lint/survey/survey.ts';
import { withEdits } from '../../../src/lint/text-edits.ts';
import type { Terminal } from '../../../src/terminal/terminal.ts';

const base = { policy: [], namespace: 'default' } as const;
const folders: string[] = [];

function terminal(stdin = ''): Terminal & { readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    stdin: async () => Buffer.from(stdin),
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    colour: { out: false, err: false },
  };
}

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'hitless-survey-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function deployment(name: string, { namespace = 'shop', replicas = 3, extra = '' } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: ${replicas}
${extra}  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: ${name}
          image: ${name}:1
          ports: [{containerPort: 8080}]
`;
}

function service(name: string, { namespace = 'shop', port = 8080 } = {}): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: ${port}}]}
`;
}

/** Everything that a repository may hold, over more files than one task has. */
function repository(): string {
  const files: Record<string, string | Uint8Array> = {};
  for (let i = 0; i < 130; i += 1) {
    const namespace = `team-${i % 7}`;
    const name = `app-${i}`;
    const own = { namespace, replicas: (i % 4) + 1 };
    files[`apps/${namespace}/${name}.yaml`] = [deployment(name, own), service(name, { namespace })].join('---\n');
  }
  const doubled =
    'apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: shop, name: y}\nspec: {selector: {app: z}}\n';
  return folderWith({
    ...files,
    'a/namespaces.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-1, labels: {hitless.dev/mode: off}}\n',
    'a/wrong-mode.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-2, labels: {hitless.dev/mode: enforced}}\n',
    'a/annotated.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-3, annotations: {hitless.dev/pre-stop-sleep-seconds: soon}}\n',
    'a/ignoring.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-5, annotations: {ignore.hitless.dev/readiness-probe: "", ignore.hitless.dev/pre-stop-sleep: it waits}}\n',
    'a/policy.yaml':
      'apiVersion: hitless.dev/v1alpha1\nkind: RolloutPolicy\nmetadata: {name: own, namespace: team-4}\nspec: {preStopSleep: {seconds: 7}}\n',
    'a/bad-policy.yaml':
      'apiVersion: hitless.dev/v1alpha1\nkind: RolloutPolicy\nmetadata: {name: bad, namespace: team-4}\nspec: {preStopSleep: {seconds: x}}\n',
    'b/broken.yaml': `kind: Deployment\nspec: [\n---\n${deployment('left')}`,
    'b/broken-other.yaml': 'kind: Widget\nspec: [\n',
    'b/doubled.yaml': doubled,
    'b/bad-service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {labels: {a: 1}}\n',
    'b/job.yaml':
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: b}]}}}}}\n',
    'b/latin.yaml': Buffer.from('kind: Deployment # \xe9\n', 'latin1'),
    'b/windows.yaml': deployment('windows').replaceAll('\n', '\r\n'),
    'b/anchors.yaml': deployment('anchors').replace('replicas: 3', 'replicas: &n 3\n  minReadySeconds: *n'),
    'chart/Chart.yaml': 'name: chart\n',
    'chart/templates/web.yaml': 'kind: Deployment\nname: {{ .Values.name }}\n',
    // The first name with two definitions is in the namespace that comes second.
    '0/shop.yaml': service('alone'),
    '1/first.yaml': service('twice', { namespace: 'alpha', port: 1 }),
    'z/second.yaml': service('twice', { namespace: 'alpha', port: 2 }),
    'c/one/service.yaml': service('same', { port: 1 }),
    'c/two/service.yaml': service('same', { port: 2 }),
    'c/two/web.yaml': deployment('same'),
    'd/base/web.yaml': deployment('patched'),
    'd/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'd/prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
    'd/prod/patch.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: patched, namespace: shop}\nspec: {strategy: {type: Recreate}}\n',
    '.hidden/web.yaml': deployment('hidden'),
    'e/many.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: Array.from({ length: 20 }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `s-${i}` },
      })),
    }),
  });
}

/** As `fix` and `explain` read it. */
async function inMemory(paths: readonly string[], format: OutputName, flags: object) {
  const to = terminal();
  const { notJudged, problems, notices, files, ...inputs } = await readInputs(paths, base, to);
  const byFile = Map.groupBy(examineAll(inputs, base.namespace), ({ document }) => document.file);
  const workloadsOf = (file: InputFile) => byFile.get(file.file) ?? [];
  const shown = showsEdits([{ format }])
    ? files.flatMap((file) => withEdits(file, workloadsOf(file)))
    : files.flatMap(workloadsOf);
  const result = { examined: shown.map(fileWorkload), notJudged, problems, notices, files: files.length };
  await writeOutputs({
    ...{ outputs: [{ format }], terminal: to, options: { ...flags, failOn: 'warning' } },
    report: { ...result, command: 'check', where: `in ${files.length} files`, hint: editHint },
    text: () => textOutput(result, to, flags),
    json: () => jsonOutput(result),
  });
  return to.written.out;
}

describe('the output for a repository', () => {
  let root = '';
  beforeAll(() => {
    root = repository();
    symlinkSync(join(root, 'c/two'), join(root, 'link'));
    symlinkSync(root, join(root, 'c/loop'));
  });

  const cases = [
    ...outputNames.map((output) => ({ output, flags: {} })),
    { output: 'text' as const, flags: { verbose: true } },
    { output: 'text' as const, flags: { summary: true } },
  ] as const;

  it.each(cases)('is the same from one thread, several threads, and from memory: $output $flags', async ({
    output,
    flags,
  }) => {
    const run = async (helpers: number) => {
      const to = terminal();
      const code = await check(
        [root],
        { ...base, ...flags, output: [{ format: output }], failOn: 'warning', helpers },
        to,
      );
      return { code, ...to.written };
    };
    const alone = await run(0);
    expect(alone.code).toBe(2);
    expect(alone.out).toBe(await inMemory([root], output, flags));
    expect(await run(2)).toEqual(alone);
  });

  it('holds every kind of remark that such a repository gives', async () => {
    const to = terminal();
    await check([root], { ...base, output: [{ format: 'json' }], failOn: 'never', helpers: 0 }, to);
    const { summary, skipped, problems, notices } = JSON.parse(to.written.out);
    expect(summary.deployments).toBeGreaterThan(130);
    expect(summary).toMatchObject({ notJudged: 1, problems: problems.length });
    expect(skipped.length).toBeGreaterThan(0);
    expect(notices.join('\n')).toContain('Service alpha/twice in');
    for (const part of ['template', 'cannot be parsed', 'hidden folders', 'defined differently', 'not rendered'])
      expect(notices.join('\n')).toContain(part);
    for (const file of ['wrong-mode', 'bad-policy', 'broken.yaml', 'bad-service', 'latin'])
      expect(to.written.err).toContain(file);
  });
});

describe('a survey', () => {
  it('says a sentence about a namespace once, whatever thread the workload is in', async () => {
    const files = Array.from({ length: 120 }, (_, i) => [`app-${i}.yaml`, deployment(`app-${i}`)] as const);
    const root = folderWith({
      ...Object.fromEntries(files),
      'namespace.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {hitless.dev/min-ready-seconds: soon}}\n',
    });
    for (const helpers of [0, 2]) {
      const { examined } = await survey([root], { ...base, helpers }, terminal());
      const said = [...examined]
        .flatMap(({ diagnostics }) => diagnostics)
        .filter(({ message }) => message.startsWith('Namespace shop'));
      expect(said).toHaveLength(1);
    }
  });

  it('reads standard input once for both passes', async () => {
    const { examined, files } = await survey(['-'], base, terminal(deployment('web')));
    expect(files).toBe(1);
    expect([...examined].map(({ object, file }) => `${file} ${object.name}`)).toEqual(['stdin web']);
  });

  it.each([
    ['changes', (file: string) => writeFileSync(file, deployment('another'))],
    ['goes', (file: string) => rmSync(file, { force: true })],
  ])('reports a file that %s between the passes, and checks the others', async (_, disturb) => {
    const root = folderWith({ 'a.yaml': deployment('a'), 'b.yaml': deployment('b') });
    // Asked between the two passes.
    const isTouched = (file: string) => {
      if (file.endsWith('a.yaml')) disturb(file);
      return true;
    };
    const { examined, problems } = await survey([root], { ...base, isTouched }, terminal());
    expect([...examined].map(({ object }) => object.name)).toEqual(['b']);
    expect(problems).toEqual([
      { file: join(root, 'a.yaml'), message: expect.stringContaining('changed or removed while it was read') },
    ]);
  });

  it('reads a file of many documents', async () => {
    const text = Array.from({ length: 2_000 }, (_, i) => deployment(`app-${i}`)).join('---\n');
    const { examined } = await survey([folderWith({ 'all.yaml': text })], base, terminal());
    expect(examined.length).toBe(2_000);
    expect([...examined].map(({ object }) => object.name).slice(-1)).toEqual(['app-1999']);
  });
});
