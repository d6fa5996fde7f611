// What counts as a placeholder, and of which kind.

import { expect, it } from 'vitest';
import { hasPlaceholder, hasTemplate, hasVariable } from '../../src/text/placeholder.ts';

// As text, a dollar sign before a brace looks like a mistake to the linter.
const dollar = '$';

it.each([
  ['{{ .Values.x }}', true, false],
  [`${dollar}{{X}}`, true, false],
  [`a-${dollar}{X:=3}`, false, true],
  [`${dollar}(X)`, false, true],
  ['RELEASE-NAME-web', false, false],
] as const)('%s is one', (text, template, variable) => {
  expect([hasPlaceholder(text), hasTemplate(text), hasVariable(text)]).toEqual([true, template, variable]);
});

it.each(['', '3', dollar, `${dollar}{`, `${dollar}()`, 'US$ 3', '{3}', 'release-name'])('%j is none', (text) => {
  expect(hasPlaceholder(text)).toBe(false);
});
