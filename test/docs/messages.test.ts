// Every message that an operator can meet is explained in docs, and every message explained there is one that hitless has.

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isInstance, type Literal, literalsOf, messagesOf, sentencesOf } from './messages.ts';
import { kindOf, kinds } from './operators.ts';

const root = new URL('../../', import.meta.url);
const cwd = fileURLToPath(root);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

const pages = ['docs/troubleshooting.md', 'docs/rules.md'];
const explained = pages.flatMap((page) => messagesOf(read(page)).map((message) => ({ page, message })));
const files = globSync('src/**/*.ts', { cwd }).toSorted();
const sentences = new Map(files.flatMap((file) => [...sentencesOf(read(file))]));
const source: readonly (Literal & { readonly file: string })[] = files.flatMap((file) =>
  literalsOf(read(file), sentences).map((literal) => ({ ...literal, file })),
);

/** What the chart says: values that do not go together. Its alerts have a page and a test of their own. */
function chartTexts(): readonly string[] {
  const templates = globSync('charts/hitless/templates/*', { cwd }).map(read).join('\n');
  return Array.from(templates.matchAll(/\bfail (?:\(printf )?"([^"]+)"/g), ([, text = '']) =>
    text.replaceAll(/%[a-z]/g, '…'),
  );
}

const chart = chartTexts();
const required = [
  ...source.flatMap((literal) => {
    const kind = kindOf(literal.file, literal);
    return kind === undefined ? [] : [{ kind: kind.name, file: literal.file, text: literal.text }];
  }),
  ...chart.map((text) => ({ kind: 'chart', file: 'charts/hitless', text })),
];

describe('messages', () => {
  it.each(kinds)('of the kind $name are found in the source', ({ name }) => {
    expect(required.filter(({ kind }) => kind === name).length).toBeGreaterThanOrEqual(4);
  });

  it('of the chart are found', () => expect(chart.length).toBeGreaterThan(5));

  it(`that an operator can meet are explained in ${pages.join(' or ')}`, () => {
    const missing = required.filter(({ text }) => !explained.some(({ message }) => isInstance(text, message)));
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('that are explained are messages of hitless', () => {
    const texts = [...source.map(({ text }) => text), ...chart];
    const stale = explained.filter(({ message }) => !texts.some((text) => isInstance(text, message)));
    expect(stale.map(({ page, message }) => `${page}: ${message}`)).toEqual([]);
  });

  it('are explained once', () => {
    const seen = explained.map(({ page, message }) => `${page}: ${message}`);
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });
});

describe('the reader of messages', () => {
  it('finds strings and templates, with what is before them', () => {
    const code = `log.info({ a: 1 }, 'one is not \\'two\\''); // 'no'
      const x = /'/.test(y) ? \`three \${z ? 'four' : \`five \${6}\`} seven\` : "eight";`;
    expect(literalsOf(code).map(({ text }) => text)).toEqual([
      "one is not 'two'",
      'four',
      'five …',
      'three … seven',
      'eight',
    ]);
    expect(literalsOf(code)[0]?.before).toContain('log.info(');
  });

  it('reads what a function returns as its text', () => {
    const text = `function wrong({ at }: Place): string {\n  return \`\${at} is wrong\`;\n}\n`;
    const code = `const x = \`request.\${wrong(place)}: \${other(place)}\`;`;
    expect(literalsOf(code, sentencesOf(text))[0]?.text).toBe('request.… is wrong: …');
  });

  it('compares what is computed with anything', () => {
    expect(isInstance('container web has 3 ports', 'container … has … ports')).toBe(true);
    expect(isInstance('container … has … port', 'container … has … ports')).toBe(false);
  });
});
