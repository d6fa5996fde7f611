// Before pods roll.

import { expect, it } from 'vitest';
import { confirm } from '../../src/terminal/confirm.ts';
import { terminal } from '../support/terminal.ts';

const question = { command: 'hitless verify', flag: '--restart', what: 'the pods of web will be replaced' };

it.each([
  ['y', true],
  [' Yes ', true],
  ['', false],
  ['yesterday', false],
  ['n', false],
])('the answer %j means %j', async (answer, agreed) => {
  const asked: string[] = [];
  const { io, said } = terminal();
  const ask = async (text: string) => {
    asked.push(text);
    return answer;
  };
  expect(await confirm(question, { ...io, ask })).toBe(agreed);
  expect(asked).toEqual(['hitless verify --restart: the pods of web will be replaced. Continue? [y/N] ']);
  expect(said.err).toBe(agreed ? '' : 'hitless verify: nothing was changed.\n');
});

it('without a terminal there is nobody to agree', async () => {
  const { io, said } = terminal();
  expect(await confirm(question, io)).toBe(false);
  expect(said.err).toContain('There is no terminal to ask for confirmation: use --yes to confirm.');
});
