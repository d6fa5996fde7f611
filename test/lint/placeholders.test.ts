// What a template fills in later is a note; anything else stays what it is.

import { describe, expect, it } from 'vitest';
import { unlessPlaceholder } from '../../src/lint/placeholders.ts';

// As text, a dollar sign before a brace looks like a mistake to the linter.
const filled = (inside: string) => `$${inside}`;

const about = (value: string) =>
  unlessPlaceholder({ spec: { replicas: value, list: [value] } }, { keys: ['spec', 'replicas'], message: 'is wrong' });

describe('a mistake about a value', () => {
  it.each([
    ...['{REPLICAS}', '{REPLICAS:=3}', '{{REPLICAS}}', '(REPLICAS)'].map(filled),
    '{{ .Values.replicas }}',
  ])('is a note where the value is %s', (value) => {
    const { severity, message } = about(value);
    expect(severity).toBe('note');
    expect(message).toContain(`replicas is the placeholder ${value}, so`);
  });

  it.each(['3', '', '$', '${', '$()', 'US$ 3', '{3}'])('stays where the value is %j', (value) => {
    expect(about(value)).toEqual({ keys: ['spec', 'replicas'], message: 'is wrong' });
  });

  it('names the item of a list', () => {
    const found = unlessPlaceholder({ list: [filled('{X}')] }, { keys: ['list', 0], message: 'is wrong' });
    expect(found.message).toContain('item 1 of list is the placeholder');
  });

  it.each([[['spec', 'nothing']], [['spec', 'list', 'x']], [['spec', 'list', 7]], [[]]])('stays at %j', (keys) => {
    const error = { keys, message: 'is wrong' };
    expect(unlessPlaceholder({ spec: { list: [filled('{X}')] } }, error)).toBe(error);
  });
});
