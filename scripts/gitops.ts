// The files of docs/gitops that list what hitless writes, made from the kinds that it patches. `node scripts/gitops.ts` writes them; a
// test compares.

import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { WorkloadKind } from '../src/workload/kinds/kind.ts';
import { patchableKinds } from '../src/workload/kinds/kinds.ts';

const folder = new URL('../docs/gitops/', import.meta.url);
export const retainScript = readFileSync(new URL('karmada/retain.lua', folder), 'utf8');

const annotation = '.metadata.annotations["hitless.dev/injected"]';

/** Path and text of each file. */
export const gitopsFiles: readonly { readonly file: URL; readonly text: string }[] = [
  ...patchableKinds().map((kind) => ({
    file: new URL(`karmada/${kind.resource}.yaml`, folder),
    text: yaml(
      'Karmada keeps what hitless wrote in members. Made from retain.lua by `node scripts/gitops.ts`.',
      retention(kind),
    ),
  })),
  {
    file: new URL('argocd/ignore-differences.yaml', folder),
    text: yaml(
      'Argo CD leaves what hitless may write out of its diffs. Made by `node scripts/gitops.ts`.',
      ignoreDifferences(),
    ),
  },
  {
    file: new URL('flux/drift-detection.yaml', folder),
    text: yaml(
      'A patch for HelmReleases: what hitless may write is no drift. Made by `node scripts/gitops.ts`.',
      driftDetection(),
    ),
  },
];

function retention({ apiVersion, kind }: WorkloadKind): object {
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name: `hitless-${kind.toLowerCase()}` },
    spec: { target: { apiVersion, kind }, customizations: { retention: { luaScript: retainScript } } },
  };
}

function ignoreDifferences(): object {
  const rows = patchableKinds().map((kind) => [
    `resource.customizations.ignoreDifferences.${kind.group}_${kind.kind}`,
    stringify({ jqPathExpressions: [annotation, ...writtenFields(kind).map(jqPath)] }, { lineWidth: 0 }),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data: Object.fromEntries(rows),
  };
}

function driftDetection(): object {
  const ignore = patchableKinds().map((kind) => ({ target: { kind: kind.kind }, paths: driftPaths(kind) }));
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'any' },
    spec: { driftDetection: { mode: 'enabled', ignore } },
  };
}

/** As JSON pointers. Fields of containers have no default that an author could have written and hitless replaced. */
export function driftPaths(kind: WorkloadKind): readonly string[] {
  return writtenFields(kind).flatMap((path) => (path.includes('[*]') ? [] : [`/${path.replaceAll('.', '/')}`]));
}

/** The paths that hitless may write in objects of a kind, with `[*]` for each container. */
export function writtenFields({ fields }: WorkloadKind): readonly string[] {
  return fields.filter(({ readOnly }) => readOnly !== true).map(({ path }) => path);
}

/** An object without the list is left as it is. */
function jqPath(path: string): string {
  return `.${path.replaceAll('[*]', '[]?')}`;
}

function yaml(comment: string, document: object): string {
  return `# ${comment}\n${stringify(document, { lineWidth: 0, blockQuote: 'literal' })}`;
}

if (import.meta.main) for (const { file, text } of gitopsFiles) writeFileSync(file, text);
