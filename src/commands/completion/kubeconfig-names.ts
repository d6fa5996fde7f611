// The names in a kubeconfig, for completion: read without the client library, which takes longer to load than a person waits at a prompt.

import { readFile } from 'node:fs/promises';
import { isObject, objectsAt } from '../../workload/json.ts';
import { readDocuments } from '../../yaml/documents.ts';
import { kubeconfigFiles } from '../cluster-files.ts';

const lists = { context: 'contexts', cluster: 'clusters', user: 'users' } as const;

/** `file`: in place of those of the environment. What cannot be read has none. */
export async function kubeconfigNames(what: keyof typeof lists, file: string | undefined): Promise<readonly string[]> {
  const found = await Promise.all(kubeconfigFiles(file).map((one) => namesIn(one, lists[what])));
  return [...new Set(found.flat())];
}

async function namesIn(file: string, list: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return readDocuments(file, text).documents.flatMap(({ value }) =>
    isObject(value) ? objectsAt(value, list).map(({ name }) => String(name)) : [],
  );
}
