// The single-file program: it works where there is nothing but itself, and says what the program of many files says.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSingleFile } from '../../packaging/sea/build.ts';
import { freePort } from '../support/free-port.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { apiServer, cluster } from '../support/live-command.ts';
import { eventually } from '../support/pair.ts';

const cli = join(process.cwd(), 'src/cli.ts');
const web = readFileSync('test/cli/fix-shows-a-diff/web.yaml', 'utf8');
/** A Node.js without the place for a program in it, as some distributions build it. */
const canBuild = readFileSync(process.execPath).includes('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0');

let folder: string;
let work: string;
let program: string;

beforeAll(async () => {
  if (!canBuild) return;
  folder = mkdtempSync(join(tmpdir(), 'hitless-sea-test-'));
  program = await buildSingleFile(join(folder, 'build'));
  work = join(folder, 'work');
  mkdirSync(work);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With an empty environment: no PATH, no home. */
function run(command: readonly string[], input = '') {
  const [file = '', ...args] = command;
  const options = { cwd: work, env: { PATH: '' }, input, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(file, args, options);
  return { status, stdout, stderr };
}

describe.skipIf(!canBuild)('the single-file program', () => {
  it('needs nothing else on the machine', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(run([program, '--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const facts = JSON.parse(run([program, 'version', '-o', 'json']).stdout);
    expect(facts).toMatchObject({ version, node: process.versions.node, build: { kind: 'single file' } });
  });

  it.each<[string[], string]>([
    [['--help'], ''],
    [['check', '--help'], ''],
    [['check', '--no-such-option'], ''],
    [['check', '-'], web],
    [['check', '-', '--color', 'always'], web],
    [['check', '-', '-o', 'json'], web],
    [['check', '-', '-o', 'sarif'], web],
    [['check', '-', '-o', 'github'], web],
    [['check', 'nowhere.yaml'], ''],
    // What the reader for most manifests leaves to the library.
    [['check', '-'], `a: &anchor !!str b\n---\n${web.replace('replicas:', '? replicas\n  :')}`],
    [['fix', '-'], web],
    [['fix', '-', '--stdout'], web],
    [['explain', '-', '--all'], web],
    [['completion', 'zsh'], ''],
    [['__complete', 'check', '-o', ''], ''],
  ])('says with %j what the other one says', (args, input) => {
    const { status, stdout, stderr } = run([process.execPath, cli, ...args], input);
    expect(run([program, ...args], input)).toEqual({ status, stdout, stderr });
  });

  it('reads many files in several threads', () => {
    const many = join(work, 'many');
    mkdirSync(many);
    for (let i = 0; i < 2100; i += 1)
      writeFileSync(join(many, `${i}.yaml`), web.replaceAll('name: web', `name: web-${i}`));
    const whole = run([program, 'check', 'many', '-o', 'json']);
    expect(whole).toEqual(run([process.execPath, cli, 'check', 'many', '-o', 'json']));
    expect(whole.status).toBe(1);
  }, 300_000);

  it('is a plugin of kubectl under that name', () => {
    const plugin = join(folder, 'kubectl-hitless');
    symlinkSync(program, plugin);
    expect(run([plugin, '--help']).stdout).toMatch(/^Usage: kubectl hitless /);
    const completion = join(folder, 'kubectl_complete-hitless');
    symlinkSync(program, completion);
    expect(run([completion, 'aud']).stdout).toMatch(/^audit\t.*\n:4\n$/);
  });

  it('asks a cluster', async () => {
    const file = await kubeconfig({ any: await apiServer(cluster()) });
    const { code, stdout } = await running(['audit', '--kubeconfig', file, '-o', 'json']).end;
    expect({ code, version: JSON.parse(stdout).version }).toEqual({ code: 0, version: 1 });
  });

  it('serves the webhook, in a process of its own', () => {
    const { status, stdout } = run([program, 'demo']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('exited with code 0') });
  }, 120_000);

  it('measures, by gRPC too, and draws a report', async () => {
    const [http, grpc] = [await freePort(), await freePort()];
    const app = running(['test-app', '--port', `${http}`, '--grpc-port', `${grpc}`]);
    await eventually(
      () => fetch(`http://127.0.0.1:${http}/`).catch(() => undefined),
      (answer) => answer?.ok === true,
      60_000,
    );
    const result = await running([
      ...['verify', '--url', `grpc://127.0.0.1:${grpc}`, '--traffic', 'grpc-unary', '--for', '2', '--rate', '5'],
      ...['--settle', '0', '-o', 'json', '--report', 'report.html'],
    ]).end;
    app.child.kill();
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('grpc-unary') });
    expect(readFileSync(join(work, 'report.html'), 'utf8')).toContain('<svg');
    await app.end;
  }, 120_000);

  it('brings the licences of what is in it', () => {
    const text = readFileSync(join(folder, 'build/LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'fastify', 'yaml', '@grpc/grpc-js']) expect(text).toContain(`\n${name} `);
    expect(text).not.toContain('\nvitest ');
  });
});

/** Beside this process, which answers as an API server. */
function running(args: readonly string[]) {
  const child = spawn(program, args, { cwd: work, env: { PATH: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const end = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, end };
}
