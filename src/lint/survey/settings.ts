// What every thread of a survey begins with, and what is said about it.

import { resolve } from 'node:path';
import type { ClusterObject } from '../../cluster-state/readers.ts';
import { isKustomization } from '../../files/list.ts';
import { readSource, type Source } from '../../files/read-source.ts';
import type { AcceptanceSettings } from '../acceptance/acceptance.ts';
import { overlaysAmong } from '../inputs/overlays.ts';
import { type InputFile, readManifests } from '../inputs/read-files.ts';

/** Plain data. */
export interface SurveySettings {
  readonly namespace: string;
  /** The kustomizations among the inputs. */
  readonly kustomizations: readonly Source[];
  /** The objects of `--policy`. */
  readonly given: readonly ClusterObject[];
  /** By absolute path, what the operator calls the files with patches. */
  readonly patchNames: ReadonlyMap<string, string>;
  /** True where an output shows the edits of the findings. */
  readonly showsEdits: boolean;
  readonly acceptance: AcceptanceSettings;
}

export function surveySettings(
  sources: readonly Source[],
  options: Pick<SurveySettings, 'namespace' | 'acceptance'> & { readonly showsEdits?: boolean },
  given: readonly ClusterObject[],
): { readonly settings: SurveySettings; readonly notices: readonly string[] } {
  const kustomizations = sources.filter(({ file }) => isKustomization(file));
  const { patchFiles, notices } = overlaysAmong(filesOf(kustomizations), new Map());
  const patchNames = namesOf(sources, patchFiles);
  const { namespace, acceptance, showsEdits = false } = options;
  return { settings: { namespace, kustomizations, given, patchNames, showsEdits, acceptance }, notices };
}

/** The documents of those files that can be read. */
export function filesOf(sources: readonly Source[]): readonly InputFile[] {
  return sources.flatMap((source) => {
    const { text } = readSource(source);
    return text === undefined ? [] : [readManifests({ ...source, text }).file];
  });
}

function namesOf(sources: readonly Source[], files: ReadonlySet<string>): ReadonlyMap<string, string> {
  if (files.size === 0) return new Map();
  const pairs = sources.map(({ file }) => [resolve(file), file] as const);
  return new Map(pairs.filter(([path]) => files.has(path)));
}
