import { expect, it } from 'vitest';
import { type ColourEnvironment, hasColour } from '../../src/terminal/colour.ts';

const cases: readonly [string, ColourEnvironment, boolean, boolean][] = [
  ['a terminal alone', {}, true, true],
  ['a pipe alone', {}, false, false],
  ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR=0 on a terminal', { FORCE_COLOR: '0' }, true, false],
  ['FORCE_COLOR=false on a terminal', { FORCE_COLOR: 'false' }, true, false],
  ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, false, false],
  ['NO_COLOR on a terminal', { NO_COLOR: '1' }, true, false],
  ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['FORCE_COLOR over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ['CLICOLOR_FORCE in a pipe', { CLICOLOR_FORCE: '1' }, false, true],
  ['CLICOLOR_FORCE=0 in a pipe', { CLICOLOR_FORCE: '0' }, false, false],
  ['NO_COLOR over CLICOLOR_FORCE', { NO_COLOR: '1', CLICOLOR_FORCE: '1' }, true, false],
  ['CLICOLOR=0 on a terminal', { CLICOLOR: '0' }, true, false],
  ['CLICOLOR=1 in a pipe', { CLICOLOR: '1' }, false, false],
  ['a terminal that has no colours', { TERM: 'dumb' }, true, false],
];

it.each(cases)('%s', (_, environment, isTTY, expected) => {
  expect(hasColour({ isTTY }, environment)).toBe(expected);
});
