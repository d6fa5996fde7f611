// The scripts, one for each shell.

import type { ShellName } from './shell-names.ts';

const scripts: Readonly<Record<ShellName, () => Promise<string>>> = {
  bash: async () => (await import('./bash.ts')).bashScript,
  zsh: async () => (await import('./zsh.ts')).zshScript,
  fish: async () => (await import('./fish.ts')).fishScript,
};

export function shellScript(shell: ShellName): Promise<string> {
  return scripts[shell]();
}
