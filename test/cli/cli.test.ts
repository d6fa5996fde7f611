// Each folder here is one command line: `args`, its input files, perhaps `stdin`, and what it must print and return.
// Rewrite the expectations with `npm run test:golden`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hitless } from '../support/hitless.ts';

const here = 'test/cli';
const cases = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** Files are named from the folder of the case, as a person in it would. */
async function runCase(folder: string) {
  const args = readFileSync(join(folder, 'args'), 'utf8').trim().split(' ');
  const stdin = join(folder, 'stdin');
  const placed = args.map((arg) => (existsSync(join(folder, arg)) && arg !== '-' ? join(folder, arg) : arg));
  const { code, out, err } = await hitless(placed, existsSync(stdin) ? readFileSync(stdin) : '');
  const home = (text: string) => text.replaceAll(`${folder}/`, '');
  return { code, out: home(out), err: home(err) };
}

describe('command lines', () => {
  it.each(cases.map(({ name }) => name))('%s', async (name) => {
    const folder = join(here, name);
    const { code, out, err } = await runCase(folder);
    const expected = (file: string) => join(process.cwd(), folder, file);
    await expect(out).toMatchFileSnapshot(expected('stdout'));
    await expect(err).toMatchFileSnapshot(expected('stderr'));
    await expect(`${code}\n`).toMatchFileSnapshot(expected('exit'));
  });

  it('are all complete', () => {
    for (const { name } of cases)
      expect(readdirSync(join(here, name))).toEqual(expect.arrayContaining(['args', 'exit']));
  });
});
