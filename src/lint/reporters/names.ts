// The output formats of `check`, one line each. The help needs only their names; each is loaded only when it is used.

import type { Terminal } from '../../terminal/terminal.ts';
import type { LintResult } from '../result.ts';
import type { DetailFlags } from './detail.ts';

/** `detail` is for people; what programs read is always whole. The text comes in pieces. */
export type Reporter = (result: LintResult, terminal: Terminal, detail: DetailFlags) => Iterable<string>;

export const reporters = {
  text: async () => (await import('./text.ts')).textOutput,
  json: async () => (await import('./json.ts')).jsonOutput,
  sarif: async () => (await import('./sarif.ts')).sarifOutput,
  github: async () => (await import('./github.ts')).githubOutput,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

export type OutputName = keyof typeof reporters;
export const outputNames = Object.keys(reporters) as readonly OutputName[];
