import { expect, it } from 'vitest';
import { reflow, wrap } from '../../src/terminal/style.ts';

const sentence = 'A sentence of several words that is longer than the room for it.';

it('wraps at words, and indents what follows', () => {
  expect(wrap(sentence, 2, 42)).toBe('A sentence of several words that is\n  longer than the room for it.');
});

it('leaves a text alone that has no room, or no limit', () => {
  expect(wrap(sentence, 20, 42)).toBe(sentence);
  expect(wrap(sentence, 2, undefined)).toBe(sentence);
});

it('fills paragraphs, and leaves what is indented', () => {
  const text = `Usage: x\n\nA sentence of\nseveral words that is longer than the room for it.\n\nExamples:\n  x --flag    and what it does here\n  y\n`;
  expect(reflow(text, 40)).toBe(
    `Usage: x\n\nA sentence of several words that is\nlonger than the room for it.\n\nExamples:\n  x --flag    and what it does here\n  y\n`,
  );
});
