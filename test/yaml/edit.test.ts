// The editor, case by case: what it writes, and that nothing else moves.

import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/rules/finding.ts';
import { deployment as deploymentKind } from '../../src/workload/kinds/deployment.ts';
import { readDocuments } from '../../src/yaml/documents.ts';
import { editText } from '../../src/yaml/edit.ts';
import { processorMs } from '../support/processor-time.ts';

const { order } = deploymentKind;

function edit(text: string, ...changes: Change[]) {
  const { documents, problems } = readDocuments('f.yaml', text);
  expect(problems).toEqual([]);
  const { text: after, refused } = editText(
    text,
    documents,
    new Map(documents.map((one) => [one, { changes, order }])),
  );
  return { after, refused: [...refused.values()] };
}

/** The text after the edit, which must not be refused. */
function edited(text: string, ...changes: Change[]): string {
  const { after, refused } = edit(text, ...changes);
  expect(refused).toEqual([]);
  return after;
}

const pod = 'spec.template.spec';
const web = `${pod}.containers[web]`;
const probe: Change = { path: `${web}.readinessProbe`, value: { tcpSocket: { port: 80 } } };
const hook: Change = { path: `${web}.lifecycle.preStop.sleep`, value: { seconds: 10 } };
const grace: Change = { path: `${pod}.terminationGracePeriodSeconds`, value: 45 };
const strategy: Change = { path: 'spec.strategy', value: { rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } } };
const ready: Change = { path: 'spec.minReadySeconds', value: 5 };

/** A Deployment whose only container is `web`, its fields given at their indentation of 8. */
function deployment(container: string, before = ''): string {
  return `spec:\n  template:\n    spec:\n${before}      containers:\n      - name: web\n${container}`;
}

describe('where a new field goes', () => {
  it.each([
    ['the liveness probe', ['image: x', 'ports: []', 'livenessProbe: {}', 'env: []'], 'livenessProbe: {}'],
    ['the ports, without a liveness probe', ['image: x', 'ports: []', 'env: []'], 'ports: []'],
    ['all others, without both', ['image: x', 'env: []'], 'env: []'],
  ])('a readiness probe stands behind %s', (_, fields, before) => {
    const after = edited(deployment(fields.map((field) => `        ${field}\n`).join('')), probe);
    expect(after).toContain(`        ${before}\n        readinessProbe:\n          tcpSocket:\n            port: 80\n`);
  });

  it.each([
    ['the last probe', ['readinessProbe: {}', 'image: x', 'livenessProbe: {}', 'env: []'], 'livenessProbe: {}'],
    ['all others, without a probe', ['image: x', 'ports: []'], 'ports: []'],
  ])('a lifecycle stands behind %s', (_, fields, before) => {
    const after = edited(deployment(fields.map((field) => `        ${field}\n`).join('')), hook);
    expect(after).toContain(
      `        ${before}\n        lifecycle:\n          preStop:\n            sleep:\n              seconds: 10\n`,
    );
  });

  it('a lifecycle stands behind the probe that is added with it', () => {
    const after = edited(deployment('        ports: []\n        env: []\n'), probe, hook);
    expect(after).toMatch(
      /ports: \[\]\n {8}readinessProbe:[\s\S]*port: 80\n {8}lifecycle:[\s\S]*seconds: 10\n {8}env: \[\]\n$/,
    );
  });

  it('a grace period stands before the containers, behind what is there, and leaves their comments with them', () => {
    const text = deployment('        image: x\n', '      restartPolicy: Always # as ever\n      # all of them\n');
    const expected =
      '      restartPolicy: Always # as ever\n      terminationGracePeriodSeconds: 45\n      # all of them\n      containers:\n';
    expect(edited(text, grace)).toContain(expected);
  });

  it('a grace period stands directly under spec when the containers are first', () => {
    const expected = '    spec:\n      terminationGracePeriodSeconds: 45\n      # all of them\n      containers:\n';
    expect(edited(deployment('        image: x\n', '      # all of them\n'), grace)).toContain(expected);
  });

  it('a grace period stands before the init containers as well', () => {
    const text = deployment('        image: x\n', '      initContainers: []\n');
    expect(edited(text, grace)).toContain(
      '    spec:\n      terminationGracePeriodSeconds: 45\n      initContainers: []\n',
    );
  });

  it.each([
    ['the replicas', '  selector: {}\n  replicas: 2\n  paused: false\n', '  replicas: 2\n'],
    ['the selector', '  selector:\n    a: b\n  paused: false\n', '    a: b\n'],
    ['nothing, before the template', '', 'spec:\n'],
  ])('strategy and minReadySeconds stand behind %s', (_, fields, before) => {
    const after = edited(`spec:\n${fields}  template: {}\n`, strategy, ready);
    expect(after).toContain(
      `${before}  strategy:\n    rollingUpdate:\n      maxUnavailable: 0\n      maxSurge: 25%\n  minReadySeconds: 5\n`,
    );
  });
});

describe('how it looks', () => {
  it('takes over the indentation of the file', () => {
    const text =
      'spec:\n    template:\n        spec:\n            containers:\n            -   name: web\n                image: x\n';
    expect(edited(text, hook)).toBe(
      `${text}                lifecycle:\n                    preStop:\n                        sleep:\n                            seconds: 10\n`,
    );
  });

  it('takes over whether lists are indented', () => {
    const headers: Change = {
      path: `${web}.readinessProbe`,
      value: { httpGet: { port: 80, httpHeaders: [{ name: 'A', value: 'b c' }] } },
    };
    const flat = edited(deployment('        ports:\n        - containerPort: 80\n'), headers);
    expect(flat).toContain('            httpHeaders:\n            - name: A\n              value: "b c"\n');
    const deep = edited(
      'spec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: x\n',
      headers,
    );
    expect(deep).toContain('              httpHeaders:\n                - name: A\n                  value: "b c"\n');
  });

  it('writes a short command in brackets, quoted throughout when one word needs it', () => {
    const exec: Change = { path: `${web}.lifecycle.preStop`, value: { exec: { command: ['sleep', '10'] } } };
    expect(edited(deployment('        image: x\n'), exec)).toContain(
      '            exec:\n              command: ["sleep", "10"]\n',
    );
    const plain: Change = { path: 'a', value: ['sleep', 'well'] };
    expect(edited('b: 1\n', plain)).toBe('b: 1\na: [sleep, well]\n');
  });

  it.each([
    'yes',
    'n',
    'on',
    'null',
    '~',
    '1',
    '1.5',
    '0x1',
    '.5',
    '',
    ' a',
    'a: b',
    'a #b',
    '- a',
    '*a',
    '{a',
    '22:22',
    'é',
    '%a',
    '@a',
    '2020-01-01',
  ])('quotes the text %j, which would be something else without', (value) => {
    expect(edited('b: 1\n', { path: 'a', value })).toBe(`b: 1\na: ${JSON.stringify(value)}\n`);
  });

  it.each([
    'web',
    '25%',
    '/healthz',
    'RollingUpdate',
    'a.b/c-d_e',
    '100%',
  ])('leaves the text %j without quotes', (value) => {
    expect(edited('b: 1\n', { path: 'a', value })).toBe(`b: 1\na: ${value}\n`);
  });

  it('quotes keys where the keys beside them are quoted', () => {
    expect(edited('"a":\n  "b": 1\n', { path: 'a.c', value: { d: 2 } })).toBe('"a":\n  "b": 1\n  "c":\n    "d": 2\n');
    expect(edited("'a':\n  'b': 1\n", { path: 'a.c', value: 2 })).toBe("'a':\n  'b': 1\n  'c': 2\n");
  });
});

describe('a value that is replaced', () => {
  it.each([
    ['a: 5 # five\nb: 1\n', 'a: 7 # five\nb: 1\n', 7],
    ["a: '25%'\n", "a: '50%'\n", '50%'],
    ['a: "25%"\n', 'a: "50%"\n', '50%'],
    ['a:   5   \n', 'a:   7   \n', 7],
    ['a: !!int 5\n', 'a: !!int 7\n', 7],
    ['a:\n  5\nb: 1\n', 'a:\n  7\nb: 1\n', 7],
    ['a:\nb: 1\n', 'a: 7\nb: 1\n', 7],
    ['a: # nothing yet\nb: 1\n', 'a: 7 # nothing yet\nb: 1\n', 7],
    ['a: ~\n', 'a: 7\n', 7],
    ['a:', 'a: 7', 7],
    ['a: |\n  some\n  lines\nb: 1\n', 'a: short\nb: 1\n', 'short'],
    ['a: # list\n- x\n- y\nb: 1\n', 'a: [z] # list\nb: 1\n', ['z']],
    ['a: [x, y] # list\n', 'a: [z] # list\n', ['z']],
    ['{a: 5, b: 1}\n', '{a: 7, b: 1}\n', 7],
  ])('%j becomes %j', (before, after, value) => {
    expect(edited(before, { path: 'a', value })).toBe(after);
  });
});

describe('an empty value that becomes a map', () => {
  it.each([
    ['a:\nb: 1\n', 'a:\n  c: 7\nb: 1\n'],
    ['a: {}\nb: 1\n', 'a:\n  c: 7\nb: 1\n'],
    ['a: {} # none\nb: 1\n', 'a: # none\n  c: 7\nb: 1\n'],
    ['a: # none\nb: 1\n', 'a: # none\n  c: 7\nb: 1\n'],
    ['a: null\n', 'a:\n  c: 7\n'],
    ['a: {}', 'a:\n  c: 7'],
    ['a:', 'a:\n  c: 7'],
    ['a: &here {}\nb: 1\n', 'a: &here\n  c: 7\nb: 1\n'],
    ['a:\n\n# about b\nb: 1\n', 'a:\n  c: 7\n\n# about b\nb: 1\n'],
    ['{a: {}, b: 1}\n', '{a: {c: 7}, b: 1}\n'],
    ['{"a":{},"b":1}', '{"a":{"c":7},"b":1}'],
    ['{"a": {}, "b": 1}', '{"a": {"c": 7}, "b": 1}'],
    ['{\n  "a": {},\n  "b": 1\n}\n', '{\n  "a": {\n    "c": 7\n  },\n  "b": 1\n}\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edited(before, { path: 'a.c', value: 7 })).toBe(after);
  });
});

describe('the tag of a value that is replaced goes', () => {
  it.each([
    ['a: !!null\nd: 1\n', 'a:\n  c: 7\nd: 1\n'],
    ['a: !!null # none\n', 'a: # none\n  c: 7\n'],
    ['a: &x !!null ~\n', 'a: &x\n  c: 7\n'],
    ['a: !<tag:yaml.org,2002:null> ~\n', 'a:\n  c: 7\n'],
    ['a: !!map {}\n', 'a:\n  c: 7\n'],
    ['{a: !!null }\n', '{a: {c: 7} }\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edited(before, { path: 'a.c', value: 7 })).toBe(after);
  });

  it.each([
    ['a: !!str 1\n', 'a: 7\n'],
    ['a: !!null\n', 'a: 7\n'],
    ['a: ! "1"\n', 'a: 7\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edited(before, { path: 'a', value: 7 })).toBe(after);
  });
});

describe('a map in braces', () => {
  it.each([
    ['{b: 1}\n', '{b: 1, a: 7}\n'],
    ['{ b: 1 }\n', '{ b: 1, a: 7 }\n'],
    ['{b: 1,}\n', '{b: 1, a: 7,}\n'],
    ['{"b":1}', '{"b":1,"a":7}'],
    ['{"b": 1}', '{"b": 1, "a": 7}'],
    ["{'b': 1}\n", "{'b': 1, 'a': 7}\n"],
    ['{\n  b: 1, # one\n  c: 2 # two\n}\n', '{\n  b: 1, # one\n  c: 2, # two\n  a: 7\n}\n'],
    ['{\n  b: 1,\n}\n', '{\n  b: 1,\n  a: 7,\n}\n'],
    ['{\n\t"b": 1\n}\n', '{\n\t"b": 1,\n\t"a": 7\n}\n'],
    ['{\r\n  "b": 1\r\n}', '{\r\n  "b": 1,\r\n  "a": 7\r\n}'],
    ['{b: 1,\n c: 2}\n', '{b: 1,\n c: 2, a: 7}\n'],
    ['{\n  b: 1\n  # c: 2,\n}\n', '{\n  b: 1,\n  a: 7\n  # c: 2,\n}\n'],
    ['{\n  b: 1\n  # c: 2,\n  ,\n}\n', '{\n  b: 1\n  # c: 2,\n  ,\n  a: 7,\n}\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edited(before, { path: 'a', value: 7 })).toBe(after);
  });
});

describe('comments behind the last field of a map in braces', () => {
  it.each([40, 100_000])('may be %i times the same character', (length) => {
    const line = '#'.repeat(length);
    expect(edited(`{\n  b: 1\n  ${line}\n}\n`, { path: 'a', value: 7 })).toBe(`{\n  b: 1,\n  a: 7\n  ${line}\n}\n`);
  });
});

describe('what stands around', () => {
  it.each([
    ['a comment on the line', 'a:\n  b: 1 # here\nd: 1\n', 'a:\n  b: 1 # here\n  c: 7\nd: 1\n'],
    [
      'comments that belong to the map',
      'a:\n  b: 1\n  # x: 2\n# about d\nd: 1\n',
      'a:\n  b: 1\n  # x: 2\n  c: 7\n# about d\nd: 1\n',
    ],
    ['empty lines behind it', 'a:\n  b: 1\n\n\nd: 1\n', 'a:\n  b: 1\n  c: 7\n\n\nd: 1\n'],
    [
      'a block text and the empty lines behind it',
      'a:\n  b: |\n    x\n\n\nd: 1\n',
      'a:\n  b: |\n    x\n  c: 7\n\n\nd: 1\n',
    ],
    [
      'a block text that keeps its empty lines',
      'a:\n  b: |+\n    x\n\n\nd: 1\n',
      'a:\n  b: |+\n    x\n\n\n  c: 7\nd: 1\n',
    ],
    ['a text over several lines', 'a:\n  b: one\n    two\nd: 1\n', 'a:\n  b: one\n    two\n  c: 7\nd: 1\n'],
    ['a missing last line break', 'a:\n  b: 1', 'a:\n  b: 1\n  c: 7'],
    ['Windows line ends', 'a:\r\n  b: 1\r\nd: 1', 'a:\r\n  b: 1\r\n  c: 7\r\nd: 1'],
    ['a byte order mark', '\uFEFFa:\n  b: 1\n', '\uFEFFa:\n  b: 1\n  c: 7\n'],
    ['a byte order mark in the middle', 'x: 1\n---\n\uFEFFx: 1\n', 'x: 1\na:\n  c: 7\n---\n\uFEFFx: 1\na:\n  c: 7\n'],
    ['JSON documents in a row', '{"a":{}}\n{"a":{"b":1}}\n', '{"a":{"c":7}}\n{"a":{"b":1,"c":7}}\n'],
    ['trailing blanks', 'a:  \n  b: 1  \nd: 1 \n', 'a:  \n  b: 1  \n  c: 7\nd: 1 \n'],
    [
      'the marks of a document',
      '%YAML 1.1\n--- # one\na:\n  b: 1\n...\n',
      '%YAML 1.1\n--- # one\na:\n  b: 1\n  c: 7\n...\n',
    ],
    [
      'numbers with more digits than we can hold',
      'a:\n  b: 12345678901234567890\n',
      'a:\n  b: 12345678901234567890\n  c: 7\n',
    ],
    ['the kind of line end of the line before', 'a:\r\n  b: 1\nd: 1\r\n', 'a:\r\n  b: 1\n  c: 7\nd: 1\r\n'],
    ['the same, the other way round', 'a:\n  b: 1\r\nd: 1\n', 'a:\n  b: 1\r\n  c: 7\r\nd: 1\n'],
    ['the same at the end of the file', 'x: 1\na:\r\n  b: 1', 'x: 1\na:\r\n  b: 1\r\n  c: 7'],
    ['the same in braces', 'x: 1\r\na: {\n  b: 1\n}\r\n', 'x: 1\r\na: {\n  b: 1,\n  c: 7\n}\r\n'],
    ['the same where the map was empty', 'x: 1\r\na: {}\ny: 1\r\n', 'x: 1\r\na:\n  c: 7\ny: 1\r\n'],
    ['the same in JSON', '{\r\n  "a": {\n    "b": 1\n  }\r\n}', '{\r\n  "a": {\n    "b": 1,\n    "c": 7\n  }\r\n}'],
    ['a tag of the map', 'a: !x\n  b: 1\n', 'a: !x\n  b: 1\n  c: 7\n'],
    ['a tagged and anchored map', 'a: !!map &x\n  b: 1\nd: 1\n', 'a: !!map &x\n  b: 1\n  c: 7\nd: 1\n'],
  ])('%s stays', (_, before, after) => {
    expect(edited(before, { path: 'a.c', value: 7 })).toBe(after);
  });

  it('commented-out items of a list stay with their list', () => {
    const text = deployment(
      '        ports:\n        - containerPort: 80\n        # - containerPort: 81\n        env: []\n',
    );
    expect(edited(text, probe)).toContain('        # - containerPort: 81\n        readinessProbe:\n');
  });

  it('a comment about the next field stays with that field', () => {
    const text = deployment('        ports:\n        - containerPort: 80\n        # what it needs\n        env: []\n');
    expect(edited(text, probe)).toContain('            port: 80\n        # what it needs\n        env: []\n');
  });

  it('edits inside and behind the same map come in their order', () => {
    const text = 'spec:\n  replicas: 1\n  strategy:\n    rollingUpdate:\n      maxSurge: 1\n';
    const unavailable: Change = { path: 'spec.strategy.rollingUpdate.maxUnavailable', value: 0 };
    expect(edited(text, unavailable, { path: 'spec.paused', value: false })).toBe(
      `${text}      maxUnavailable: 0\n  paused: false\n`,
    );
  });

  it('a text with nothing to change comes back as it is', () => {
    const text = '\uFEFF# a\r\na: {b: 1}   \r\n---\r\n- x\r\n';
    expect(edited(text)).toBe(text);
  });
});

describe('anchors, aliases and merge keys', () => {
  const shared = 'one: &x\n  b: 1\ntwo: *x\n';

  it('edits the definition once when all its users want the same', () => {
    const both = [
      { path: 'one.c', value: 7 },
      { path: 'two.c', value: 7 },
    ];
    expect(edited(shared, ...both)).toBe('one: &x\n  b: 1\n  c: 7\ntwo: *x\n');
  });

  it('edits nothing when another user must stay as it is', () => {
    const { after, refused } = edit(shared, { path: 'two.c', value: 7 });
    expect(after).toBe(shared);
    expect(refused).toEqual([expect.stringContaining('the YAML anchor &x')]);
  });

  it('edits nothing when two users want different things', () => {
    const { after, refused } = edit(shared, { path: 'one.c', value: 7 }, { path: 'two.c', value: 8 });
    expect(after).toBe(shared);
    expect(refused).toHaveLength(1);
  });

  it('edits an anchored part that only one place uses', () => {
    expect(edited('one: &x\n  b: 1\n', { path: 'one.c', value: 7 })).toBe('one: &x\n  b: 1\n  c: 7\n');
  });

  it('writes over a merged value beside the merge key', () => {
    const text = 'base: &x {b: 1}\none:\n  <<: *x\n  d: 1\n';
    expect(edited(text, { path: 'one.b', value: 7 })).toBe('base: &x {b: 1}\none:\n  <<: *x\n  d: 1\n  b: 7\n');
  });

  it('does not repeat what the merged map will bring', () => {
    const text = 'base: &x\n  b: 1\none:\n  <<: *x\n  d: 1\n';
    const both = [
      { path: 'base.c', value: 7 },
      { path: 'one.c', value: 7 },
    ];
    expect(edited(text, ...both)).toBe('base: &x\n  b: 1\n  c: 7\none:\n  <<: *x\n  d: 1\n');
  });

  it('does not repeat a merged part that is edited where it stands', () => {
    const text = 'base: &x\n  b:\n    d: 1\none:\n  <<: *x\n  e: 1\n';
    const both = [
      { path: 'base.b.c', value: 7 },
      { path: 'one.b.c', value: 7 },
    ];
    expect(edited(text, ...both)).toBe('base: &x\n  b:\n    d: 1\n    c: 7\none:\n  <<: *x\n  e: 1\n');
  });

  it('edits nothing when a merge would carry the edit to a place that must stay', () => {
    const text = 'base: &x\n  b: 1\none:\n  <<: *x\n';
    const { after, refused } = edit(text, { path: 'base.c', value: 7 });
    expect(after).toBe(text);
    expect(refused).toHaveLength(1);
  });
});

describe('several documents', () => {
  const shared = (name: string) => `${name}: &x\n  b: 1\nother: *x\n`;

  it('edits the others when one cannot be edited', () => {
    const text = `a:\n  b: 1\n---\n${shared('a')}---\na: {b: 1}\n`;
    const { after, refused } = edit(text, { path: 'a.c', value: 7 });
    expect(after).toBe(`a:\n  b: 1\n  c: 7\n---\n${shared('a')}---\na: {b: 1, c: 7}\n`);
    expect(refused).toHaveLength(1);
  });

  it('edits the other items of a List when one shares an anchor with a place that must stay', () => {
    const item = (name: string, rest: string) => `- metadata: {name: ${name}}\n  a: ${rest}\n`;
    const text = `kind: List\nitems:\n${item('one', '&x {b: 1}')}${item('two', '{b: 2}')}${item('three', '*x')}`;
    const { documents } = readDocuments('f.yaml', text);
    const [one, two] = documents;
    if (one === undefined || two === undefined) throw new Error('no documents');
    const change = [{ path: 'a.c', value: 7 }];
    const { text: after, refused } = editText(
      text,
      documents,
      new Map([
        [one, { changes: change, order }],
        [two, { changes: change, order }],
      ]),
    );
    expect(after).toBe(text.replace('{b: 2}', '{b: 2, c: 7}'));
    expect([...refused.keys()]).toEqual([one]);
  });
});

describe('many containers', () => {
  it('take a time that grows with their number, not with its square', () => {
    const cost = (n: number) => {
      const names = Array.from({ length: n }, (_, i) => `c${i}`);
      const text = `spec:\n  template:\n    spec:\n      containers:\n${names.map((name) => `      - {name: ${name}, image: x}\n`).join('')}`;
      const changes = names.map(
        (name): Change => ({ path: `${pod}.containers[${name}].readinessProbe`, value: { tcpSocket: { port: 80 } } }),
      );
      return processorMs(() => expect(edit(text, ...changes).refused).toEqual([]));
    };
    cost(500); // compiles what is hot
    const [few, many] = [500, 4_000].map((n) => Math.min(...Array.from({ length: 5 }, () => cost(n))));
    // The clock of a thread has ticks of up to 4 ms. Eight times as many; the square would be sixty-four.
    expect((many ?? 0) / Math.max(few ?? 0, 10)).toBeLessThan(30);
  }, 120_000);
});
