// What the threads of a survey say to one another. Objects and results go as bytes: that takes less time and memory than copies of them.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Source } from '../../files/read-source.ts';
import type { FileWorkload } from '../result.ts';
import type { FileNotes, Notes } from './first-pass.ts';
import { type ObjectStore, type PackedObjects, packObjects } from './object-store.ts';
import type { HeldFile, JudgedFiles } from './second-pass.ts';
import type { Surveyor } from './surveyor.ts';

export type SurveyTask =
  /** `first`: the number of the first source among all. */
  | { readonly kind: 'note'; readonly sources: readonly Source[]; readonly first: number }
  | { readonly kind: 'learn'; readonly store: ObjectStore }
  | { readonly kind: 'judge'; readonly files: readonly HeldFile[] }
  | { readonly kind: 'notices' };

/** Notes on files, and the objects in them. */
export interface NotedFiles {
  readonly notes: Notes;
  readonly objects: PackedObjects;
}

/** Judged workloads, packed: there can be hundreds of thousands, and a report walks through them more than once. */
export interface PackedFiles extends Omit<JudgedFiles, 'workloads'> {
  readonly count: number;
  readonly packed: Uint8Array<ArrayBuffer>;
}

export interface Answers {
  readonly note: NotedFiles;
  readonly learn: undefined;
  readonly judge: PackedFiles;
  readonly notices: readonly string[];
}

export function answer(task: SurveyTask, surveyor: Surveyor): Answers[SurveyTask['kind']] {
  if (task.kind === 'note') return noted(surveyor.note(task.sources), task);
  if (task.kind === 'judge') return pack(surveyor.judge(task.files));
  if (task.kind === 'notices') return surveyor.notices();
  surveyor.learn(task.store);
  return undefined;
}

function noted(
  notes: readonly FileNotes[],
  { sources, first }: { readonly sources: readonly Source[]; readonly first: number },
): NotedFiles {
  const streams = sources.map(({ file }) => file);
  const objects = packObjects(
    notes.map((one) => one.objects),
    streams,
    first,
  );
  return { notes: notes.map(({ objects: _, ...others }) => others), objects };
}

function pack({ workloads, ...others }: JudgedFiles): PackedFiles {
  const packed = new Uint8Array(zstdCompressSync(JSON.stringify(workloads)));
  return { ...others, count: workloads.length, packed };
}

export function unpackWorkloads({ packed }: PackedFiles): readonly FileWorkload[] {
  return JSON.parse(zstdDecompressSync(packed).toString()) as readonly FileWorkload[];
}
