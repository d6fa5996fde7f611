// helm, where there is one.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const chart = join(import.meta.dirname, '../../charts/hitless');

const folder = join(import.meta.dirname, '../chart');

/** Folders there, each with the values of one installation. */
export const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

export function valuesOf(name: string): string {
  return join(folder, name, 'values.yaml');
}

const { HELM, CLUSTER_HOME, XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
/** In the order of trust; the last one is where the scripts that build a cluster put theirs. */
const places = [HELM, 'helm', join(CLUSTER_HOME ?? join(XDG_CACHE_HOME, 'hitless-cluster'), 'bin/tools/helm')];
const found = places.find((place) => place && spawnSync(place, ['version']).status === 0);

/** Undefined where there is none. */
export const helmPath: string | undefined = found;

/** Whether helm creates it for a while alone, such as for `helm test`, and in a namespace of its own. */
export function isHook({
  metadata,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function helm(args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(helmPath ?? 'helm', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { code: status, out: stdout, err: stderr };
}

export function render(...args: readonly string[]): Ran {
  return helm(['template', 'hitless', chart, '--namespace', 'hitless-system', ...args]);
}
