// The tables in docs/performance.md, between the comments `<!-- bench hot -->` and `<!-- end -->`.

import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../docs/performance.md', import.meta.url);

export function updateDocs(part: string, tables: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- bench ${part} -->\n`, '<!-- end -->'];
  const from = text.indexOf(begin);
  if (from === -1) throw new Error(`${file.pathname} has no place for the tables of ${part}`);
  const to = text.indexOf(end, from);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n${tables}\n\n${text.slice(to)}`);
}
