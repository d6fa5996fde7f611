// The output formats of `check` and `audit`, one line each. The help needs only their names; each is loaded only when it is used.

import type { Reporter } from './reporter.ts';

/** Those that need nothing but a report. Text and JSON show more, which `check` and `audit` do not share. */
export const reporters = {
  sarif: async () => (await import('./sarif.ts')).sarifOutput,
  github: async () => (await import('./github.ts')).githubOutput,
  gitlab: async () => (await import('./gitlab.ts')).gitlabOutput,
  junit: async () => (await import('./junit.ts')).junitOutput,
  markdown: async () => (await import('./markdown.ts')).markdownOutput,
  html: async () => (await import('./html/html.ts')).htmlOutput,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

export type OutputName = 'text' | 'json' | keyof typeof reporters;
export const outputNames = ['text', 'json', ...Object.keys(reporters)] as readonly OutputName[];

/** Those that show what an edit does to a file. */
const withEdits: readonly OutputName[] = ['sarif', 'html'];

export function showsEdits(outputs: readonly { readonly format: OutputName }[]): boolean {
  return outputs.some(({ format }) => withEdits.includes(format));
}
