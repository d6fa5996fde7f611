// The files of the offline commands as documents. Among the inputs, what is not a manifest is no problem; what `--policy` names must be one.

import type { IsIgnored } from '../../files/ignored-paths.ts';
import { isKustomization } from '../../files/list.ts';
import { readTexts } from '../../files/read.ts';
import type { SourceText } from '../../files/read-source.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { hasTemplate } from '../../text/placeholder.ts';
import { isObject, type Json } from '../../workload/json.ts';
import { type BrokenDocument, type Problem, readDocuments, type SourceDocument } from '../../yaml/documents.ts';
import { isInChart, isTemplated, mayMatter, readKinds } from './left-out.ts';
import { leftOutNotices } from './notices.ts';

export interface InputFile extends SourceText {
  /** All that can be read, for the editor. */
  readonly documents: readonly SourceDocument[];
  /** Those that are manifests. */
  readonly objects: readonly SourceDocument[];
}

export interface ReadFiles {
  readonly files: readonly InputFile[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** The files that are to be judged. */
export async function readFiles(
  paths: readonly string[],
  { stdin }: Terminal,
  isIgnored?: IsIgnored,
): Promise<ReadFiles> {
  const { texts, problems, hidden, ignored } = await readTexts(paths, stdin, isIgnored);
  const read = texts.map(readManifests);
  return {
    files: read.map(({ file }) => file),
    problems: [...problems, ...read.flatMap((one) => one.problems)],
    notices: leftOutNotices({
      templates: read.flatMap(({ file, isTemplate }) => (isTemplate ? [file.file] : [])),
      broken: read.flatMap(({ broken }) => broken),
      hidden,
      ignored,
    }),
  };
}

export interface ReadFile {
  readonly file: InputFile;
  readonly problems: readonly Problem[];
  /** True where some of the file has to be rendered before it can be judged. */
  readonly isTemplate: boolean;
  /** Broken documents of kinds that nothing reads. */
  readonly broken: readonly Problem[];
}

/** The documents of one file. */
export function readManifests(text: SourceText): ReadFile {
  const nothing = { file: { ...text, documents: [], objects: [] }, problems: [], broken: [], isTemplate: false };
  const isKustomize = isKustomization(text.file);
  if (!text.named && !isKustomize && !text.text.includes('kind')) return nothing;
  const hasBraces = hasTemplate(text.text);
  if (hasBraces && isInChart(text.file)) return { ...nothing, isTemplate: true };
  const { documents, broken } = readDocuments(text.file, text.text);
  const templates = broken.filter(({ source }) => hasTemplate(source));
  const [problems, left] = parted(broken, (one) => {
    return !templates.includes(one) && (text.named || isKustomize || mayMatter(one));
  });
  const objects = hasBraces ? documents.filter(({ value }) => !isUnfinished(value)) : documents;
  return {
    file: { ...text, documents, objects },
    problems: problems.flatMap((one) => one.problems),
    isTemplate: templates.length > 0 || objects.length < documents.length,
    broken: left.filter((one) => !templates.includes(one) && /\bkind\b/.test(one.source)).map(firstProblem),
  };
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** One line for a document, however much is wrong with it. */
function firstProblem({ problems }: BrokenDocument): Problem {
  return problems[0] as Problem;
}

/** An object that would be judged, with values still to be filled in. */
function isUnfinished(value: Json): boolean {
  return isObject(value) && readKinds().has(`${value.kind}`) && isTemplated(value);
}

export interface GivenFiles {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** The files of `--policy`: each must hold a policy, or a Node, whose version is for all inputs. */
export async function readGiven(paths: readonly string[], terminal: Terminal): Promise<GivenFiles> {
  const { texts, problems: unreadable } = await readTexts(paths, terminal.stdin);
  const read = texts.map(({ file, text }) => ({ file, ...readDocuments(file, text) }));
  const problems = [...unreadable, ...read.flatMap((one) => one.problems)];
  const bad = new Set(problems.map(({ file }) => file));
  const useless = read.filter(({ file, documents }) => !bad.has(file) && !documents.some(isGiven));
  return {
    documents: read.flatMap(({ documents }) => documents),
    problems: [...problems, ...useless.map(({ file }) => ({ file, message: holdsNoPolicy }))],
  };
}

export const holdsNoPolicy = 'contains no RolloutPolicy or ClusterRolloutPolicy';

function isGiven({ value }: SourceDocument): boolean {
  return isObject(value) && /RolloutPolicy$|^Node$/.test(`${value.kind}`);
}
