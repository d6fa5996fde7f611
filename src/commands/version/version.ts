// `hitless version`: what a report about hitless should begin with.
//
// JSON: { version, node, platform, arch, build?: { kind: image | single file, revision?, base? } }

import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { type BuildFacts, readBuildFacts, version } from '../../version.ts';

export interface VersionOptions {
  readonly output: 'text' | 'json';
}

export function printVersion({ output }: VersionOptions, terminal: Terminal): ExitCode {
  const { platform, arch, versions } = process;
  const build = readBuildFacts();
  if (output === 'json') {
    terminal.out(`${visibleJson({ version, node: versions.node, platform, arch, ...(build && { build }) })}\n`);
    return 0;
  }
  terminal.out(`hitless ${version}\nNode.js ${versions.node} on ${platform}, ${arch}\n`);
  if (build !== undefined) terminal.out(`${visible(buildLine(build))}\n`);
  return 0;
}

export function buildLine({ kind, revision, base }: BuildFacts): string {
  const of = revision === undefined ? '' : `, built from revision ${revision}`;
  return `${kind}${of}${base === undefined ? '' : `, on ${base}`}`;
}
