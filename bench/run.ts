// `npm run bench`: the tables of docs/performance.md. `npm run bench -- hot cold` runs these parts alone. Linux only: it reads /proc.
// Usage: node bench/run.ts [PART...] [--rounds N] [--seconds N] [--update]; what package.json says compiles the sources first.
// `--update` writes the tables into docs/performance.md.

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { decision, scaling } from './alone.ts';
import { apiServer, whyNoApiServer } from './api-server.ts';
import { breakdown } from './breakdown.ts';
import { cold } from './cold.ts';
import { hot } from './hot.ts';
import { pinning } from './pinning.ts';
import { differences } from './same-patch.ts';
import { updateDocs } from './update-docs.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, seconds: { type: 'string' }, update: { type: 'boolean', default: false } },
});
const numberOr = (text: string | undefined, usual: number) => (text === undefined ? usual : Number(text));
const seconds = numberOr(values.seconds, 3);

interface Part {
  readonly title: string;
  readonly run: () => Promise<string>;
  /** The reason why it cannot run here. */
  readonly skipped?: string | undefined;
}

const parts: Readonly<Record<string, Part>> = {
  hot: { title: 'Hot', run: () => hot({ rounds: numberOr(values.rounds, 5), seconds }) },
  cold: { title: 'Cold', run: () => cold(numberOr(values.rounds, 7)) },
  decision: { title: 'The decision alone', run: decision },
  breakdown: { title: 'Where the time goes', run: () => breakdown(seconds) },
  scaling: { title: 'Against containers and bytes', run: scaling },
  'api-server': { title: 'At the API server', run: apiServer, skipped: whyNoApiServer() },
};

const unknown = positionals.filter((name) => parts[name] === undefined);
if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}: there are ${Object.keys(parts).join(', ')}`);
console.log(`Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${pinning}`);
for (const difference of await differences()) console.log(`Beware: ${difference}.`);
for (const [name, { title, run, skipped }] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const tables = skipped ?? (await run());
  console.log(`\n### ${title}\n\n${tables}`);
  if (values.update && skipped === undefined) updateDocs(name, tables);
}
