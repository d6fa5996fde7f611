// The manifest of the kubectl plugin, by what krew itself checks before it installs one.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { krewManifest } from '../../packaging/krew.ts';
import { archiveName } from '../../packaging/sea/archive.ts';
import { version } from '../../src/version.ts';

const url = 'https://example.com/hitless';

function archive(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-krew-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, `contents of ${name}`);
  return file;
}

describe('the manifest for krew', () => {
  it('has what krew requires', () => {
    const names = [archiveName('linux', 'x64'), archiveName('darwin', 'arm64'), archiveName('win32', 'x64')];
    const { apiVersion, kind, metadata, spec } = parse(krewManifest(`${url}/`, names.map(archive)));
    expect({ apiVersion, kind, metadata }).toEqual({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'hitless' },
    });
    expect(spec.version).toBe(`v${version}`);
    expect(spec.version).toMatch(/^v\d+\.\d+\.\d+/);
    // The guide of krew asks for at most 50 characters, without a full stop.
    expect(spec.shortDescription).toMatch(/^[A-Z][^\r\n]{1,49}(?<!\.)$/);
    expect(spec.platforms).toEqual([
      platform(names[0], { os: 'linux', arch: 'amd64' }, 'hitless'),
      platform(names[1], { os: 'darwin', arch: 'arm64' }, 'hitless'),
      platform(names[2], { os: 'windows', arch: 'amd64' }, 'hitless.exe'),
    ]);
  });

  function platform(name = '', matchLabels: object, bin: string) {
    const sha256 = createHash('sha256').update(`contents of ${name}`).digest('hex');
    return { selector: { matchLabels }, uri: `${url}/${name}`, sha256, bin };
  }

  it('is refused without archives, with those of another version, or for an address that is not secure', () => {
    expect(() => krewManifest(url, [])).toThrow('no archive is given');
    const other = archive('hitless-9.9.9-linux-amd64.tar.gz');
    expect(() => krewManifest(url, [other])).toThrow(`not an archive of hitless ${version}: hitless-9.9.9`);
    expect(() => krewManifest('http://example.com', [other])).toThrow('not an https URL');
  });
});
