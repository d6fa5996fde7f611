// The first two files of a bundle: what is in it and what is not, for people and for programs.
//
// index.json: { format, created, version, parts: [{ path, title, state: whole | partial | missing, why? }] }

import { bundleFormat } from '../../names.ts';
import { visibleJson } from '../../text/hidden.ts';
import { version } from '../../version.ts';
import { limitSentences, never } from './contents.ts';
import type { Part } from './part.ts';

export interface Made {
  readonly at: Date;
  readonly logLines: number;
}

export function readmeOf(parts: readonly Part[], { at, logLines }: Made): string {
  const there = parts.filter(({ text }) => text !== undefined);
  const missing = parts.filter(({ text }) => text === undefined);
  return [
    '# Support bundle of hitless',
    '',
    `Made by hitless bundle ${version} at ${at.toISOString()}. Please look through it before you give it to anybody.`,
    ...section(
      'What is in it',
      there.map(({ path, title, why }) => `\`${path}\`: ${title}${why === undefined ? '' : ` (not whole: ${why})`}`),
    ),
    ...section(
      'What could not be read',
      missing.map(({ path, title, why }) => `\`${path}\`: ${title}. Reason: ${why}`),
    ),
    ...section('What is never in it', never),
    ...section('Limits', limitSentences(logLines)),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  const items = lines.length === 0 ? ['Nothing.'] : lines.map((line) => `- ${line}`);
  return ['', `## ${title}`, '', ...items];
}

export function indexOf(parts: readonly Part[], { at }: Made): string {
  const rows = parts.map(({ path, title, text, why }) => ({
    ...{ path, title, state: stateOf(text, why) },
    ...(why !== undefined && { why }),
  }));
  return `${visibleJson({ format: bundleFormat, created: at.toISOString(), version, parts: rows })}\n`;
}

function stateOf(text: string | undefined, why: string | undefined): 'whole' | 'partial' | 'missing' {
  if (text === undefined) return 'missing';
  return why === undefined ? 'whole' : 'partial';
}
