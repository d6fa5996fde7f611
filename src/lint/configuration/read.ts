// Reads the configuration: every mistake in it at once, each with its line; its paths as if they were named from the working folder.

import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { type IsIgnored, ignoredPaths } from '../../files/ignored-paths.ts';
import { readSource } from '../../files/read-source.ts';
import { sentence } from '../../policy/validation/field-error.ts';
import type { Severity } from '../../rules/finding.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { type Problem, readDocuments, type SourceDocument } from '../../yaml/documents.ts';
import { mostMistakes } from '../manifest/mistake.ts';
import type { OutputTarget } from '../reporters/outputs.ts';
import { configurationShape } from './fields.ts';
import { configurationName } from './find.ts';
import type { IgnoreEntry } from './ignore-entries.ts';
import { mistakesIn } from './shapes.ts';

export interface Configuration {
  /** As messages name it. */
  readonly file: string;
  readonly policies?: readonly string[];
  readonly namespace?: string;
  readonly failOn?: Severity | 'never';
  readonly outputs?: readonly OutputTarget[];
  readonly baseline?: string;
  readonly isIgnored?: IsIgnored;
  readonly ignores: readonly IgnoreEntry[];
}

export type ReadConfiguration =
  | { readonly configuration: Configuration }
  /** At least one. */
  | { readonly problems: readonly Problem[] };

export function readConfiguration(path: string): ReadConfiguration {
  const file = isAbsolute(path) ? relative('', path) : path;
  const { text, problem } = readSource({ file, onDisk: true, named: true });
  if (text === undefined) return { problems: problem === undefined ? [] : [problem] };
  if (/^\.hitless\.(?:yml|json)$/.test(basename(path)))
    return { problems: [{ file, message: `its name must be ${configurationName}: rename it` }] };
  const { documents, problems } = readDocuments(file, text);
  const [document, second] = documents;
  if (problems.length > 0) return { problems };
  if (second !== undefined)
    return { problems: [{ file, ...second.positionOf([]), message: 'a second document: the configuration is one' }] };
  if (document === undefined) return { configuration: { file, ignores: [] } };
  const wrong = problemsIn(document);
  return wrong.length > 0 ? { problems: wrong } : { configuration: toConfiguration(document) };
}

function problemsIn({ file, value, doubled, positionOf }: SourceDocument): readonly Problem[] {
  const twice = doubled.map(({ key, first, second }) => {
    return { file, ...second, message: `the key ${key} is already in line ${first.line}: remove one of the two` };
  });
  const mistakes = mistakesIn(value, configurationShape);
  const told = mistakes
    .slice(0, mostMistakes)
    .map((one) => ({ file, ...positionOf(one.keys), message: sentence(one) }));
  const rest = mistakes.length - told.length;
  const all = [...twice, ...told].sort((a, b) => a.line - b.line || a.column - b.column);
  return rest === 0 ? all : [...all, { file, message: `${rest} more mistakes` }];
}

/** Only for a document without mistakes: every value has the type that it is cast to. */
function toConfiguration({ file, value, positionOf }: SourceDocument): Configuration {
  const { policies, namespace, failOn, outputs, baseline, ignoredPaths: patterns, ignores = [] } = value as JsonObject;
  const folder = dirname(resolve(file));
  const here = (path: string) => relative('', resolve(folder, path)) || '.';
  const entries = ignores as readonly JsonObject[];
  return {
    file,
    ...(policies !== undefined && { policies: listOf(policies).map(here) }),
    ...(namespace !== undefined && { namespace: namespace as string }),
    ...(failOn !== undefined && { failOn: failOn as Severity | 'never' }),
    ...(outputs !== undefined && { outputs: (outputs as readonly Json[]).map((one) => toOutput(one, here)) }),
    ...(baseline !== undefined && { baseline: here(baseline as string) }),
    ...(patterns !== undefined && { isIgnored: ignoredPaths(listOf(patterns), folder) }),
    ignores: entries.map((one, at) => toEntry(one, `${file}:${positionOf(['ignores', at]).line}`)),
  };
}

function listOf(value: Json): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [value as string];
}

function toOutput(value: Json, here: (path: string) => string): OutputTarget {
  const { format, file } = (isObject(value) ? value : { format: value }) as unknown as OutputTarget;
  return { format, ...(file !== undefined && { file: here(file) }) };
}

function toEntry({ reason, until, ...entry }: JsonObject, where: string): IgnoreEntry {
  const selectors = Object.entries(entry).map(([key, value = null]) => [key, listOf(value)]);
  return {
    ...Object.fromEntries(selectors),
    where,
    reason: (reason as string).trim().replace(/\s+/g, ' '),
    ...(until !== undefined && { until: until as string }),
  };
}
