// The completion scripts in the real shells, at a real terminal: what a person types, a tab, and what the shell then runs.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShellName, shellNames } from '../../../src/commands/completion/shell-names.ts';

const root = process.cwd();
const cli = join(root, 'src/cli.ts');
const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

let folder: string;

/** `hitless` answers completion requests, and otherwise prints what it was called with. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-shells-'));
  mkdirSync(join(folder, 'bin'));
  const script = `#!/bin/sh
if [ "$1" = __complete ] || [ "$1" = completion ]; then exec '${process.execPath}' '${cli}' "$@"; fi
printf 'RAN'; printf ' <%s>' "$@"; printf '\\n'
`;
  writeFileSync(join(folder, 'bin/hitless'), script, { mode: 0o755 });
  mkdirSync(join(folder, 'deploy'));
  writeFileSync(join(folder, 'deploy/web one.yaml'), '');
  writeFileSync(join(folder, 'policy.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const starts: Readonly<Record<ShellName, { readonly command: string; readonly set: string }>> = {
  bash: { command: 'bash --norc --noprofile -i', set: "PS1='ready> '; source <(hitless completion bash)" },
  zsh: {
    command: 'zsh -f -i',
    set: "PS1='ready> '; autoload -U compinit && compinit -u -D; source <(hitless completion zsh)",
  },
  fish: {
    command: 'fish --no-config -i',
    set: "function fish_prompt; echo 'ready> '; end; hitless completion fish | source",
  },
};

/** Types each line with a tab at its end, and gives what ran. */
function typed(shell: ShellName, lines: readonly string[]): Promise<readonly string[]> {
  const { command, set } = starts[shell];
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  let seen = '';
  const waiting = [`${set}; hitless begun\n`, ...lines.map((line) => `${line}\t\n`)];
  const next = () => {
    const line = waiting.shift();
    if (line === undefined) return void child.kill();
    child.stdin.write(line);
  };
  const ran = () => seen.match(/^RAN.*$/gm) ?? [];
  let done = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += stripVTControlCharacters(text).replaceAll('\r', '');
    if (ran().length > done && seen.endsWith('ready> ')) {
      done = ran().length;
      next();
    }
  });
  child.once('error', reject);
  child.once('close', () => resolve(ran().slice(1)));
  next();
  return promise;
}

describe.each(shellNames)('%s', (shell) => {
  it.skipIf(!isThere(shell) || !isThere('script'))(
    'completes commands, options, values and files',
    async () => {
      const ran = await typed(shell, [
        'hitless chec',
        'hitless check --fail-o',
        'hitless explain x -o js',
        'hitless explain x --output=js',
        'hitless status --skip certif',
        'hitless check pol',
        'hitless check --policy pol',
        'hitless check --policy=pol',
        'hitless serve --objects dep',
        'hitless check deploy/we',
      ]);
      // zsh takes a slash away again that it has added.
      expect(ran.map((line) => line.trim().replace('<deploy>', '<deploy/>'))).toEqual([
        'RAN <check>',
        'RAN <check> <--fail-on>',
        'RAN <explain> <x> <-o> <json>',
        'RAN <explain> <x> <--output=json>',
        'RAN <status> <--skip> <certificate>',
        'RAN <check> <policy.yaml>',
        'RAN <check> <--policy> <policy.yaml>',
        'RAN <check> <--policy=policy.yaml>',
        'RAN <serve> <--objects> <deploy/>',
        'RAN <check> <deploy/web one.yaml>',
      ]);
    },
    180_000,
  );
});
