// Draws docs/results/*.svg and writes the tables of results from docs/results/lab.json: `npm run results`. A test compares.

import { writeFileSync } from 'node:fs';
import { folder, labResult, pictures } from './results.ts';
import { writeTables } from './tables.ts';

const result = labResult();
if (result === undefined)
  throw new Error('docs/results/lab.json is missing: run hitless lab --json docs/results/lab.json');
for (const [name, svg] of Object.entries(pictures(result))) writeFileSync(new URL(name, folder), svg);
writeTables();
process.stdout.write(`wrote the tables, ${Object.keys(pictures(result)).join(', ')}\n`);
