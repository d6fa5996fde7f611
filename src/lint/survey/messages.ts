// What the threads of a survey say to one another. Objects and results go as text: that takes less time and memory than copies of them.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Source } from '../../files/read.ts';
import type { StreamObjects } from '../inputs/surroundings.ts';
import type { FileWorkload } from '../result.ts';
import type { FileNotes } from './first-pass.ts';
import type { HeldFile, JudgedFiles } from './second-pass.ts';
import type { Surveyor } from './surveyor.ts';

export type Task =
  | { readonly kind: 'note'; readonly sources: readonly Source[] }
  | { readonly kind: 'learn'; readonly streams: string }
  | { readonly kind: 'judge'; readonly files: readonly HeldFile[] };

/** Notes on files, without the objects in them. */
export interface NotedFiles {
  readonly notes: readonly Omit<FileNotes, 'objects'>[];
  /** StreamObjects of all these files. */
  readonly streams: string;
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
}

export function answer(task: Task, surveyor: Surveyor): Answers[Task['kind']] {
  if (task.kind === 'note') return noted(surveyor.note(task.sources), task.sources);
  if (task.kind === 'judge') return pack(surveyor.judge(task.files));
  surveyor.learn(JSON.parse(task.streams) as readonly StreamObjects[]);
  return undefined;
}

function noted(notes: readonly FileNotes[], sources: readonly Source[]): NotedFiles {
  const streams = notes.flatMap(({ objects }, i): readonly StreamObjects[] => {
    return objects === undefined ? [] : [{ stream: sources[i]?.file ?? '', objects }];
  });
  return { notes: notes.map(({ objects: _, ...others }) => others), streams: JSON.stringify(streams) };
}

function pack({ workloads, ...others }: JudgedFiles): PackedFiles {
  const packed = new Uint8Array(zstdCompressSync(JSON.stringify(workloads)));
  return { ...others, count: workloads.length, packed };
}

export function unpack({ packed }: PackedFiles): readonly FileWorkload[] {
  return JSON.parse(zstdDecompressSync(packed).toString()) as readonly FileWorkload[];
}
