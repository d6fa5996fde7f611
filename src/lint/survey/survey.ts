// What `check` finds in files, without all of them in memory: one pass for what stands around workloads, another for the workloads.

import { availableParallelism } from 'node:os';
import { listSources, type SourceList } from '../../files/read.ts';
import type { Source } from '../../files/read-source.ts';
import type { IsTouched } from '../../files/touched.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { acceptanceSettings } from '../acceptance/acceptance.ts';
import { acceptanceNotices } from '../acceptance/notices.ts';
import { countedEntries } from '../baseline/entries.ts';
import { readGiven } from '../inputs/read-files.ts';
import { readGivenObjects } from '../inputs/surroundings.ts';
import type { InputOptions } from '../inputs.ts';
import type { LintResult } from '../result.ts';
import type { Held, Notes } from './first-pass.ts';
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
  /** True where an output shows what the edits of the findings do to the files. */
  readonly showsEdits?: boolean;
  /** Only these files are judged; all others are surroundings. */
  readonly isTouched?: IsTouched;
  /** False where only some of all files are named. */
  readonly isWhole?: boolean;
}

export interface Survey extends LintResult {
  /** The inputs that could be read. */
  readonly read: readonly Source[];
}

export async function survey(paths: readonly string[], options: SurveyOptions, terminal: Terminal): Promise<Survey> {
  const { isTouched = () => true } = options;
  const list = await listSources(paths, terminal.stdin, options.isIgnored);
  const given = await readGiven(options.policy, terminal);
  const forAll = readGivenObjects(given.documents, options.namespace);
  const acceptance = acceptanceSettings(options);
  const { settings, notices } = surveySettings(list.sources, { ...options, acceptance }, forAll.objects);
  const surveyor = await createSurveyor(settings);
  const threads = startThreads(options.helpers ?? helpersFor(list.sources.length), settings, surveyor);
  try {
    const notes = await noteAll(list.sources, threads);
    const [[ambiguities = []], packs] = await Promise.all([
      threads.divide([{ kind: 'notices' as const }]),
      judgeAll(list, notes, { threads, isTouched }),
    ]);
    const { examined, outcome } = packedWorkloads(packs, countedEntries(options.known?.entries ?? []));
    const accepted = acceptanceNotices({ ...options, examined }, outcome);
    const read = list.sources.filter((_, i) => notes[i]?.isRead === true);
    return {
      read,
      files: read.length,
      examined,
      notJudged: notes.flatMap(({ notJudged = [] }) => notJudged).filter(({ file }) => isTouched(file)),
      ...(options.isTouched !== undefined && { untouched: untouchedIn(list, notes, isTouched) }),
      problems: [...problemsOf(list, notes, { given, forAll }), ...packs.flatMap(({ problems }) => problems)],
      notices: [...templateNotices(list, notes), ...ambiguities, ...notices, ...accepted],
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

function* inTasks<T>(all: Iterable<T>): Generator<T[]> {
  let some: T[] = [];
  for (const one of all) {
    some.push(one);
    if (some.length < filesInTask) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

async function noteAll(sources: readonly Source[], threads: Threads): Promise<Notes> {
  const tasks = inTasks(sources).map((some, i) => {
    return { kind: 'note' as const, sources: some, first: i * filesInTask };
  });
  const noted = await threads.divide(tasks);
  await threads.everywhere({ kind: 'learn', store: noted.map(({ objects }) => objects) });
  return noted.flatMap(({ notes }) => notes);
}

interface Judging {
  readonly threads: Threads;
  readonly isTouched: IsTouched;
}

async function judgeAll(
  list: SourceList,
  notes: Notes,
  { threads, isTouched }: Judging,
): Promise<readonly PackedFiles[]> {
  const touched = heldIn(list, notes).filter(({ source }) => isTouched(source.file));
  return threads.divide(inTasks(touched).map((files) => ({ kind: 'judge' as const, files })));
}

/** The number of their workloads. */
function untouchedIn(list: SourceList, notes: Notes, isTouched: IsTouched): number {
  const others = heldIn(list, notes).filter(({ source }) => !isTouched(source.file));
  return others.reduce((sum, { workloads }) => sum + workloads, 0);
}

/** One at a time: of a large repository, a list of them would be long. */
function* heldIn({ sources }: SourceList, notes: Notes): Generator<HeldFile & Held> {
  for (const [i, source] of sources.entries()) {
    const held = notes[i]?.held;
    if (held !== undefined) yield { source, ...held };
  }
}
