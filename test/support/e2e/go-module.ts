// Files of a published Go module, from the cache of the Go tool or, where that has a way to it, from the module proxy.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const { GOMODCACHE, GOPATH = join(homedir(), 'go') } = process.env;
const cache = GOMODCACHE || join(GOPATH, 'pkg/mod');

/** Without capital letters in its path, which the cache would write in another way. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
}

/** Undefined where it is not in the cache and cannot be downloaded. */
export function moduleFile({ path, version }: GoModule, file: string): string | undefined {
  const folder = join(cache, `${path}@${version}`);
  if (!existsSync(folder)) {
    const env = { ...process.env, GOFLAGS: '-mod=mod' };
    spawnSync('go', ['mod', 'download', `${path}@${version}`], { cwd: tmpdir(), env, timeout: 60_000 });
  }
  const found = join(folder, file);
  return existsSync(found) ? readFileSync(found, 'utf8') : undefined;
}
