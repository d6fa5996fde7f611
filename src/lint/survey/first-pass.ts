// The first pass over the files: what stands around workloads, and which files hold some. Of a file nothing else is kept.

import type { ClusterObject } from '../../cluster-state/readers.ts';
import { readSource, type Source } from '../../files/read-source.ts';
import type { Problem, SourceDocument } from '../../yaml/documents.ts';
import { isNotJudged, isWorkload } from '../inputs/not-judged.ts';
import { optInProblems } from '../inputs/opt-ins.ts';
import { type ReadFile, readManifests } from '../inputs/read-files.ts';
import { readNeighbours } from '../inputs/surroundings.ts';
import { located } from '../inputs.ts';
import type { LocatedNotJudged } from '../not-judged.ts';

/** What the first pass keeps of a file: plain data. Lists that are absent are empty. */
export interface FileNotes {
  readonly isRead: boolean;
  readonly unreadable?: Problem;
  readonly problems?: readonly Problem[];
  readonly broken?: readonly Problem[];
  readonly isTemplate?: true;
  readonly objects?: readonly ClusterObject[];
  readonly objectProblems?: readonly Problem[];
  readonly optInProblems?: readonly Problem[];
  readonly notJudged?: readonly LocatedNotJudged[];
  /** Absent for a file without workloads. */
  readonly held?: Held;
}

/** Of every file, without the objects in it: those are kept elsewhere. */
export type Notes = readonly Omit<FileNotes, 'objects'>[];

/** The workloads of a file. */
export interface Held {
  readonly workloads: number;
  /** Differs once the file has changed. */
  readonly stamp: string;
}

export interface Noting {
  readonly namespace: string;
  /** False for what a patch file holds. */
  readonly isObject: (document: SourceDocument) => boolean;
}

export function noteFile(source: Source, noting: Noting): FileNotes {
  const { text, stamp = '', problem } = readSource(source);
  if (problem !== undefined) return { isRead: false, unreadable: problem };
  if (text === undefined) return { isRead: false };
  return notesOf(readManifests({ ...source, text }), stamp, noting);
}

function notesOf(read: ReadFile, stamp: string, { namespace, isObject }: Noting): FileNotes {
  const documents = read.file.objects.filter(isObject);
  const { objects, problems: objectProblems } = readNeighbours(documents, namespace);
  const workloads = documents.filter(({ value }) => isWorkload(value)).length;
  return {
    isRead: true,
    ...(read.isTemplate && { isTemplate: true as const }),
    ...some('problems', read.problems),
    ...some('broken', read.broken),
    ...some('objects', objects),
    ...some('objectProblems', objectProblems),
    ...some('optInProblems', optInProblems(documents)),
    ...some(
      'notJudged',
      documents.filter(isNotJudged).map((document) => located(document, namespace)),
    ),
    ...(workloads > 0 && { held: { workloads, stamp } }),
  };
}

function some<K extends string, T>(key: K, list: readonly T[]): { readonly [_ in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [key]: list } as { readonly [_ in K]: readonly T[] });
}
