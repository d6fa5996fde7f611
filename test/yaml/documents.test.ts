// Text to documents: what counts as one, where fields stand, and what is told of text that cannot be used.

import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/yaml/documents.ts';
import { processorMs } from '../support/processor-time.ts';

const values = (text: string) => readDocuments('f.yaml', text).documents.map((document) => document.value);
const problems = (text: string) => readDocuments('f.yaml', text).problems;

describe('what a text holds', () => {
  it.each([
    [
      'several documents, empty ones left out',
      '---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n',
      [{ a: 1 }, { b: 2 }],
    ],
    ['JSON, also with tabs', '{\n\t"a": [1, "x", null, true]\n}\n', [{ a: [1, 'x', null, true] }]],
    ['a byte order mark and Windows line ends', '\uFEFFa: 1\r\nb: 2\r\n', [{ a: 1, b: 2 }]],
    ['the items of a List', 'kind: List\nitems:\n- a: 1\n- b: 2\n', [{ a: 1 }, { b: 2 }]],
    ['the items of a typed List', '{"kind":"DeploymentList","items":[{"a":1}]}', [{ a: 1 }]],
    ['an empty List', 'kind: List\nitems: []\n', []],
    ['a kind that only ends like a List', 'kind: AllowList\nspec: 1\n', [{ kind: 'AllowList', spec: 1 }]],
    ['words that are true and false for kubectl', 'a: yes\nb: off\n', [{ a: true, b: false }]],
    [
      'text that other readers take for dates and times',
      'a: 2020-01-01\nb: 22:22\n',
      [{ a: '2020-01-01', b: '22:22' }],
    ],
    ['octal numbers', 'a: 0644\nb: 0o36\nc: "0o36"\n', [{ a: 420, b: 30, c: '0o36' }]],
    [
      'text that looks like a number and is none, or a greater one than there is',
      'a: e3\nb: 1e400\nc: 7e12345\nd: 1e3\n',
      [{ a: 'e3', b: '1e400', c: '7e12345', d: 1000 }],
    ],
    [
      'JSON documents directly behind one another',
      '{"a":"}{"}\n{\n  "b": [{}, 1]\n}{"c":"\\"{"}\n',
      [{ a: '}{' }, { b: [{}, 1] }, { c: '"{' }],
    ],
    ['documents in braces', '{a: 1}\n---\n{b: 2}\n', [{ a: 1 }, { b: 2 }]],
    ['a byte order mark behind a document mark', 'a: 1\n---\n\uFEFFb: 2\nc: 3\n', [{ a: 1 }, { b: 2, c: 3 }]],
    [
      'keys as the strings that kubectl makes of them',
      'on: 1\n8080: 2\n0x10: 3\n"off": 4\n',
      [{ true: 1, '8080': 2, '16': 3, off: 4 }],
    ],
    ['of a key that is there twice the last value', 'a: 1\nb: 2\na: 3\n', [{ a: 3, b: 2 }]],
    [
      'a string in double quotes that goes on at the column of its key',
      'a:\n  b: "c\n  d"\n  e: 1\n',
      [{ a: { b: 'c d', e: 1 } }],
    ],
    ['a string in single quotes that goes on left of its key', "a:\n  b: 'c\nd'\n", [{ a: { b: 'c d' } }]],
    ['a bracket that ends at the column of its key', 'a:\n  b: [\n  1, # one\n  2\n  ]\n', [{ a: { b: [1, 2] } }]],
    ['a brace that ends left of its key', 'a:\n  b: {\n    c: 1\n}\nd: 2\n', [{ a: { b: { c: 1 } }, d: 2 }]],
    [
      'many of them',
      'a: [\n1\n]\n---\nb: {\n"c": "d\ne", f: [\n2]\n}\ng: "h\n\ni"\n',
      [{ a: [1] }, { b: { c: 'd e', f: [2] }, g: 'h\ni' }],
    ],
    ['tabs in brackets, and before a comment', 'a: [\n\t1,\n\t2\n]\t# c\n', [{ a: [1, 2] }]],
    ['a comment right behind a quote', 'a: "x"# c\n', [{ a: 'x' }]],
    ['document marks with comments', '--- # one\na: 1\n--- # two\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['nothing as null', 'labels:\nannotations: ~\n', [{ labels: null, annotations: null }]],
    ['aliases', 'a: &x {b: 1}\nc: *x\nd: &y text\ne: *y\n', [{ a: { b: 1 }, c: { b: 1 }, d: 'text', e: 'text' }]],
    [
      'merge keys, own fields first',
      'a: &x {b: 1, c: 1}\nd:\n  c: 2\n  <<: *x\n',
      [{ a: { b: 1, c: 1 }, d: { c: 2, b: 1 } }],
    ],
    [
      'several merged maps, the first one first',
      'a: &x {b: 1}\nc: &y {b: 2, d: 2}\ne: {<<: [*x, *y]}\n',
      [{ a: { b: 1 }, c: { b: 2, d: 2 }, e: { b: 1, d: 2 } }],
    ],
    [
      'a merge key of a merged map',
      'a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}\n',
      [{ a: { b: 1 }, c: { b: 1, d: 2 }, e: { b: 1, d: 2 } }],
    ],
    [
      'an anchor written twice, the nearest before counts',
      'a: &x 1\nb: *x\nc: &x 2\nd: *x\n',
      [{ a: 1, b: 1, c: 2, d: 2 }],
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual([]);
    expect(values(text)).toEqual(expected);
  });

  it('keeps a key that would otherwise set the prototype', () => {
    const [value] = values('__proto__: {a: 1}\nb: 2\n');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('where a field stands', () => {
  const text = [
    'kind: List',
    'items:',
    '- kind: Deployment',
    '  spec:',
    '    template:',
    '      spec:',
    '        containers:',
    '        - image: x',
    '          name: web',
    '          env: []',
    '        - {name: side, tty: true}',
    '        - &more',
    '          name: more',
    '- kind: Deployment',
    '  spec: {template: {spec: {containers: [*more]}}}',
  ].join('\n');
  const { documents } = readDocuments('f.yaml', `\uFEFF${text}`);
  const place = (path: string, item = 0) => {
    const { line, column } = documents[item]?.position(path) ?? {};
    return `${line}:${column}`;
  };

  it.each([
    ['', '3:3'],
    ['spec', '4:3'],
    ['spec.template.spec.containers[web]', '8:11'],
    ['spec.template.spec.containers[web].env', '10:11'],
    ['spec.template.spec.containers[side].tty', '11:24'],
    ['spec.template.spec.containers[web].lifecycle.preStop', '8:11'],
    ['spec.template.spec.containers[nobody].tty', '7:9'],
    ['spec.strategy.rollingUpdate', '4:3'],
    ['metadata', '3:3'],
  ])('%s at %s', (path, expected) => {
    expect(place(path)).toBe(expected);
  });

  it('a field behind an alias stands where it is written', () => {
    expect(place('spec.template.spec.containers[more].name', 1)).toBe('13:11');
  });

  it('a merged field stands where it is written', () => {
    const [document] = readDocuments('f.yaml', 'a: &x\n  b: 1\nc:\n  <<: *x\n').documents;
    expect(document?.position('c.b')).toEqual({ line: 2, column: 3 });
  });
});

describe('a key that is there twice', () => {
  const doubled = (text: string) => readDocuments('f.yaml', text).documents.map((document) => document.doubled);
  const at = (line: number, column: number) => ({ line, column });

  it('has the positions of both', () => {
    expect(doubled('a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n')).toEqual([
      [
        { key: 'a', first: at(1, 1), second: at(3, 1) },
        { key: 'a', first: at(1, 1), second: at(4, 1) },
        { key: 'c', first: at(2, 5), second: at(2, 11) },
      ],
    ]);
  });

  it('belongs to its item of a List', () => {
    const text = 'kind: List\nitems:\n- a: 1\n- b: 1\n  b: 2\n- c: 1\n  c: 2\n';
    expect(doubled(text).map((keys) => keys.map(({ key }) => key))).toEqual([[], ['b'], ['c']]);
  });

  it('is no merge key', () => {
    expect(doubled('a: &x {b: 1}\nc: {<<: *x, <<: *x}\n')).toEqual([[]]);
  });
});

describe('text that cannot be used', () => {
  it.each([
    ['a: 1\n b: 2\n', 1, /^not valid YAML: a second colon/],
    ['a: [1\nb: 2\n', 2, /^not valid YAML: /],
    ['\ta: 1\n', 1, /^not valid YAML: a tab/],
    ['a: *x\n', 1, /\*x has no anchor &x before it/],
    ['a: &x {b: *x}\n', 1, /an alias contains itself/],
    ['? [a]\n: 1\n', 1, /a key must be a single value/],
    ['a: -.inf\n', 1, /^-\.inf is a number that JSON cannot represent/],
    ['a: .NaN\n', 1, /^\.NaN is a number that JSON cannot represent/],
    ['a: &x 1\nb:\n  <<: *x\n', 3, /a merge key \(<<\) must name a map/],
    ['a: !!null\n  b: 1\n', 2, /the tag !!null does not fit a map: kubectl ignores it there/],
    ['!!str\na: 1\n', 2, /the tag !!str does not fit a map/],
    ['a: !<tag:yaml.org,2002:null> [1]\n', 1, /the tag !!null does not fit a list/],
    ['a: !!map [1]\n', 1, /the tag !!map does not fit a list/],
    ['a: !!map\n', 1, /the tag !!map does not fit a single value/],
    ['a: !!int x\n', 1, /x cannot be read as the tag !!int requires/],
    ['a: !!bool 1\n', 1, /1 cannot be read as the tag !!bool requires/],
    ['# nothing\ra: 1\n', 1, /this character ends a line for kubectl, but not for other programs/],
    ['a: 1 # one\u2028b: 2\n', 1, /this character ends a line for kubectl/],
    ['# \u0085a: 1\n', 1, /this character ends a line for kubectl/],
    ['{"a":\r1}', 1, /this character ends a line for kubectl/],
  ])('%j is a problem in line %i', (text, line, message) => {
    expect(problems(text)).toEqual([
      { file: 'f.yaml', line, column: expect.any(Number), message: expect.stringMatching(message) },
    ]);
    expect(values(text)).toEqual([]);
  });

  it('text that is nested without end is a problem', () => {
    expect(problems('['.repeat(50_000))).toMatchObject([
      { line: 1, message: expect.stringContaining('it is nested too deeply') },
    ]);
  });

  it('the JSON documents before a broken one stay, and it is told where it stands', () => {
    const text = '{"a":1}\n{"b":2}\n{"c":';
    expect(values(text)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(problems(text)).toMatchObject([{ line: 3 }]);
  });

  it('an open quote or bracket is a problem, however it is indented', () => {
    for (const text of ['a:\n  b: "c\n  d\n', 'a:\n  b: [\n  1\n', 'a: {b: 1\nc: 2\n---\nd: 1\n'])
      expect(problems(text)).toHaveLength(1);
  });

  it('a template is told to be one, a broken text without braces is not', () => {
    for (const text of ['a: {{ .Values.x }}\n', '{{- if .x }}\na: 1\n{{- end }}\n'])
      expect(problems(text)[0]?.message).toContain('helm template');
    expect(problems('a: 1\n b: 2\n')[0]?.message).not.toContain('helm');
  });

  it.each([
    ['before a document', '# \rb: 2\n---\na: 1\n', 1],
    ['behind the last', '---\na: 1\n...\n# \rb: 2\n', 4],
    ['between two', 'a: 1\n---\n# \rb: 2\n---\na: 1\n', 3],
  ])('a comment %s hides nothing that kubectl would read', (_, text, line) => {
    expect(problems(text)).toMatchObject([
      { line, message: expect.stringContaining('this character ends a line for kubectl') },
    ]);
  });

  it('the other documents of the file stay', () => {
    const text = 'a: 1\n---\nb: [\n---\nc: {{ x }}\n---\nd: 4\n';
    expect(values(text)).toEqual([{ a: 1 }, { d: 4 }]);
    expect(problems(text)).toHaveLength(2);
  });

  it.each([
    [
      'aliases of aliases',
      (n: number) =>
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]\n`,
    ],
    [
      'merges of merges',
      (n: number) =>
        `a${n}: &a${n} {<<: [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]}\n`,
    ],
  ])('%s that unfold without end are refused at once', (_, next) => {
    const bomb = `a0: &a0 {x: 1, y: 2}\n${Array.from({ length: 12 }, (_, i) => next(i + 1)).join('')}`;
    const spent = processorMs(() => expect(problems(bomb)[0]?.message).toContain('aliases expand'));
    expect(spent).toBeLessThan(1000);
  });

  it.each([
    ['in lines', (n: number) => Array.from({ length: n }, (_, i) => `k${i}: 1\n`).join('')],
    ['in braces', (n: number) => `{${Array.from({ length: n }, (_, i) => `k${i}: 1`).join(', ')}}`],
    ['that are anchors', (n: number) => Array.from({ length: n }, (_, i) => `k${i}: &k${i} 1\n`).join('')],
    ['that are all there twice', (n: number) => 'k: 1\n'.repeat(n)],
    ['below a bracket that ends left of its key', (n: number) => `a:\n  b: [\n${'  1,\n'.repeat(n)}  ]\n`],
  ])(
    'eight times the keys %s take about eight times as long, not sixty-four',
    (_, text) => {
      const [few, many] = [2_000, 16_000].map((n) =>
        Math.min(...[1, 2, 3].map(() => processorMs(() => readDocuments('f', text(n))))),
      );
      // The clock of a thread has ticks of up to 4 ms; sixty-four times one of them would be seen all the same.
      expect((many ?? 0) / Math.max(few ?? 0, 4)).toBeLessThan(30);
    },
    120_000,
  );

  it('one anchor may be used many times', () => {
    const text = `a: &x {b: 1}\nc: [${Array(5000).fill('*x').join(', ')}]\n`;
    expect(problems(text)).toEqual([]);
  });
});
