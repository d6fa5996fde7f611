// Every relative link in the documents leads to a file or folder that is there, and its anchor to a heading of that page.

import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, slugOf } from './links.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'charts/**/*.md', 'certs/*.md'], {
  cwd: root,
}).toSorted();

/** What is wrong with a link, or undefined. */
function problem(page: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (file.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(root, file))) return `${file} is not there`;
  if (anchor === undefined) return undefined;
  const document = statSync(join(root, file)).isDirectory() ? join(file, 'README.md') : file;
  return anchorsOf(read(document)).has(anchor) ? undefined : `${document} has no heading #${anchor}`;
}

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const broken = linksOf(read(page)).flatMap(({ target, line }) => {
      const reason = problem(page, target);
      return reason === undefined ? [] : [`${page}:${line}: ${target}: ${reason}`];
    });
    expect(broken).toEqual([]);
  });

  it('lead to every page of docs from some other page', () => {
    const linked = new Set(
      pages.flatMap((page) =>
        linksOf(read(page)).map(({ target }) => normalize(join(dirname(page), target.split('#')[0] ?? ''))),
      ),
    );
    const isLinked = (page: string) => linked.has(page) || linked.has(dirname(page)) || linked.has(`${dirname(page)}/`);
    expect(pages.filter((page) => page.startsWith('docs/') && !isLinked(page))).toEqual([]);
  });
});

describe('the reader of links', () => {
  it.each([
    ['What it will never do', 'what-it-will-never-do'],
    ['`hitless check`: findings', 'hitless-check-findings'],
    ['Figures, and what they mean', 'figures-and-what-they-mean'],
    ['The [rules](rules.md)', 'the-rules'],
    ['`pre-stop-sleep`', 'pre-stop-sleep'],
    ['Step 1: a_b / c', 'step-1-a_b--c'],
    ['5. Überblick', '5-überblick'],
  ])('makes of the heading %s the anchor %s', (heading, anchor) => expect(slugOf(heading)).toBe(anchor));

  it('counts headings of one name', () => {
    expect([...anchorsOf('# Use\n\n## Use\n\n```\n# Use\n```\n\n## Use')]).toEqual(['use', 'use-1', 'use-2']);
  });

  it('finds links and pictures, but none in code', () => {
    const text = '[a](b.md#c) and ![d](e.svg)\n`[f](g)` [h](<i.md> "title")\n```\n[j](k)\n```\n[l]: m.md';
    expect(linksOf(text).map(({ target, line }) => `${target} ${line}`)).toEqual([
      'b.md#c 1',
      'e.svg 1',
      'i.md 2',
      'm.md 6',
    ]);
  });

  it.each([
    ['docs/no-such-page.md', 'docs/no-such-page.md is not there'],
    ['#no-such-heading', 'README.md has no heading #no-such-heading'],
    ['../elsewhere.md', 'leads out of the repository'],
  ])('tells that README.md may not link to %s', (target, reason) => expect(problem('README.md', target)).toBe(reason));
});
