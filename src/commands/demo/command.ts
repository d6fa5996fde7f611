// The flags and the help of `hitless demo`.

import type { Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { OnExit } from '../options.ts';

export function addDemo(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('demo')
    .description('show the webhook at work: a throw-away server, real requests, and its answers')
    .action(async () => {
      const { demo } = await import('./demo.ts');
      report(await demo(terminal));
    });
}
