// The input of the offline commands: the documents of all files, the cluster state in them, and the workloads.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { composeClusterState } from '../cluster-state/compose.ts';
import { readObjects } from '../cluster-state/readers.ts';
import { readTexts, type SourceText } from '../files/read.ts';
import type { ExitCode, Terminal } from '../terminal/terminal.ts';
import { count } from '../text/count.ts';
import { visible } from '../text/hidden.ts';
import { isObject, type JsonObject, own } from '../workload/json.ts';
import { kindMeant, kindNames } from '../workload/kinds/kinds.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import { type Problem, readDocuments, type SourceDocument } from '../yaml/documents.ts';

export interface InputOptions {
  /** Files and folders of policies, in addition to those among the inputs. */
  readonly policy: readonly string[];
  /** The namespace of documents that do not set one. */
  readonly namespace: string;
}

export interface InputFile extends SourceText {
  readonly documents: readonly SourceDocument[];
}

export interface Inputs {
  readonly files: readonly InputFile[];
  readonly state: ClusterState;
  /** The workloads of all files, in order. */
  readonly workloads: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

export async function readInputs(paths: readonly string[], options: InputOptions, terminal: Terminal): Promise<Inputs> {
  const main = await readFiles(paths, terminal);
  const extra = await readFiles(options.policy, terminal);
  const withoutPolicy = extra.files
    .filter(
      ({ documents }) => !documents.some(({ value }) => isObject(value) && /RolloutPolicy$/.test(`${value.kind}`)),
    )
    .filter(({ file }) => !extra.problems.some((problem) => problem.file === file))
    .map(({ file }) => ({ file, message: 'contains no RolloutPolicy or ClusterRolloutPolicy' }));
  const mainDocuments = main.files.flatMap(({ documents }) => documents);
  const documents = [...mainDocuments, ...extra.files.flatMap((file) => file.documents)];
  const { objects, problems } = readObjects(documents.map((document) => placedIn(options.namespace, document)));
  return {
    files: main.files,
    state: composeClusterState(objects),
    workloads: mainDocuments.filter(({ value }) => isObject(value) && kindMeant(value) !== undefined),
    problems: [...main.problems, ...extra.problems, ...withoutPolicy, ...problems],
  };
}

async function readFiles(paths: readonly string[], terminal: Terminal) {
  const { texts, problems } = await readTexts(paths, terminal.stdin);
  const read = texts.map((text) => ({ text, ...readDocuments(text.file, text.text) }));
  return {
    files: read.map(({ text, documents }) => ({ ...text, documents })),
    problems: [...problems, ...read.flatMap((file) => file.problems)],
  };
}

const namespaced = ['Service', 'RolloutPolicy'];

function placedIn(namespace: string, document: SourceDocument): SourceDocument {
  const { value } = document;
  if (!isObject(value) || !namespaced.includes(`${value.kind}`)) return document;
  const { metadata } = value;
  if (!isObject(metadata) || own(metadata, 'namespace') !== undefined) return document;
  return { ...document, value: { ...value, metadata: { ...metadata, namespace } } };
}

/** The object that a finding is about. */
export interface ObjectReference extends NamespacedName {
  readonly kind: string;
}

export function objectOf(document: SourceDocument, namespace: string): ObjectReference {
  const { kind, metadata } = document.value as JsonObject;
  const meta = isObject(metadata) ? metadata : {};
  const name = own(meta, 'name') ?? own(meta, 'generateName') ?? '(no name)';
  return { kind: `${kind}`, namespace: `${own(meta, 'namespace') ?? namespace}`, name: `${name}` };
}

export function objectTitle({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${namespace}/${name}`;
}

/** `2 Deployments`; several kinds each with their number. */
export function countByKind(objects: readonly Pick<ObjectReference, 'kind'>[]): string {
  if (objects.length === 0) return count(0, kindNames());
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  return Array.from(byKind, ([kind, own]) => count(own.length, kind)).join(' and ');
}

/** `web.yaml:3:5: message`, on one line. */
export function problemLine({ file, line, column, message }: Problem): string {
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  return visible(`${file}${place}: ${message}`);
}

/** Reports what could not be used, or that there was nothing to do. */
export function reportProblems({ files, workloads, problems }: Inputs, terminal: Terminal): ExitCode {
  for (const problem of problems) terminal.err(`${problemLine(problem)}\n`);
  if (workloads.length === 0 && problems.length === 0)
    terminal.err(`hitless: no ${kindNames()} in ${count(files.length, 'file')}: nothing to do\n`);
  return problems.length > 0 ? 2 : 0;
}
