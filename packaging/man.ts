// Writes the manual pages, one for the program and one for each command, made from the table that help is made of.
//
//   node packaging/man.ts dist/man

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asPlugin } from '../src/commands/plugin.ts';
import { programTable } from '../src/commands/program.ts';
import type { ProgramName } from '../src/names.ts';
import { version } from '../src/version.ts';
import { manPage, pageName, withPages } from './man-page.ts';

/** Texts by the names of their files. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map([...pagesOf('hitless'), pluginPage()]);
}

function pagesOf(program: ProgramName): readonly (readonly [string, string])[] {
  const table = programTable(program);
  return [undefined, ...withPages(table)].map((command) => {
    const page = { program, version, table, ...(command && { command }) };
    return [`${pageName(page)}.1`, manPage(page)] as const;
  });
}

/** Its commands have their pages under the other name. */
function pluginPage(): readonly [string, string] {
  const program = 'kubectl hitless';
  const table = programTable(program);
  const text = manPage({ program, version, table }).replaceAll('kubectl\\-hitless\\-', 'hitless\\-');
  const names = table.commands.map(({ name }) => name);
  return ['kubectl-hitless.1', asPlugin(text, names)];
}

function write([folder = 'dist/man']: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of manPages()) writeFileSync(join(folder, name), text);
}

if (import.meta.main) write(process.argv.slice(2));
