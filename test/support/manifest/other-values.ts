// Other values for a field: of every type, at the limits, in other case, doubled and empty.

import { isObject, type Json } from '../../../src/workload/json.ts';

const ofEveryType: readonly Json[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    '',
    'x',
    '8080',
    'true',
    [],
    ['x'],
    [{}],
    [null],
    {},
    { x: 'x' },
    { x: null },
    { x: 1 },
  ],
];

const numbers: readonly Json[] = [2, 15, 16, 29, 30, 31, 45, 46, 99, 100, 101, 299, 300, 301, 599, 600, 601].concat(
  ...[65_535, 65_536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 40, 2 ** 64, 2.0000001],
);

const strings: readonly Json[] = [
  ...['1', '0', '-1', '1.5', '0%', '25%', '100%', '101%', '1000%', '-1%', '25 %', '%', '25', '1m', '1Gi', '1gi', '.5'],
  ...[
    'a--b',
    '-a',
    'a-',
    'A',
    'a_b',
    'a.b',
    'a/b',
    'a/b/c',
    '/a',
    'a b',
    'ä',
    ' a',
    '..',
    '../a',
    'http',
    'tcp',
    '80a',
    'ALWAYS',
  ],
  ...[15, 16, 63, 64, 253, 254].map((length) => 'a'.repeat(length)),
  ...[
    `$\{PORT}`,
    '{{ .Values.x }}',
    'null',
    'yes',
    'off',
    'Never',
    'OnFailure',
    'In',
    'NotIn',
    'DoesNotExist',
    'Recreate',
    'RollingUpdate',
    'HTTPS',
    'UDP',
  ],
];

export function otherValues(found: Json): readonly Json[] {
  const all = [...ofEveryType, ...like(found)];
  const seen = new Set([JSON.stringify(found)]);
  return all.filter((value) => {
    const known = JSON.stringify(value);
    return !seen.has(known) && seen.add(known);
  });
}

function like(found: Json): readonly Json[] {
  if (Array.isArray(found))
    return [found[0] as Json, Object.fromEntries((found as Json[]).map((item, i) => [`${i}`, item]))];
  if (isObject(found)) return [[found], JSON.stringify(found), Object.keys(found), Object.values(found) as Json[]];
  if (typeof found === 'number')
    return [found - 1, found + 1, -found, `${found}`, [found], { value: found }, ...numbers];
  if (typeof found !== 'string') return [`${found}`, [found]];
  const asNumber = Number(found);
  const cased = [
    found.toLowerCase(),
    found.toUpperCase(),
    found.slice(0, 1).toUpperCase() + found.slice(1),
    reCased(found),
  ];
  const spaced = [`${found} `, ` ${found}`, `${found}\n`, found.slice(0, -1), `${found}s`];
  return [...cased, ...spaced, ...(Number.isFinite(asNumber) ? [asNumber] : []), [found], { value: found }, ...strings];
}

/** `rEcREaTe`. */
function reCased(word: string): string {
  return Array.from(word, (letter, i) => (i % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('');
}
