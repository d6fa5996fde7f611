// The flags and the help of `hitless explain`.

import { type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { addInputOptions, files, type OnExit } from '../options.ts';
import type { ExplainOptions } from './explain.ts';

export function addExplain(program: Command, terminal: Terminal, report: OnExit): void {
  const command = program
    .command('explain')
    .description(
      'show the policy of each Deployment, field by field with its source, and why each rule does or does not edit',
    )
    .addArgument(files())
    .addOption(new Option('--name <name>', 'only Deployments with this name, such as web or shop/web'))
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', explainHelp)
    .action(async (paths: string[], options: ExplainOptions) => {
      const { explain } = await import('./explain.ts');
      report(await explain(paths, options, terminal));
    });
  addInputOptions(command);
}

const explainHelp = `
Exit codes: 0 whatever the rules find, 2 something could not be read, or nothing has the given name.

Example:
  hitless explain deploy/ --name web`;
