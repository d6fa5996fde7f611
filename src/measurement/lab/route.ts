// The objects of a file that lead from an address outside of the cluster to the Service of the experiment.

import { readTexts } from '../../files/read.ts';
import { isObject, type JsonObject } from '../../workload/json.ts';
import { readDocuments } from '../../yaml/documents.ts';

/** @throws Error with a sentence when the file cannot be read or holds no object. */
export async function readRoute(file: string): Promise<readonly JsonObject[]> {
  const { texts, problems } = await readTexts([file], () => Promise.resolve(new Uint8Array()));
  const read = texts.map(({ file: name, text }) => readDocuments(name, text));
  const [problem] = [...problems, ...read.flatMap((one) => one.problems)];
  if (problem !== undefined) throw new Error(`${problem.file}: ${problem.message}`);
  const objects = read.flatMap(({ documents }) => documents.map(({ value }) => value).filter(isObject));
  if (objects.length === 0)
    throw new Error(`${file} contains no objects: write an Ingress or an HTTPRoute to the Service test-app`);
  return objects;
}
