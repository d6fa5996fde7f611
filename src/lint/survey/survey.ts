// What `check` finds in files, without all of them in memory: one pass for what stands around workloads, another for the workloads.

import { availableParallelism } from 'node:os';
import type { IsTouched } from '../../files/changed.ts';
import { listSources, type SourceList } from '../../files/read.ts';
import type { Source } from '../../files/read-source.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { readGiven } from '../inputs/read-files.ts';
import { readGivenObjects } from '../inputs/surroundings.ts';
import type { InputOptions } from '../inputs.ts';
import type { LintResult } from '../result.ts';
import type { FileNotes, Held } from './first-pass.ts';
import type { PackedFiles } from './messages.ts';
import { packedWorkloads } from './packed-workloads.ts';
import type { HeldFile } from './second-pass.ts';
import { surveySettings } from './settings.ts';
import { createSurveyor } from './surveyor.ts';
import { startThreads, type Threads } from './threads.ts';
import { problemsOf, templateNotices } from './unusable.ts';

export interface SurveyOptions extends InputOptions {
  /** How many threads read files besides this one; by default as many as pay. */
  readonly helpers?: number;
  /** Only these files are judged; all others are surroundings. */
  readonly isTouched?: IsTouched;
}

export interface Survey extends LintResult {
  /** The inputs that could be read. */
  readonly read: readonly Source[];
}

export async function survey(paths: readonly string[], options: SurveyOptions, terminal: Terminal): Promise<Survey> {
  const list = await listSources(paths, terminal.stdin);
  const given = await readGiven(options.policy, terminal);
  const forAll = readGivenObjects(given.documents, options.namespace);
  const { settings, notices } = surveySettings(list.sources, options.namespace, forAll.objects);
  const surveyor = createSurveyor(settings);
  const threads = startThreads(options.helpers ?? helpersFor(list.sources.length), settings, surveyor);
  try {
    const notes = await noteAll(list.sources, threads);
    const held = heldIn(list, notes);
    const { isTouched = () => true } = options;
    const [touched, others] = partition(held, ({ source }) => isTouched(source.file));
    const packs = await judgeAll(touched, threads);
    const read = list.sources.filter((_, i) => notes[i]?.isRead === true);
    return {
      read,
      files: read.length,
      examined: packedWorkloads(packs),
      notJudged: notes.flatMap(({ notJudged = [] }) => notJudged).filter(({ file }) => isTouched(file)),
      ...(options.isTouched !== undefined && { untouched: others.reduce((sum, { workloads }) => sum + workloads, 0) }),
      problems: [...problemsOf(list, notes, { given, forAll }), ...packs.flatMap(({ problems }) => problems)],
      notices: [...templateNotices(list, notes), ...surveyor.notices(), ...notices],
    };
  } finally {
    await threads.stop();
  }
}

// A thread takes half a second until it is as fast as this one.
const fewFiles = 2_000;
const mostHelpers = 8;

function helpersFor(files: number): number {
  return files < fewFiles ? 0 : Math.min(availableParallelism(), mostHelpers);
}

/** Enough that passing them on costs little, and few enough that all threads end at the same time. */
const filesInTask = 50;

function* tasksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += filesInTask) yield all.slice(from, from + filesInTask);
}

type Notes = readonly Omit<FileNotes, 'objects'>[];

async function noteAll(sources: readonly Source[], threads: Threads): Promise<Notes> {
  const tasks = Array.from(tasksOf(sources), (some, i) => {
    return { kind: 'note' as const, sources: some, first: i * filesInTask };
  });
  const noted = await threads.divide(tasks);
  await threads.everywhere({ kind: 'learn', store: noted.map(({ objects }) => objects) });
  return noted.flatMap(({ notes }) => notes);
}

function heldIn({ sources }: SourceList, notes: Notes): readonly (HeldFile & Held)[] {
  return sources.flatMap((source, i) => {
    const held = notes[i]?.held;
    return held === undefined ? [] : [{ source, ...held }];
  });
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  const { first = [], second = [] } = Object.groupBy(items, (item) => (isFirst(item) ? 'first' : 'second'));
  return [first, second];
}

async function judgeAll(files: readonly HeldFile[], threads: Threads): Promise<readonly PackedFiles[]> {
  return threads.divide(Array.from(tasksOf(files), (some) => ({ kind: 'judge' as const, files: some })));
}
