// The flags of the hidden command that the lab starts in its load pod.

import type { Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { type OnExit, whole } from '../options.ts';

export function addLoad(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('load', { hidden: true })
    .description('send the load of the experiment')
    .option('--port <n>', 'the port that receives the instructions', whole(0, 65_535), 8080)
    .option('--idle-exit <seconds>', 'end when no instruction has come for so long', whole(1, 86_400))
    .action(async (options) => {
      const { load } = await import('./load.ts');
      report(await load(options, terminal));
    });
}
