// Prints the manifest of the plugin for krew, from packaging/krew.yaml and the archives of a release.
//
//   node packaging/krew.ts https://example.com/hitless/v0.1.0 build/hitless-0.1.0-linux-amd64.tar.gz ... > hitless.yaml

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { version } from '../src/version.ts';

/** As in the names that packaging/sea/archive.ts gives: krew has Go's words for them. */
const archiveName = /^hitless-(?<version>.+)-(?<os>linux|darwin|windows)-(?<arch>amd64|arm64)\.tar\.gz$/;

/** `url`: the folder that the archives are downloaded from. @throws Error where an archive is not one of this version */
export function krewManifest(url: string, archives: readonly string[]): string {
  if (!/^https:\/\//.test(url) || !URL.canParse(url)) throw new Error(`not an https URL: ${url}`);
  if (archives.length === 0) throw new Error('no archive is given: npm run build:sea makes the one of this platform');
  const { spec, ...template } = parse(readFileSync(join(import.meta.dirname, 'krew.yaml'), 'utf8'));
  const platforms = archives.map((archive) => platformOf(archive, url.replace(/\/$/, '')));
  return stringify({ ...template, spec: { version: `v${version}`, ...spec, platforms } }, { lineWidth: 0 });
}

function platformOf(archive: string, url: string) {
  const name = basename(archive);
  const { os = '', arch = '', version: found } = archiveName.exec(name)?.groups ?? {};
  if (found !== version) throw new Error(`not an archive of hitless ${version}: ${name}`);
  return {
    selector: { matchLabels: { os, arch } },
    uri: `${url}/${name}`,
    sha256: createHash('sha256').update(readFileSync(archive)).digest('hex'),
    bin: os === 'windows' ? 'hitless.exe' : 'hitless',
  };
}

if (import.meta.main) {
  const [url = '', ...archives] = process.argv.slice(2);
  process.stdout.write(krewManifest(url, archives));
}
