// What a folder of tests holds, by name. What looks like a part of a test and is none is a problem: a misspelt expectation would never fail.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isManifest } from '../../files/list.ts';
import { closestWord } from '../../text/closest-word.ts';
import type { Problem } from '../../yaml/documents.ts';

type Part = 'input' | 'policy' | 'expected';

/** The parts by the names that they have here. */
export interface FolderContents extends Partial<Readonly<Record<Part, string>>> {
  readonly hasFindings: boolean;
  /** The folders that are no part of a test. */
  readonly folders: readonly string[];
  readonly problems: readonly Problem[];
  /** True of an empty folder, and of one that has parts of a test but no input. */
  readonly isPartial: boolean;
}

export const findingsFile = 'expected.txt';

/** @throws the error of the file system. */
export function readTestFolder(folder: string): FolderContents {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  const parts: Partial<Record<Part, string>> = {};
  const folders: string[] = [];
  const problems: Problem[] = [];
  for (const name of names.toSorted()) {
    const path = join(folder, name);
    const kind = kindOf(path);
    const part = partOf(name, kind);
    const other = part && parts[part];
    if (other !== undefined) problems.push({ file: path, message: `is there beside ${other}: remove one of the two` });
    else if (part !== undefined) parts[part] = name;
    else if (kind === 'folder') folders.push(name);
    else if (isMistaken(name)) problems.push({ file: path, message: kind === 'file' ? unknown(name) : special });
  }
  problems.push(...mismatch(folder, parts));
  const hasFindings = names.includes(findingsFile);
  const isPartial = parts.input === undefined && (names.length === 0 || hasFindings || Object.keys(parts).length > 0);
  return { ...parts, hasFindings, folders, problems, isPartial };
}

type EntryKind = 'file' | 'folder' | 'special';

const special = 'it is not a regular file';

/** What cannot be looked at, such as a broken link, counts as a file: reading it will tell why. */
function kindOf(path: string): EntryKind {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : 'special';
  } catch {
    return 'file';
  }
}

const partPatterns: Readonly<Record<EntryKind, RegExp>> = {
  folder: /^(input|policy|expected)$/,
  file: /^(input|policy|expected)\.(?:ya?ml|json)$/,
  special: /^(?!)/,
};

function partOf(name: string, kind: EntryKind): Part | undefined {
  return partPatterns[kind].exec(name)?.[1] as Part | undefined;
}

const known = ['input.yaml', 'policy.yaml', 'expected.yaml', findingsFile];

/** Texts for people may lie beside. */
function isMistaken(name: string): boolean {
  if (name === findingsFile) return false;
  return isManifest(name) || (name.endsWith('.txt') && closestWord(name, known) === findingsFile);
}

function unknown(name: string): string {
  const meant = closestWord(name, known);
  const question = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `is not a part of a test: these are input.yaml, policy.yaml, expected.yaml and ${findingsFile}${question}`;
}

function mismatch(folder: string, { input, expected }: Partial<Record<Part, string>>): Problem[] {
  const wanted = input?.replace('input', 'expected');
  if (wanted === undefined || expected === undefined || expected === wanted) return [];
  return [{ file: join(folder, expected), message: `does not go with ${input}: what is expected is in ${wanted}` }];
}
