// The flags of the hidden command that the lab starts on a node with --data-plane.

import type { Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import type { OnExit } from '../options.ts';

export function addRecordRules(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('record-rules', { hidden: true })
    .description('record the rules that kube-proxy writes on this node')
    .requiredOption('--namespace <name>', 'namespace of the Services')
    .action(async (options) => {
      const { recordRulesHere } = await import('./record-rules.ts');
      report(await recordRulesHere(options, terminal));
    });
}
