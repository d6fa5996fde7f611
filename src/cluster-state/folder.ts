// A folder of YAML documents as the cluster state: reloaded when it changes; invalid documents keep their last valid version.

import { folderFingerprint, poll } from '../files/poll.ts';
import { notFolder, readTexts } from '../files/read.ts';
import { type Problem, readDocuments } from '../yaml/documents.ts';
import type { ClusterState } from './cluster-state.ts';
import { composeClusterState, documentsByKind, duplicates } from './compose.ts';
import { type ClusterObject, type ReadObjects, readObjects } from './readers.ts';

export interface FolderReport {
  /** Documents in use, by kind. */
  readonly documents: Readonly<Record<string, number>>;
  /** What could not be used; for these the last good version stays. */
  readonly problems: readonly Problem[];
  /** Documents that another one about the same object replaces. */
  readonly duplicates: readonly Problem[];
}

export interface FolderState {
  readonly current: () => ClusterState;
  readonly stop: () => void;
}

/** Called after every reading, including the first one. */
export type FolderListener = (report: FolderReport) => void;

type FactsByFile = ReadonlyMap<string, readonly ClusterObject[]>;

/** @throws Error when there is no such folder to begin with; afterwards the last good state stays. */
export async function watchFolder(folder: string, listener: FolderListener, everyMs = 1000): Promise<FolderState> {
  const fingerprint = () => folderFingerprint(folder);
  const seen = await fingerprint();
  const first = await readFolder(folder);
  if (first.gone !== undefined) throw new Error(`the objects folder ${folder} cannot be read: ${first.gone}`);
  let files = keepGood(first, new Map());
  let state = use(files, first.problems, listener);
  const changed = async () => {
    const reading = await readFolder(folder);
    files = keepGood(reading, files);
    state = use(files, reading.problems, listener);
  };
  const { stop } = poll(seen, { state: fingerprint, changed, everyMs });
  return { current: () => state, stop };
}

function use(files: FactsByFile, problems: readonly Problem[], listener: FolderListener): ClusterState {
  const objects = [...files.values()].flat();
  const state = composeClusterState(objects);
  listener({ documents: documentsByKind(objects), problems, duplicates: duplicates(objects) });
  return state;
}

interface Reading {
  /** In sorted order. */
  readonly files: ReadonlyMap<string, ReadObjects>;
  readonly problems: readonly Problem[];
  /** Why the folder itself cannot be read. */
  readonly gone?: string;
}

async function readFolder(folder: string): Promise<Reading> {
  const wrong = notFolder(folder);
  if (wrong !== undefined) return { files: new Map(), problems: [{ file: folder, message: wrong }], gone: wrong };
  const { texts, problems: unreadable } = await readTexts([folder], async () => new Uint8Array());
  const files = new Map<string, ReadObjects>();
  for (const { file, message } of unreadable) files.set(file, { objects: [], problems: [{ file, message }] });
  for (const { file, text } of texts) files.set(file, readFile(file, text));
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const problems = [...sorted.values()].flatMap((file) => file.problems);
  const gone = unreadable.find(({ file }) => file === folder)?.message;
  return { files: sorted, problems, ...(gone !== undefined && { gone }) };
}

function readFile(file: string, text: string): ReadObjects {
  const { documents, problems } = readDocuments(file, text);
  const read = readObjects(documents);
  return { objects: read.objects, problems: [...problems, ...read.problems] };
}

/** Where a file has a mistake, the documents that it no longer gives stay as they were. A file that is gone takes its own along. */
function keepGood({ files, gone }: Reading, before: FactsByFile): FactsByFile {
  if (gone !== undefined) return before;
  return new Map(
    [...files].map(([file, { objects, problems }]) => {
      if (problems.length === 0) return [file, objects];
      const good = new Set(objects.map(({ id }) => id));
      return [file, [...(before.get(file) ?? []).filter(({ id }) => !good.has(id)), ...objects]];
    }),
  );
}
