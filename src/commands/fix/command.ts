// The flags and the help of `hitless fix`.

import { type Command, Option } from 'commander';
import type { InputOptions } from '../../lint/inputs.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { ConfigurationFlags } from '../configured.ts';
import { addInputOptions, files, givenOptions, type OnExit, only } from '../options.ts';

interface FixFlags extends InputOptions, ConfigurationFlags {
  readonly write?: true;
  readonly stdout?: true;
  readonly only?: readonly string[];
}

export function addFix(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('fix')
    .description('edit the manifests as the rules ask, keeping comments and layout; prints a diff')
    .addArgument(files())
    .addOption(new Option('-w, --write', 'change the files').conflicts('stdout'))
    .addOption(new Option('--stdout', 'print the whole result for one file'))
    .addOption(only('edit'))
    .addHelpText('after', fixHelp)
    .action(async (paths: string[], flags: FixFlags) => {
      const { configured } = await import('../configured.ts');
      const takes = ['policy', 'namespace'] as const;
      const options = configured(flags, { given: givenOptions(command), takes, terminal });
      if (options === undefined) return report(2);
      const { fix } = await import('./fix.ts');
      const to = options.write ? 'write' : options.stdout ? 'stdout' : 'diff';
      report(await fix(paths, { ...options, to }, terminal));
    });
  addInputOptions(command);
}

const fixHelp = `
Exit codes: 0 every edit was made or shown, or there was none, even when something is left to do by hand (hitless check
reports that); 2 something could not be read, edited or written.

Examples:
  hitless fix deploy/                                the diff of every file
  hitless fix deploy/ | git apply                    the same as --write
  hitless fix . --only deploy/web.yaml               with the Services of all other files
  helm template . | hitless fix --stdout - | kubectl apply -f -`;
