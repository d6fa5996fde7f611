// What is in the image: a bill of it, and nothing that only a builder needs.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly unknown[];
  readonly licenses: readonly unknown[];
}

function sbom(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['image/sbom.ts'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe('the bill of materials', () => {
  it('holds every package that is needed at run time, and none for development', () => {
    const { bomFormat, specVersion, metadata, components } = JSON.parse(sbom());
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(metadata.component).toMatchObject({
      type: 'application',
      name: 'hitless',
      purl: expect.stringMatching(/^pkg:npm\/hitless@/),
    });
    const lock: Record<string, { version: string; dev?: boolean }> = JSON.parse(
      readFileSync('package-lock.json', 'utf8'),
    ).packages;
    const needed = Object.entries(lock).filter(([path, { dev }]) => path !== '' && dev !== true);
    const names = needed.map(
      ([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`,
    );
    const listed = (components as Component[]).map(({ name, version }) => `${name}@${version}`);
    expect(listed.sort()).toEqual([...new Set(names)].sort());
    for (const name of ['fastify', 'yaml', 'prom-client']) expect(listed.join('\n')).toContain(`${name}@`);
    expect(listed.join('\n')).not.toMatch(/^(vitest|typescript|recheck)@/m);
  }, 60_000);

  it('has an address, a hash and a licence for each', () => {
    for (const { purl, hashes, licenses } of JSON.parse(sbom()).components as Component[])
      expect([purl, hashes?.length, licenses?.length]).toEqual([expect.stringMatching(/^pkg:npm\/.+@/), 1, 1]);
  }, 60_000);

  it('is the same every time', () => {
    const bill = sbom();
    expect(sbom()).toBe(bill);
    expect(bill).not.toMatch(/serialNumber|timestamp/);
  }, 60_000);
});

describe('what nothing needs at run time', () => {
  it('goes, and code, data and licences stay', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hitless-prune-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const stays = [
      'a/index.js',
      'a/LICENSE.md',
      'a/src/x.proto',
      '@b/c/lib/test/run.mjs',
      'd/node_modules/e/e.cjs',
      'test/index.js',
    ];
    const goes = [
      'a/index.d.ts',
      'a/README.md',
      'a/test/x.js',
      '@b/c/docs/x.json',
      'd/node_modules/e/test/x.js',
      'd/x.js.map',
      'a/p.bare',
      'echarts/dist/x.js',
    ];
    for (const name of [...stays, ...goes]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), '');
    }
    expect(spawnSync(process.execPath, ['image/prune.ts', folder]).status).toBe(0);
    const left = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter((one) =>
      one.isFile(),
    );
    expect(left.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()).toEqual(
      [...stays].sort(),
    );
  });
});

describe('the Dockerfile', () => {
  const [, ...stages] = readFileSync('Dockerfile', 'utf8').split(/^FROM /m);
  const last = stages.at(-1) ?? '';

  it('runs on a base without a shell and without npm, unless another is asked for', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^ARG RUNTIME_IMAGE=gcr\.io\/distroless\/nodejs24-/m);
    expect(last).toMatch(/^\$\{RUNTIME_IMAGE\}\n/);
    expect(last).not.toMatch(/^RUN /m);
    expect(last).toMatch(/^USER 65532:65532$/m);
  });

  it('starts programs without a shell', () => {
    const started = stages.flatMap((stage) => stage.match(/^(?:RUN|ENTRYPOINT|CMD) (?:--\S+ \\\n\s*)?.*/gm) ?? []);
    expect(started.length).toBeGreaterThan(5);
    for (const line of started) expect(line).toMatch(/^\w+ (?:--\S+ \\\n\s*)?\["/);
  });
});
