// The decision alone, for the reviews of the bench and for larger ones: against containers, and against bytes.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases, reviewText } from './cases.ts';
import { sizes, withContainers, withEnv } from './larger-reviews.ts';
import { against, type Cell, table } from './markdown.ts';
import { pinned } from './pinning.ts';
import { fitLine } from './statistics.ts';

interface Alone {
  readonly decision: string;
  readonly parseUs: number;
  readonly decideUs: number;
}

export async function decision(): Promise<string> {
  const rows: Cell[][] = [];
  for (const one of cases) {
    const { parseUs, decideUs } = await measure(await reviewText(one));
    rows.push([one.title, parseUs, against(decideUs, one.decisionUs)]);
  }
  return table(['review', 'parse, µs', 'parsed review to JSON of the response, µs'], rows);
}

export async function scaling(): Promise<string> {
  const containers = await series(sizes.containers, withContainers);
  const bytes = await series(sizes.bytes, withEnv);
  const head = (of: string) => [of, 'bytes', 'parse, µs', 'review to response, µs', 'decision'];
  return [
    `${table(head('containers'), containers.rows)}\n\n${lineText(containers.points, 'container', 1)}`,
    `${table(head('size'), bytes.rows)}\n\n${lineText(bytes.points, 'kB', 1000)}`,
  ].join('\n\n');
}

async function series(steps: readonly number[], make: (step: number) => Promise<string>) {
  const rows: Cell[][] = [];
  const points: { readonly x: number; readonly parseUs: number; readonly decideUs: number }[] = [];
  for (const step of steps) {
    const text = await make(step);
    const { decision, parseUs, decideUs } = await measure(text);
    rows.push([step.toLocaleString('en'), text.length.toLocaleString('en'), parseUs, decideUs, decision]);
    points.push({ x: step, parseUs, decideUs });
  }
  return { rows, points };
}

function lineText(points: Awaited<ReturnType<typeof series>>['points'], unit: string, of: number): string {
  const [parse, decide] = (['parseUs', 'decideUs'] as const).map((key) => fitLine(points.map((p) => [p.x, p[key]])));
  const text = (line = fitLine([])) =>
    `${line.intercept.toFixed(1)} µs + ${(line.slope * of).toFixed(2)} µs per ${unit} (R² ${line.fit.toFixed(3)})`;
  return `Parse: ${text(parse)}. Review to response: ${text(decide)}.`;
}

async function measure(review: string): Promise<Alone> {
  const folder = await mkdtemp(join(tmpdir(), 'hitless-bench-'));
  const file = join(folder, 'review.json');
  await writeFile(file, review);
  const { file: program, args } = pinned('server', { file: process.execPath, args: ['bench/decision.ts', file] });
  const output = execFileSync(program, args, { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  return JSON.parse(output) as Alone;
}
