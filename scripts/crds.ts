// The CustomResourceDefinitions of the chart, made from the policy's schema. `node scripts/crds.ts` writes them; a test compares.

import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { openApiSchema } from '../src/policy/crd/schema.ts';
import { sectionTable } from '../src/policy/fields.ts';
import type { PolicyKind, PolicySection } from '../src/policy/policy.ts';
import { sections } from '../src/policy/sections.ts';
import type { JsonObject } from '../src/workload/json.ts';

const kinds = {
  ClusterRolloutPolicy: { plural: 'clusterrolloutpolicies', shortName: 'crp', scope: 'Cluster' },
  RolloutPolicy: { plural: 'rolloutpolicies', shortName: 'rp', scope: 'Namespaced' },
} as const satisfies Record<PolicyKind, object>;

const templates = new URL('../charts/hitless/templates/', import.meta.url);

/** Path and text of each file, for the chart. */
export const crdFiles: readonly { readonly file: URL; readonly text: string }[] = [
  { file: new URL('customresourcedefinitions.yaml', templates), text: chartTemplate() },
];

export function crd(kind: PolicyKind): JsonObject {
  const { plural, shortName, scope } = kinds[kind];
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.hitless.dev` },
    spec: {
      group: 'hitless.dev',
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [shortName], categories: ['hitless'] },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          additionalPrinterColumns: columns(kind),
          schema: { openAPIV3Schema: openApiSchema(kind) },
        },
      ],
    },
  };
}

function columns(kind: PolicyKind): JsonObject[] {
  const action = (section: PolicySection) => ({
    name: sectionTable[section].column,
    type: 'string',
    description: `What to do about ${section}.`,
    jsonPath: `.spec.${section}.action`,
  });
  const priority = {
    name: 'Priority',
    type: 'integer',
    description: 'The policy with the higher priority wins.',
    jsonPath: '.spec.priority',
  };
  return [
    ...(kind === 'ClusterRolloutPolicy' ? [priority] : []),
    ...sections.map(action),
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
}

/** Templates, and not the folder crds/, because helm upgrade does not look there. */
function chartTemplate(): string {
  const documents = Object.keys(kinds).map((kind) => chartDocument(crd(kind as PolicyKind)));
  const head =
    '{{- /* Made from src/policy by `node scripts/crds.ts`: do not edit. */ -}}\n{{- if .Values.crds.install }}\n';
  return `${head}${documents.map((text) => `---\n${text}`).join('')}{{- end }}\n`;
}

function chartDocument(document: JsonObject): string {
  // 1.1, as helm reads it: there an off without quotes is false
  const text = stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
  const metadata = `  labels:
    {{- include "hitless.labels" . | nindent 4 }}
  {{- with include "hitless.crdAnnotations" . }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
`;
  return text.replace(/(^metadata:\n {2}name: .*\n)/m, `$1${metadata}`);
}

if (import.meta.main) for (const { file, text } of crdFiles) writeFileSync(file, text);
