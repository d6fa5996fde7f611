// docs/architecture.md names only files that exist.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');

/** Paths in code spans; a part in angle brackets is chosen by the contributor, so its folder counts. */
function pathsNamed(): readonly string[] {
  const spans = Array.from(page.matchAll(/`([\w./<>-]+)`/g), ([, path = '']) => path);
  const paths = spans.filter((path) => /^(?:src|test|docs|scripts)\//.test(path));
  return [...new Set(paths.map((path) => path.replace(/[^/]*<.*$/, '')))];
}

/** The walks name files without src/; later ones of a walk stand in the folder of the one before. */
function filesOfWalks(): readonly string[] {
  const walks = /^## Other walks\n([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  let folder = '';
  return Array.from(walks.matchAll(/`([\w./-]+)`/g), ([, path = '']) => {
    if (path.includes('/')) folder = path.slice(0, path.lastIndexOf('/') + 1);
    return `src/${path.includes('/') ? path : folder + path}`;
  });
}

/** The first cells of the table of folders. */
function foldersNamed(): readonly string[] {
  const table = /^## The folders\n([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  return Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), ([, folder = '']) => `src/${folder}/`);
}

it('names many paths', () => expect(pathsNamed().length).toBeGreaterThan(25));

it.each([...new Set([...pathsNamed(), ...filesOfWalks(), ...foldersNamed()])])('%s is there', (path) => {
  expect(existsSync(fileURLToPath(new URL(path, root)))).toBe(true);
});
