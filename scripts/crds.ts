// The CustomResourceDefinitions of the chart, made from the policy's schema. `node scripts/crds.ts` writes them; a test compares.

import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { openApiSchema } from '../src/policy/crd/schema.ts';
import { sectionTable } from '../src/policy/fields.ts';
import type { PolicyKind } from '../src/policy/policy.ts';
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
          subresources: { status: {} },
          additionalPrinterColumns: columns(kind),
          schema: { openAPIV3Schema: openApiSchema(kind) },
        },
      ],
    },
  };
}

/** What is most often asked fits into a terminal; `-o wide` shows the rest. */
function columns(kind: PolicyKind): JsonObject[] {
  const selector = (name: string, field: string, whose: string) =>
    column(name, `Labels of the ${whose} that it applies to; empty: all.`, `.spec.${field}`);
  const condition = (type: string, member: string) => `.status.conditions[?(@.type=="${type}")].${member}`;
  const scope = [
    column('Priority', 'The policy with the higher priority wins.', '.spec.priority', 'integer'),
    selector('Namespaces', 'namespaceSelector', 'namespaces'),
  ];
  const wide = [
    ...sections.map((section) =>
      column(`${sectionTable[section].column}-Action`, `What to do about ${section}.`, `.spec.${section}.action`),
    ),
    ...(kind === 'ClusterRolloutPolicy' ? [column('Locked', 'What teams may not override.', '.spec.locked')] : []),
    column('Reason', 'Why it is effective or not.', condition('Effective', 'reason')),
  ];
  return [
    ...(kind === 'ClusterRolloutPolicy' ? scope : []),
    selector('Workloads', 'workloadSelector', 'workloads'),
    column('Sleep', 'The preStop sleep in seconds.', '.spec.preStopSleep.seconds'),
    column('Drain', 'The time after the sleep in seconds.', '.spec.terminationGracePeriod.drainSeconds', 'integer'),
    column('Matched', 'How many workloads it selects.', '.status.matchedWorkloads', 'integer'),
    column('Accepted', 'Whether it is valid and in use.', condition('Accepted', 'status')),
    column('Effective', 'Whether any workload takes something from it.', condition('Effective', 'status')),
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ...wide.map((one) => ({ ...one, priority: 1 })),
  ];
}

function column(name: string, description: string, jsonPath: string, type = 'string'): JsonObject {
  return { name, type, description, jsonPath };
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
