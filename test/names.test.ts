// A name that two files of src export means the same in both: who searches for it finds one thing.

import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Names that several files define all the same, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  KeyPair: 'a certificate and its key, both PEM: the server takes one without knowing where certificates come from',
};

// What a file hands on with `export type { ... }` it does not define.

const exported =
  /^export (?:declare )?(?:async )?(?:function\*?|const|let|class|abstract class|interface|type|enum) (\w+)/gm;
function exportsOf(file: string): readonly string[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(exported), ([, name = '']) => name);
}

const filesByName = new Map<string, Set<string>>();
for (const file of globSync('src/**/*.ts').toSorted())
  for (const name of exportsOf(file)) filesByName.set(name, (filesByName.get(name) ?? new Set()).add(file));

const shared = [...filesByName].filter(([, files]) => files.size > 1);

it('no name is exported from two files with two meanings', () => {
  const unexplained = shared.filter(([name]) => !Object.hasOwn(exceptions, name));
  expect(unexplained.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
});

it('every exception is one', () => {
  const names = shared.map(([name]) => name);
  expect(Object.keys(exceptions).filter((name) => !names.includes(name))).toEqual([]);
});
