// What the reader of the subset reads, the library reads in the same way: values, positions, doubled keys. Compared for every manifest of
// the other tests, and for these with a few random edits each. HITLESS_TEST_RUNS sets how many.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutMark } from '../../src/yaml/documents.ts';
import { parseText } from '../../src/yaml/parse.ts';
import { readSubset } from '../../src/yaml/subset/read.ts';

const byLibrary = (text: string) => parseText(text, () => undefined);

/** Small ones: a mistake of one character shows in them as well. */
const manifests = ['test/cli', 'test/golden', 'test/kinds', 'test/policies', 'charts', 'docs/examples'].flatMap(
  (folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ya?ml$|(?:^|\/)stdin$/.test(file) && !file.endsWith('f-bomb.yaml'))
      .map((file) => withoutMark(readFileSync(join(folder, file), 'utf8')))
      .filter((text) => text.length < 20_000),
);

const whole = (text: string) => readSubset(text, [0, text.length]);

/** Everything that means something in YAML, and some things that do not. */
const pieces = [
  ...[
    ' ',
    '  ',
    '\n',
    '\n\n',
    '#',
    ' # c',
    '# c\n',
    '  # c\n',
    ':',
    ': ',
    '- ',
    '-',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '|',
    '>',
  ],
  ...[
    '|-',
    '>-',
    '|\n',
    '>\n    x\n\n    y\n',
    '\t',
    '\r\n',
    'a',
    '1',
    '0',
    '-0',
    '.',
    'e3',
    '1e3',
    'true',
    'y',
    '~',
    '&a ',
    '*a',
    '!',
  ],
  ...[
    '!!str ',
    '?',
    '? ',
    '<<',
    '<<: ',
    '=',
    '%',
    '@',
    '`',
    '---\n',
    '---',
    '...\n',
    '\\',
    '\\n',
    '\\x41',
    'é',
    'a: b',
    '- x\n',
    '0x1',
  ],
  ...[
    '1_0',
    '0o7',
    '017',
    '1.50',
    '22:22',
    '2024-01-01',
    'null',
    '--',
    'key:\n',
    '{a: b}',
    '["x", y]',
    '{}',
    '[]',
    "'it''s'",
    'foo bar',
  ],
  ...['\u00a0', '\u0085', '\u2028', '\u0007', '  x: 1\n', 'a:\n- b\n- c: d\n'],
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.integer({ min: 0, max: 6 }),
  put: fc.constantFrom('', ...pieces),
  atLineStart: fc.boolean(),
});

/** A few lines of a manifest, with some of them changed. */
const edited = fc
  .record({
    text: fc.constantFrom(...manifests),
    from: fc.nat(30),
    lines: fc.integer({ min: 1, max: 40 }),
    edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
  })
  .map(({ text, from, lines, edits }) => {
    const all = text.split('\n');
    const some = all
      .slice(from % all.length)
      .slice(0, lines)
      .join('\n');
    return edits.reduce((now, { at, drop, put, atLineStart }) => {
      const offset = Math.floor(at * now.length);
      const place = atLineStart ? now.lastIndexOf('\n', offset) + 1 : offset;
      return now.slice(0, place) + put + now.slice(place + drop);
    }, some);
  });

describe('the reader of the subset', () => {
  it('reads most manifests', () => {
    expect(manifests.length).toBeGreaterThan(1_000);
    const single = manifests.filter((text) => !/^---$/m.test(text.slice(4)));
    expect(single.filter((text) => whole(text) !== undefined).length / single.length).toBeGreaterThan(0.7);
  });

  it('reads every manifest of the tests as the library does', () => {
    for (const text of manifests) expect(parseText(text)).toEqual(byLibrary(text));
  });

  it('reads what is edited at random as the library does, or leaves it to it', () => {
    let read = 0;
    fc.assert(
      fc.property(edited, (text) => {
        if (whole(text) === undefined) return;
        read += 1;
        expect(parseText(text)).toEqual(byLibrary(text));
      }),
      { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 3_000) },
    );
    expect(read).toBeGreaterThan(0);
  });

  it.each([
    ['a key before a value that is missing', 'a:\nb: 1\n', { a: null, b: 1 }],
    ['a list in the column of its key', 'a:\n- 1\n- b: c\n  d: "e"\nf: g\n', { a: [1, { b: 'c', d: 'e' }], f: 'g' }],
    ['a text over several lines', 'a: one\n  two\n\n  three\nb: x\n', { a: 'one two\nthree', b: 'x' }],
    ['a text as it is', 'a: |\n  x\n\n   y\nb: >-\n  x\n  y\n', { a: 'x\n\n y\n', b: 'x y' }],
    ['brackets', 'a: {b: "c", d: [1, x y]}\n', { a: { b: 'c', d: [1, 'x y'] } }],
    [
      'words that are values',
      'a: yes\nb: Off\nc: ~\nd: 1.2.3\ne: -7\nf: 2.5\n',
      { a: true, b: false, c: null, d: '1.2.3', e: -7, f: 2.5 },
    ],
  ])('reads %s', (_, text, value) => {
    expect(whole(text)).toBeDefined();
    expect(valueIn(text)).toEqual(value);
  });

  it.each([
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a merge key', 'a:\n  <<: {b: c}\n'],
    ['an octal number', 'a: 0755\n'],
    ['a quote over two lines', 'a: "x\n  y"\n'],
    ['a tab', 'a:\n\tb: 1\n'],
    ['a second colon', 'a: b: c\n'],
    ['a comment within a text', 'a: one\n  # c\n  two\n'],
    ['a single value', 'hello\n'],
    ['an unfinished bracket', 'a: [1, 2\n'],
    ['keys in different columns', 'a:\n    b: 1\n  c: 2\n'],
    ['what is nested more than 200 levels deep', `a: ${'['.repeat(201)}${']'.repeat(201)}\n`],
    ['a byte order mark within the document', 'a: 1\n\uFEFFb: 2\n'],
    ['a comment before a text', 'a:\n  # c\n  one\n'],
  ])('leaves %s to the library', (_, text) => {
    expect(whole(text)).toBeUndefined();
  });
});

function valueIn(text: string): unknown {
  const value = (node: NonNullable<ReturnType<typeof whole>>['root']): unknown => {
    if (node === undefined || node.kind === 'alias') return undefined;
    if (node.kind === 'scalar') return node.value;
    if (node.kind === 'list') return node.items.map(value);
    return Object.fromEntries(node.pairs.map((pair) => [pair.key, value(pair.value)]));
  };
  return value(whole(text)?.root);
}
