// The flags and the help of `hitless explain`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addInputOptions, files, type OnExit } from '../options.ts';
import type { ExplainOptions } from './explain.ts';

export function addExplain(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('explain')
    .description(
      'show the policy of each Deployment, field by field with who set it, and why each rule edits or does not',
    )
    .addArgument(files())
    .addOption(new Option('--name <name>', 'only the Deployments of this name, as web or shop/web'))
    .addOption(new Option('-o, --output <format>', 'how to say it').choices(['text', 'json']).default('text'))
    .addHelpText('after', explainHelp)
    .action(async (paths: string[], options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      report(await explain(paths, options, terminal));
    });
  addInputOptions(command);
}

const explainHelp = `
Exit codes: 0 whatever the rules say, 2 something could not be read or has no such name.

Example:
  hitless explain deploy/ --name web`;
