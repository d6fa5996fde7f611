// The single-file program with its licences and manual pages, as it is handed out and as krew downloads it.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../src/version.ts';
import { manPages } from '../man.ts';

/** Go's words, which krew and most downloads use. */
const words: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64' };

export function archiveName(platform: string, arch: string): string {
  return `hitless-${version}-${words[platform] ?? platform}-${words[arch] ?? arch}.tar.gz`;
}

/** `folder`: holds `program` and LICENSES.txt. The path of the archive. */
export function writeArchive(folder: string, program: string): string {
  copyFileSync(join(import.meta.dirname, '../../LICENSE'), join(folder, 'LICENSE'));
  mkdirSync(join(folder, 'man'), { recursive: true });
  for (const [name, text] of manPages()) writeFileSync(join(folder, 'man', name), text);
  const archive = join(folder, archiveName(process.platform, process.arch));
  const { status, stderr, error } = spawnSync(
    'tar',
    ['-czf', archive, '-C', folder, program, 'LICENSE', 'LICENSES.txt', 'man'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw error ?? new Error(`tar: ${stderr}`);
  return archive;
}
