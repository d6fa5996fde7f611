// One thread's part of a survey: it notes files, learns what stands around all of them, and judges files.

import type { Source } from '../../files/read.ts';
import { ambiguityNotices } from '../inputs/notices.ts';
import { overlaysAmong } from '../inputs/overlays.ts';
import { type States, type StreamObjects, surroundedBy } from '../inputs/surroundings.ts';
import { type FileNotes, noteFile } from './first-pass.ts';
import { type HeldFile, type JudgedFiles, judgeFiles } from './second-pass.ts';
import { filesOf, type SurveySettings } from './settings.ts';

export interface Surveyor {
  readonly note: (sources: readonly Source[]) => readonly FileNotes[];
  /** Before the first file is judged; may be called several times, in the order of the files. */
  readonly learn: (streams: readonly StreamObjects[]) => void;
  readonly judge: (files: readonly HeldFile[]) => JudgedFiles;
  /** About what stands around the workloads. */
  readonly notices: () => readonly string[];
}

export function createSurveyor({ namespace, kustomizations, given, patchNames }: SurveySettings): Surveyor {
  const overlays = overlaysAmong(filesOf(kustomizations), patchNames);
  const noting = { namespace, isObject: overlays.isObject };
  const streams: StreamObjects[] = [];
  let states: States | undefined;
  const known = () => {
    states ??= surroundedBy(streams, given);
    return states;
  };
  return {
    note: (sources) => sources.map((source) => noteFile(source, noting)),
    learn: (more) => void streams.push(...more),
    judge: (files) => judgeFiles(files, { ...noting, stateAt: known().stateAt, overlaidFields: overlays.fieldsOf }),
    notices: () => ambiguityNotices(known().ambiguous),
  };
}
