// The flags and the help of `hitless version`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { OnExit } from '../options.ts';
import type { VersionOptions } from './version.ts';

export function addVersion(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('version')
    .description('print the version of hitless, what it runs on, and what it was built from')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (options: VersionOptions) => {
      const { printVersion } = await import('./version.ts');
      report(printVersion(options, terminal));
    });
}
