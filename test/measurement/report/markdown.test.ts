import { expect, it } from 'vitest';
import { markdownTable } from '../../../src/measurement/report/markdown.ts';
import { labResult } from '../../support/report/lab-result.ts';

const result = labResult();

it('a line for each row, a column for each kind of traffic', () => {
  const lines = markdownTable(result).split('\n');
  expect(lines).toHaveLength(12 + 2 + 1);
  expect(lines[0]).toBe(
    '| what is set | GET, new connections | POST, new connections | GET, kept connections | POST, kept connections | WebSocket messages | gRPC calls | gRPC stream messages | together |',
  );
  expect(lines[1]).toBe(`| --- |${' ---: |'.repeat(8)}`);
  expect(lines[2]).toMatch(/^\| nothing fixed, application exits at once \| 218 of 30,000 \|.*\| 1,469 of 210,000 \|$/);
  expect(lines[13]).toBe(`| all of hitless, application drains |${' **0 of 30,000** |'.repeat(7)} **0 of 210,000** |`);
});

it('what is the same in all rows is not said again', () => {
  const rows = result.rows.filter(({ drains }) => drains);
  expect(markdownTable({ rows })).toContain('| nothing fixed | ');
});

it('a row that was not measured says so', () => {
  const rows = result.rows.slice(0, 1).map((row) => ({ ...row, rollouts: [], lanes: [], sent: 0, lost: 0 }));
  expect(markdownTable({ rows })).toContain('| nothing fixed | not measured |');
});

it('a title cannot end its cell or start a tag', () => {
  const rows = result.rows.slice(0, 1).map((row) => ({ ...row, title: 'a|b\n<b>`c`*d*[e](f)\u202e' }));
  expect(markdownTable({ rows })).toContain('| a\\|b \\<b\\>\\`c\\`\\*d\\*\\[e\\](f)\\\\u202e | ');
});
