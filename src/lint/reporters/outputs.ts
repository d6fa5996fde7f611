// Which outputs a run writes, and where each goes: what `-o` says.

import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { type OutputName, outputNames } from './names.ts';

/** One output; without a file it goes to standard output. */
export interface OutputTarget {
  readonly format: OutputName;
  readonly file?: string;
}

export type ParsedOutput =
  | { readonly output: OutputTarget }
  /** A sentence. */
  | { readonly mistake: string };

/** `sarif` or `sarif=FILE`, where `-` as the file is standard output. */
export function parseOutput(text: string): ParsedOutput {
  const [word = '', ...rest] = text.split('=');
  const file = rest.join('=');
  const format = outputNames.find((one) => one === word);
  if (format === undefined)
    return { mistake: `Allowed are ${outputNames.join(', ')}, each alone or with a file, as in sarif=FILE.` };
  if (rest.length > 0 && file === '') return { mistake: `Name a file after ${word}=.` };
  return { output: { format, ...(rest.length > 0 && file !== '-' && { file }) } };
}

/** Where none is asked for, text goes to standard output. */
export function outputsOrText(outputs: readonly OutputTarget[]): readonly OutputTarget[] {
  return outputs.length === 0 ? [{ format: 'text' }] : outputs;
}

/**
 * What is wrong with them together, as a clause; undefined if nothing is. `inputs`: files that must stay as they are, and folders in
 * which every YAML file must; a report in JSON is often left among the manifests.
 */
export function outputConflict(outputs: readonly OutputTarget[], inputs: readonly string[] = []): string | undefined {
  const shown = outputs.filter(({ file }) => file === undefined).map(({ format }) => format);
  if (shown.length > 1)
    return `only one output can go to standard output, not ${shown.join(' and ')}: write the others to files, as in --output ${shown[1]}=FILE`;
  const taken = new Set<string>();
  const sources = inputs.flatMap((one) => [realPath(one), resolve(one)]);
  for (const { file } of outputs) {
    if (file === undefined) continue;
    const path = realPath(file);
    if (taken.has(path)) return `two outputs go to ${file}: name another file for one of them`;
    // A link among the manifests is read as one of them, wherever it leads.
    const places = [path, placeOf(file), resolve(file)];
    if (sources.some((source) => path === source || places.some((place) => isManifestIn(source, place))))
      return `${file} is an input, and is not overwritten: name another file for the output`;
    taken.add(path);
  }
  return undefined;
}

function isManifestIn(folder: string, path: string): boolean {
  return /\.ya?ml$/i.test(path) && path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** Links are followed, because a write follows them; of a file that is not there yet, those to its folder. */
function realPath(path: string): string {
  return followed(path) ?? placeOf(path);
}

/** Where the name stands, which may be that of a link. */
function placeOf(path: string): string {
  const folder = dirname(resolve(path));
  return join(followed(folder) ?? folder, basename(path));
}

function followed(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
