// One thread's part of a survey: it notes files, learns what stands around all of them, and judges files.

import type { Source } from '../../files/read-source.ts';
import { createAcceptance } from '../acceptance/acceptance.ts';
import { ambiguityNotices } from '../inputs/notices.ts';
import { overlaysAmong } from '../inputs/overlays.ts';
import { type FileNotes, noteFile } from './first-pass.ts';
import { type ObjectStore, openStore, type StoredStates } from './object-store.ts';
import { type HeldFile, type JudgedFiles, judgeFiles } from './second-pass.ts';
import { filesOf, type SurveySettings } from './settings.ts';

export interface Surveyor {
  readonly note: (sources: readonly Source[]) => readonly FileNotes[];
  /** Before the first file is judged. */
  readonly learn: (store: ObjectStore) => void;
  readonly judge: (files: readonly HeldFile[]) => JudgedFiles;
  /** About what stands around the workloads. */
  readonly notices: () => readonly string[];
}

/** Only what outputs show is loaded. */
export async function createSurveyor(settings: SurveySettings): Promise<Surveyor> {
  const { namespace, kustomizations, given, patchNames } = settings;
  const withEdits = settings.showsEdits ? (await import('../text-edits.ts')).withEdits : undefined;
  const acceptance = createAcceptance(settings.acceptance);
  const overlays = overlaysAmong(filesOf(kustomizations), patchNames);
  const noting = { namespace, isObject: overlays.isObject };
  let states: StoredStates | undefined;
  const known = () => {
    if (states === undefined) throw new Error('nothing is known about the surroundings yet');
    return states;
  };
  return {
    note: (sources) => sources.map((source) => noteFile(source, noting)),
    learn: (store) => {
      states = openStore(store, given);
    },
    judge: (files) => {
      const { stateAt } = known();
      const { fieldsOf: overlaidFields } = overlays;
      return judgeFiles(files, { ...noting, stateAt, overlaidFields, acceptance, withEdits });
    },
    notices: () => ambiguityNotices(known().ambiguous()),
  };
}
