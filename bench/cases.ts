// The reviews of the bench: recorded ones (client-side `helm install` and `helm upgrade`) with env, probes, volumes and their
// managedFields added, until a review has the usual size; managedFields are half of each object.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Case {
  readonly name: 'create' | 'create-complies' | 'update';
  readonly title: string;
  /** The most CPU a call may cost, as a multiple of the parsing server's. */
  readonly goals: { readonly hot: number; readonly cold: number };
  /** The most that parsed review to response may cost; absent where none is set. */
  readonly decisionUs?: number;
}

export const cases: readonly Case[] = [
  { name: 'create', title: 'CREATE, patched', goals: { hot: 1.7, cold: 1.5 }, decisionUs: 20 },
  { name: 'create-complies', title: 'CREATE that complies', goals: { hot: 1.25, cold: 1.5 }, decisionUs: 8 },
  { name: 'update', title: 'UPDATE of the image, no patch', goals: { hot: 1.5, cold: 1.5 } },
];

/** As an API server sends it: in one line. */
export async function reviewText({ name }: Case): Promise<string> {
  const text = await readFile(new URL(`reviews/${name}.json`, import.meta.url), 'utf8');
  return JSON.stringify(JSON.parse(text));
}

/** The file in `folder` that holds the review, for a process that sends it. */
export async function writeReview(one: Case, folder: string): Promise<string> {
  const target = join(folder, `${one.name}.json`);
  await writeFile(target, await reviewText(one));
  return target;
}
