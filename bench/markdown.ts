// Tables as docs/performance.md shows them.

export type Cell = string | number;

/** Numbers get the digits that a reader can use: three. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(text))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function text(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  const digits = Math.abs(cell) >= 100 ? 0 : Math.abs(cell) >= 10 ? 1 : 2;
  return cell.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `1.62 (goal 1.7: reached)`. */
export function against(value: number, goal: number | undefined): string {
  if (goal === undefined) return text(value);
  return `${text(value)} (goal ${goal}: ${value <= goal ? 'reached' : 'missed'})`;
}
