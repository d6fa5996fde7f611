// A golden case: a manifest with its neighbours, what the rules say of it, and what the editor makes of it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assessment, assess } from '../../src/admission/assess.ts';
import type { ClusterState } from '../../src/cluster-state/cluster-state.ts';
import { composeClusterState } from '../../src/cluster-state/compose.ts';
import { readObjects } from '../../src/cluster-state/readers.ts';
import type { Finding } from '../../src/rules/finding.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import { readDocuments, type SourceDocument } from '../../src/yaml/documents.ts';
import { editText } from '../../src/yaml/edit.ts';

export interface GoldenCase {
  readonly folder: string;
  readonly input: string;
  readonly documents: readonly SourceDocument[];
  readonly deployment: SourceDocument;
  readonly state: ClusterState;
}

/** The folders in `folder`, by name. */
export function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** What a case folder holds: `input.yaml` with one Deployment, perhaps `policy.yaml`. Throws where one of them cannot be read. */
export function readCase(folder: string): GoldenCase {
  const input = readFileSync(join(folder, 'input.yaml'), 'utf8');
  const documents = documentsOf('input.yaml', input);
  return { folder, input, documents, deployment: deploymentIn(documents), state: stateIn(folder, documents) };
}

export function documentsOf(file: string, text: string): readonly SourceDocument[] {
  const { documents, problems } = readDocuments(file, text);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return documents;
}

export function deploymentIn(documents: readonly SourceDocument[]): SourceDocument {
  const [deployment, ...others] = documents.filter(({ value }) => (value as JsonObject).kind === 'Deployment');
  if (deployment === undefined || others.length > 0) throw new Error('a case has one Deployment');
  return deployment;
}

/** The cluster state that `documents` and the folder's `policy.yaml` make. */
export function stateIn(folder: string, documents: readonly SourceDocument[]): ClusterState {
  const file = join(folder, 'policy.yaml');
  const policies = existsSync(file) ? documentsOf('policy.yaml', readFileSync(file, 'utf8')) : [];
  const { objects: facts, problems } = readObjects([...documents, ...policies]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return composeClusterState(facts);
}

export interface Outcome {
  readonly assessment: Assessment;
  /** The text of `input.yaml` with the plan in it. */
  readonly expected: string;
}

export function outcomeOf({ input, documents, deployment, state }: GoldenCase): Outcome {
  const assessment = assess(deployment.value as JsonObject, state);
  const { text, refused } = editText(
    input,
    documents,
    new Map([[deployment, { changes: assessment.changes, order: kind.order }]]),
  );
  for (const reason of refused.values()) throw new Error(reason);
  return { assessment, expected: text };
}

/** What a person reads in `report.txt`: the findings of `rule` in full, what the others edit or report in a line each, and what is ignored. */
export function reportOf({ skipped, mistakes, findings, ignored }: Assessment, rule: string): string {
  const own = findings.filter((finding) => rule === 'together' || finding.rule === rule);
  const others = findings.filter((finding) => !own.includes(finding) && finding.kind !== 'fine');
  const parts = [
    ...(skipped === undefined ? [] : [`left alone: ${skipped}\n`]),
    ...mistakes.map((mistake) => `ignored: ${mistake}\n`),
    ...ignored.map(({ origin, reason, findings: unless }) =>
      [`${origin}: ${reason ?? 'no reason'}\n`, ...unless.map((finding) => inFull(finding, true))].join(''),
    ),
    ...own.map((finding) => inFull(finding, rule === 'together')),
    ...(others.length === 0 ? [] : [`others\n${others.map(inShort).join('')}`]),
  ];
  return parts.length === 0 ? 'nothing to say\n' : parts.join('\n');
}

function inFull(finding: Finding, named: boolean): string {
  const summary = finding.kind === 'edit' ? `  writes: ${finding.summary}\n` : '';
  const head = [kindOf(finding), ...(named ? [finding.rule] : []), finding.path].join('  ');
  return `${head}\n  ${finding.message}\n${summary}`;
}

function inShort(finding: Finding): string {
  return `  ${[kindOf(finding), finding.rule, finding.path].join('  ')}\n`;
}

function kindOf(finding: Finding): string {
  return finding.kind === 'fine' ? 'fine' : `${finding.kind}, ${finding.severity}`;
}
