// The input of the offline commands: the documents of all files, the cluster state in them, and the workloads.

import { relative } from 'node:path';
import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { IsIgnored } from '../files/ignored-paths.ts';
import type { OverlaidField } from '../kustomize/overlays.ts';
import { errorLine, noticeLine } from '../terminal/lines.ts';
import type { ExitCode, Terminal } from '../terminal/terminal.ts';
import { count } from '../text/count.ts';
import { visible } from '../text/hidden.ts';
import { isObject, type JsonObject, own } from '../workload/json.ts';
import type { Problem, SourceDocument } from '../yaml/documents.ts';
import { type Acceptance, acceptanceSettings, createAcceptance } from './acceptance/acceptance.ts';
import type { Baseline } from './baseline/file.ts';
import type { IgnoreEntries } from './configuration/ignore-entries.ts';
import { isNotJudged, isWorkload, reasonNotJudged } from './inputs/not-judged.ts';
import { readOverlays } from './inputs/overlays.ts';
import { type InputFile, readFiles, readGiven } from './inputs/read-files.ts';
import { renderInputs } from './inputs/rendered.ts';
import { readSurroundings } from './inputs/surroundings.ts';
import { workloadKindOf } from './manifest/kind-meant.ts';
import { type LocatedNotJudged, notJudgedLine } from './not-judged.ts';
import type { ObjectReference } from './object-reference.ts';

export interface InputOptions {
  /** Files and folders of policies, in addition to those among the inputs. */
  readonly policy: readonly string[];
  /** The namespace of documents that do not set one. */
  readonly namespace: string;
  /** True where input without a workload is a failure. */
  readonly requireInput?: boolean;
  /** What the configuration leaves out of the input. */
  readonly isIgnored?: IsIgnored;
  /** What the configuration accepts. */
  readonly ignores?: IgnoreEntries;
  /** The baseline: what is in it does not count. */
  readonly known?: Baseline;
  /** True to read what kustomizations among the inputs render to, in place of their files. */
  readonly render?: boolean;
}

export interface Inputs {
  readonly files: readonly InputFile[];
  /** What accepts findings besides annotations. */
  readonly acceptance: Acceptance;
  /** What is known around a document. */
  readonly stateAt: (document: SourceDocument) => ClusterState;
  /** The fields of a document that a kustomization among the inputs sets. */
  readonly overlaidFields: (document: SourceDocument) => readonly OverlaidField[];
  /** The workloads of all files, in order. */
  readonly workloads: readonly SourceDocument[];
  /** Objects with a pod template that the rules do not judge. */
  readonly notJudged: readonly LocatedNotJudged[];
  readonly problems: readonly Problem[];
  /** What was left out of the inputs, and how to change that; no reason for another exit code. */
  readonly notices: readonly string[];
}

export async function readInputs(paths: readonly string[], options: InputOptions, terminal: Terminal): Promise<Inputs> {
  const main = await readFiles(paths, terminal, options.isIgnored);
  const given = await readGiven(options.policy, terminal);
  const overlays = readOverlays(main.files);
  const written = main.files.flatMap(({ objects }) => objects).filter(overlays.isObject);
  const rendered = options.render === true ? await renderInputs(overlays, written) : undefined;
  const documents = rendered?.documents ?? written;
  const surroundings = readSurroundings(documents, given.documents, options.namespace);
  return {
    files: main.files,
    acceptance: createAcceptance(acceptanceSettings(options)),
    stateAt: surroundings.stateAt,
    workloads: documents.filter(({ value }) => isWorkload(value)),
    notJudged: documents.filter(isNotJudged).map((document) => located(document, options.namespace)),
    problems: [...main.problems, ...(rendered?.problems ?? []), ...given.problems, ...surroundings.problems],
    overlaidFields: rendered === undefined ? overlays.fieldsOf : () => [],
    notices: [...main.notices, ...surroundings.notices, ...(rendered ?? overlays).notices],
  };
}

export function objectOf({ value, rendered }: SourceDocument, namespace: string): ObjectReference {
  const { kind, metadata } = value as JsonObject;
  const meta = isObject(metadata) ? metadata : {};
  const name = own(meta, 'name') ?? own(meta, 'generateName') ?? '(no name)';
  const identity = {
    kind: workloadKindOf(value)?.kind ?? `${kind}`,
    namespace: `${own(meta, 'namespace') ?? namespace}`,
    name: `${name}`,
  };
  return rendered === undefined ? identity : { ...identity, rendered: relative('', rendered) || '.' };
}

/** An object that is not judged, with its place. */
export function located(document: SourceDocument, namespace: string): LocatedNotJudged {
  const value = document.value as JsonObject;
  const object = objectOf(document, namespace);
  const apiVersion = `${value.apiVersion ?? ''}`;
  return {
    file: document.file,
    ...document.position('metadata'),
    object,
    apiVersion,
    reason: reasonNotJudged(value),
  };
}

/** `web.yaml:3:5: message`, on one line. */
export function problemLine({ file, line, column, message }: Problem): string {
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  return visible(`${file}${place}: ${message}`);
}

/** What of the inputs is reported besides the findings. */
export interface Reported extends Pick<Inputs, 'notJudged' | 'problems' | 'notices'> {
  readonly files: readonly Pick<InputFile, 'onDisk' | 'text'>[];
  readonly workloads: { readonly length: number };
}

/** Reports what could not be used, or that there was nothing to do. */
export function reportProblems(
  { files, workloads, notJudged, problems, notices }: Reported,
  { requireInput = false }: Pick<InputOptions, 'requireInput'>,
  terminal: Terminal,
): ExitCode {
  for (const problem of problems) terminal.err(`${problemLine(problem)}\n`);
  for (const notice of notices) noticeLine(terminal, `hitless: ${visible(notice)}`);
  if (notJudged.length > 0) noticeLine(terminal, `hitless: ${visible(notJudgedLine(notJudged, 'some'))}`);
  if (problems.length > 0) return 2;
  if (workloads.length > 0) return 0;
  const say = requireInput ? errorLine : noticeLine;
  say(terminal, `hitless: no workload in ${inputName(files)}: nothing to do`);
  return requireInput ? 2 : 0;
}

/** A renderer that failed leaves an empty pipe. */
function inputName(files: Reported['files']): string {
  const [first, ...more] = files;
  if (first === undefined || first.onDisk || more.length > 0) return count(files.length, 'file');
  return first.text.trim() === '' ? 'standard input, which is empty' : 'standard input';
}
