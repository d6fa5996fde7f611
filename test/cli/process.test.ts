// The command line as a real process: exit codes, pipes, colours, speed.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const web = 'test/cli/fix-shows-a-diff/web.yaml';

function hitless(args: readonly string[], { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const { NO_COLOR, FORCE_COLOR, ...clean } = process.env;
  const options = { input, encoding: 'utf8', env: { ...clean, ...env }, maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...args], options);
  return { status, stdout, stderr };
}

/** Nothing but the parsing, by the library that hitless uses. */
const parseOnly = `
  import { parseAllDocuments } from 'yaml';
  import { readFileSync } from 'node:fs';
  process.exitCode = parseAllDocuments(readFileSync(0, 'utf8')).length === 1000 ? 0 : 1;
`;

/** `n` Deployments of the size of a real one, about 3 kB each. */
function many(n: number): string {
  const text = readFileSync(web, 'utf8').split('---')[0] ?? '';
  const env = Array.from(
    { length: 34 },
    (_, i) => `            - name: VARIABLE_${i}\n              value: "some value of number ${i}"\n`,
  );
  const one = `${text.trimEnd()}\n          env:\n${env.join('')}`;
  return Array.from({ length: n }, (_, i) => one.replace('name: web\n', `name: web-${i}\n`)).join('---\n');
}

describe('the process', () => {
  it('ends with 0, 1 or 2', () => {
    expect(hitless(['check', 'test/cli/check-says-so-when-all-is-well']).status).toBe(0);
    expect(hitless(['check', web]).status).toBe(1);
    expect(hitless(['check', 'nowhere.yaml']).status).toBe(2);
    expect(hitless(['chekc']).status).toBe(2);
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(hitless(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('says which Node.js it needs on an older one', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })";
    const options = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
    const { status, stderr } = spawnSync(process.execPath, [...options, 'src/cli.ts', 'check', web], {
      encoding: 'utf8',
    });
    const needed = engines.node.replace('>=', '');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `hitless needs Node.js ${needed} or newer, and this is 20.1.0.\n`,
    });
  });

  it('works in a pipe', () => {
    const fixed = hitless(['fix', '--stdout', '-'], { input: readFileSync(web, 'utf8') });
    expect(hitless(['check', '-'], { input: fixed.stdout })).toMatchObject({ status: 0, stderr: '' });
  });

  it('reads a pipe that is named once, although files are read twice', () => {
    const command = `"${process.execPath}" src/cli.ts check <(cat ${web})`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('1 Deployment in 1 file');
  });

  it('colours only where it is wanted', () => {
    const colour = '\u001b[';
    expect(hitless(['check', web]).stdout).not.toContain(colour);
    expect(hitless(['check', web], { env: { FORCE_COLOR: '1' } }).stdout).toContain(colour);
    expect(hitless(['fix', web], { env: { FORCE_COLOR: '1' } }).stdout).toContain(`${colour}32m+`);
    expect(hitless(['check', web], { env: { FORCE_COLOR: '0' } }).stdout).not.toContain(colour);
    expect(hitless(['check', web], { env: { NO_COLOR: '1' } }).stdout).not.toContain(colour);
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, ['src/cli.ts', 'fix', '--stdout', '-'], { stdio: 'pipe' });
    const stderr: string[] = [];
    child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end(many(500));
    await new Promise((done) => child.on('close', done));
    expect(stderr.join('')).not.toContain('EPIPE');
  });

  it.runIf(existsSync('/dev/full'))('says that a disk is full, and does not end as if something was found', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', 'check', web], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'hitless: standard output cannot be written: no space left on the disk\n',
    });
  });

  it('checks many files in several threads, and ends quietly when nobody reads on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hitless-many-'));
    const one = many(1);
    for (let i = 0; i < 2_100; i += 1)
      writeFileSync(join(folder, `web-${i}.yaml`), one.replace('name: web-0', `name: web-${i}`));
    const whole = hitless(['check', folder]);
    expect({ status: whole.status, stderr: whole.stderr }).toEqual({ status: 1, stderr: '' });
    expect(whole.stdout).toContain('2,100 Deployments in 2,100 files');
    const child = spawn(process.execPath, ['src/cli.ts', 'check', '--verbose', folder], { stdio: 'pipe' });
    const stderr: string[] = [];
    child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((done) => child.on('close', done));
    // 1 where the result was known by then, otherwise as after SIGPIPE: never that all is well.
    expect({ stderr: stderr.join(''), passed: code === 0 }).toEqual({ stderr: '', passed: false });
    rmSync(folder, { recursive: true });
  });

  it('checks a thousand Deployments in little more than the time that it takes to read them', { retry: 3 }, () => {
    const input = many(1000);
    expect(input.length).toBeGreaterThan(2_900_000);
    const timed = <T>(work: () => T) => {
      const start = performance.now();
      return { result: work(), took: performance.now() - start };
    };
    const check = timed(() => hitless(['check', '-'], { input }));
    expect(check.result.status).toBe(1);
    expect(check.result.stdout).toContain('1,000 Deployments in 1 file');
    // both run in the same minute: other work on the machine, such as other tests, slows both
    const bare = timed(() => spawnSync(process.execPath, ['--input-type=module', '-e', parseOnly], { input }));
    expect(bare.result.status).toBe(0);
    expect(check.took / bare.took).toBeLessThan(4);
  });

  it('starts without the libraries that only the server needs', () => {
    const { stderr } = hitless(['check', web], { env: { NODE_DEBUG: 'esm,module' } });
    expect(stderr).toContain('commander');
    for (const heavy of ['fastify', 'client-node', 'prom-client', 'yaml'])
      expect(stderr).not.toContain(`node_modules/${heavy}`);
  });

  it('reads its command line without what only some commands need', () => {
    const { stderr } = hitless(['--version'], { env: { NODE_DEBUG: 'esm,module' } });
    expect(stderr).toContain('src/commands/lab/command.ts');
    for (const folder of ['admission', 'cluster/client', 'measurement/lab/gateways/nginx', 'measurement/report'])
      expect(stderr).not.toContain(`src/${folder}`);
  });
});
