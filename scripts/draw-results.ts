// Draws docs/results/*.svg and writes the tables of results from docs/results/lab.json: `npm run results`. A test compares.

import { writeFileSync } from 'node:fs';
import { gatewayPictures, gatewaysResult } from './gateways.ts';
import { dataPlaneResults, folder, labResult, pictures, routePictures } from './results.ts';
import { writeTables } from './tables.ts';

const result = labResult();
if (result === undefined)
  throw new Error('docs/results/lab.json is missing: run hitless lab --json docs/results/lab.json');
const gateways = gatewaysResult();
const drawn = {
  ...pictures(result),
  ...routePictures(dataPlaneResults()),
  ...(gateways && gatewayPictures(gateways)),
};
for (const [name, svg] of Object.entries(drawn)) writeFileSync(new URL(name, folder), svg);
writeTables();
process.stdout.write(`wrote the tables, ${Object.keys(drawn).join(', ')}\n`);
