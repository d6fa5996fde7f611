// The flags and the help of `hitless baseline`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { ConfigurationFlags } from '../configured.ts';
import { addInputOptions, files, givenOptions, type OnExit } from '../options.ts';
import type { BaselineOptions } from './baseline.ts';

export function addBaseline(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('baseline')
    .description('write the findings that there are into a file, so that hitless check counts only what is new')
    .addArgument(files())
    .option('-o, --output <file>', 'the file (default: baseline of the configuration, or .hitless-baseline.json)')
    .option('--prune', 'only take out what is not found any more')
    .addOption(new Option('--render', 'what the kustomizations among the files render to, as hitless check --render'))
    .addHelpText('after', baselineHelp)
    .action(async (paths: string[], flags: BaselineOptions & ConfigurationFlags) => {
      const { configured } = await import('../configured.ts');
      const options = configured(flags, {
        given: givenOptions(command),
        takes: ['policy', 'namespace', 'baseline'],
        terminal,
      });
      if (options === undefined) return report(2);
      const { baseline } = await import('./baseline.ts');
      report(await baseline(paths, options, terminal));
    });
  addInputOptions(command);
}

const baselineHelp = `
Name the same files as for hitless check: what is not among them is not in the baseline. A finding stays the same when its file is
renamed or its lines move. What annotations or the configuration accept is not written.

Exit codes: 0 written, or as it was, 2 something could not be read or written; the file is then as it was.

Examples:
  hitless baseline deploy/                                      accept what there is
  hitless check deploy/ --baseline .hitless-baseline.json       only what is new counts
  hitless baseline deploy/ --prune                              take out what was fixed`;
