// The help of `hitless completion`, and the request by which its scripts ask what could stand at the end of a command line.

import { Argument, type Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { commandTable } from '../command-table.ts';
import type { OnExit } from '../options.ts';
import { type ShellName, shellNames } from './shell-names.ts';

/** What a script calls the program with, before the words of the command line; cobra, and with it kubectl, uses the same. */
export const completionRequest = '__complete';

export function addCompletion(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('completion')
    .description('print the script that completes command lines of hitless in your shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(shellNames))
    .addHelpText('after', completionHelp)
    .action(async (shell: ShellName) => {
      const { shellScript } = await import('./shells.ts');
      terminal.out(await shellScript(shell));
      report(0);
    });
}

/** `words`: of the command line, the one to complete last. */
export async function answerCompletion(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { completionAnswer } = await import('./answer.ts');
  terminal.out(await completionAnswer(commandTable(program), words));
  return 0;
}

const completionHelp = `
The script asks hitless itself, so that it need not be made again for a new version. Names of namespaces and workloads come from the cluster
of your kubeconfig.

Examples:
  source <(hitless completion bash)                        in ~/.bashrc; or once:
  hitless completion bash > ~/.local/share/bash-completion/completions/hitless
  source <(hitless completion zsh)                         in ~/.zshrc, below compinit; or once:
  hitless completion zsh > "\${fpath[1]}/_hitless"
  hitless completion fish > ~/.config/fish/completions/hitless.fish`;
