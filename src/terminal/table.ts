// Text in columns.

/** How its lines are painted. */
export interface Dress {
  readonly head?: (line: string) => string;
  /** By the index of the row, without the head. */
  readonly row: (line: string, index: number) => string;
}

/** The first row is the head. Columns of numbers are right-aligned, with their heads. */
export function table(rows: readonly (readonly string[])[], { head = (line) => line, row }: Dress): string {
  const [first = '', ...others] = aligned(rows);
  return `${[head(first), ...others.map(row)].join('\n')}\n`;
}

/** The lines of such a table. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = (rows[0] ?? []).map((_, at) => {
    const [head = '', ...cells] = rows.map((row) => row[at] ?? '');
    const width = widest([head, ...cells]);
    const isNumeric = cells.every((cell) => cell === '' || amount.test(cell));
    return (cell: string) => (isNumeric ? cell.padStart(width) : cell.padEnd(width));
  });
  return rows.map((row) =>
    columns
      .map((pad, at) => pad(row[at] ?? ''))
      .join('  ')
      .trimEnd(),
  );
}

const amount = /^[\d.,]+(?: (?:m?s|of [\d.,]+))?$/;

/** The length of the longest. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}
