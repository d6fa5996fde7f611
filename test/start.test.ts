// An old Node.js gets one sentence. What it has to read before that is written so that it can.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
const needed = engines.node.replace('>=', '');

/** A Node.js on the path that is too old, outside of this checkout. */
function oldNode(): { readonly program: string; readonly version: string } | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(program)) continue;
    const version = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
    if (Number.parseInt(version, 10) < Number(needed)) return { program, version };
  }
  return undefined;
}

/** The two files that an old Node.js reads, without their types. */
function compiled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['cli', 'start']) {
    const text = stripTypeScriptTypes(readFileSync(`src/${name}.ts`, 'utf8'));
    writeFileSync(join(folder, `${name}.js`), text.replaceAll(".ts'", ".js'"));
  }
  return folder;
}

describe('on an old Node.js', () => {
  const old = oldNode();

  it.skipIf(old === undefined)('one sentence says which one is needed', () => {
    const { program = '', version } = old ?? {};
    const { status, stdout, stderr } = spawnSync(program, [join(compiled(), 'cli.js'), 'check', '.'], {
      encoding: 'utf8',
    });
    const sentence = `hitless needs Node.js ${needed} or newer, and this is ${version}.\n`;
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: sentence });
  });

  it.each(['cli.ts', 'start.ts'])('%s is loaded without anything that only a newer one reads', (file) => {
    const text = stripTypeScriptTypes(readFileSync(`src/${file}`, 'utf8')).replace(/^(?:#!|\s*\/\/).*$/gm, '');
    expect(text).not.toMatch(/\bawait\b|\?\?|\?\.|'node:|#\w/);
    const loaded = Array.from(text.matchAll(/^import .* from '(.*)'/gm), ([, name]) => name);
    expect(loaded).toEqual(file === 'cli.ts' ? ['./start.ts'] : []);
  });
});
