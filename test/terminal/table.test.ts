// Columns for people.

import { expect, it } from 'vitest';
import { table, widest } from '../../src/terminal/table.ts';

it('numbers stand at the right and words at the left, each under its head', () => {
  const rows = [
    ['row', 'sent', 'lost', 'slowest', 'cause'],
    ['all', '12,000', '0', '9 ms', ''],
    ['nothing fixed', '900', '3 of 900', '', 'killed'],
  ];
  expect(table(rows, { head: (line) => `# ${line}`, row: (line, index) => `${index} ${line}` })).toBe(
    [
      '# row              sent      lost  slowest  cause',
      '0 all            12,000         0     9 ms',
      '1 nothing fixed     900  3 of 900           killed\n',
    ].join('\n'),
  );
});

it('a cell that is no number moves its whole column to the left', () => {
  const lines = table([['n'], ['12'], ['many']], { row: (line) => line });
  expect(lines).toBe('n\n12\nmany\n');
});

it('nothing is as wide as nothing', () => expect(widest([])).toBe(0));
