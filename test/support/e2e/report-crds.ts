// The published definitions of the two APIs for reports, which are not kept here.

import { eventually } from '../pair.ts';
import { type GoModule, moduleFile } from './go-module.ts';
import { established, kubectl, must } from './kubectl.ts';

const definitions = {
  openReports: {
    module: { path: 'github.com/openreports/reports-api', version: 'v0.2.1' },
    file: 'config/crd/openreports.io_reports.yaml',
    name: 'reports.openreports.io',
  },
  policyReports: {
    module: { path: 'sigs.k8s.io/wg-policy-prototypes', version: 'v0.0.0-20230505033312-51c21979086a' },
    file: 'policy-report/crd/v1alpha2/wgpolicyk8s.io_policyreports.yaml',
    name: 'policyreports.wgpolicyk8s.io',
  },
} as const satisfies Readonly<Record<string, { module: GoModule; file: string; name: string }>>;

export type Definition = keyof typeof definitions;

const texts = Object.values(definitions).map(({ module, file }) => moduleFile(module, file));

/** Why they cannot be installed; undefined where they can. */
export const reportCrdsMissing = texts.includes(undefined)
  ? `the modules ${Object.values(definitions)
      .map(({ module }) => `${module.path}@${module.version}`)
      .join(' and ')} are not in the cache of Go: go mod download`
  : undefined;

export async function installReports(which: Definition): Promise<void> {
  const { module, file, name } = definitions[which];
  await must(kubectl(['apply', '--server-side', '-f', '-'], moduleFile(module, file)));
  await established(name);
  // The API server needs another moment for the storage of a kind that is new.
  await eventually(
    () => kubectl(['get', name, '-A']),
    ({ code }) => code === 0,
    20_000,
  );
}

export async function removeReports(): Promise<void> {
  const names = Object.values(definitions).map(({ name }) => name);
  await kubectl(['delete', 'crd', ...names, '--ignore-not-found']);
}
