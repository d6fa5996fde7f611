// What a shell makes of the words of a command that is advised.

import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/text/shell-word.ts';

it.each([
  'prod',
  'arn:aws:eks:eu-1:1:cluster/prod',
  'me@prod',
  '',
  'a b',
  "it's",
  '$(id)',
  'a;b',
  '`id`',
  'a\nb',
  '~',
  '*',
])('%j stays one word', (name) => {
  const { stdout } = spawnSync('sh', ['-c', `printf '[%s]' ${shellWord(name)}`], { encoding: 'utf8' });
  expect(stdout).toBe(`[${name}]`);
});

it('has no quotes where none are needed', () => {
  expect(shellWord('me@prod-1.example:8443/x')).toBe('me@prod-1.example:8443/x');
});
