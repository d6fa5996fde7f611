// Draws docs/results/*.svg and writes the README's table from docs/results/lab.json: `npm run results`. A test compares.

import { readFileSync, writeFileSync } from 'node:fs';
import { folder, labResult, pictures } from './results.ts';
import { readme, withTables } from './tables.ts';

const result = labResult();
if (result === undefined) throw new Error('docs/results/lab.json is missing: hitless lab --json docs/results/lab.json');
for (const [name, svg] of Object.entries(pictures(result))) writeFileSync(new URL(name, folder), svg);
writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
process.stdout.write(`written: README.md, ${Object.keys(pictures(result)).join(', ')}\n`);
