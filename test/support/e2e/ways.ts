// The ways in which people write a Deployment, for the first time and again.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../pair.ts';
import { helm, kubectl, must } from './kubectl.ts';
import { shop, type Web, web } from './web.ts';

const by = (args: readonly string[]) => (object: Web) => kubectl([...args, '-f', '-'], JSON.stringify(object));

function byHelm(object: Web) {
  const { name } = object.metadata;
  return chartOf(object, (folder) => helm(['upgrade', '--install', name, folder, '-n', shop]));
}

/** How a Deployment is first written, and written again. */
export const ways = [
  { way: 'kubectl create', first: by(['create']), again: by(['replace']) },
  { way: 'kubectl apply', first: by(['apply']), again: by(['apply']) },
  { way: 'kubectl apply --server-side', first: by(['apply', '--server-side']), again: by(['apply', '--server-side']) },
  { way: 'kubectl replace', first: afterAnother, again: by(['replace']) },
  { way: 'helm', first: byHelm, again: byHelm },
] as const;

/** In the place of one that opted out and has another template. */
async function afterAnother(object: Web) {
  const other = { pod: { priority: 0 }, annotations: { 'hitless.dev/mode': 'off' } };
  await must(by(['create'])(web(object.metadata.name, other)));
  return by(['replace'])(object);
}

/** Runs `use` with a chart that holds one object. */
async function chartOf<T>(object: unknown, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: one\nversion: 1.0.0\n');
    await mkdir(join(folder, 'templates'));
    await writeFile(join(folder, 'templates/object.yaml'), JSON.stringify(object));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
