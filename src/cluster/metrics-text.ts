// Samples in the text format of Prometheus, from the API server or from a pod behind it, a line at a time.

import type { Api, Call } from './client/api.ts';

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Those with one of these names. Never holds all of the answer, which is long on a large cluster. @throws ApiError, IdleTimeout */
export async function readSamples(
  api: Api,
  call: Pick<Call, 'path' | 'silenceMs' | 'signal'>,
  names: readonly string[],
): Promise<readonly MetricSample[]> {
  const wanted = new Set(names);
  const found: MetricSample[] = [];
  for await (const line of await api.stream(call)) {
    const name = /^[\w:]+/.exec(line)?.[0];
    if (name === undefined || !wanted.has(name)) continue;
    const sample = parseSample(line, name);
    if (sample !== undefined) found.push(sample);
  }
  return found;
}

function parseSample(line: string, name: string): MetricSample | undefined {
  const end = line.startsWith('{', name.length) ? line.lastIndexOf('}') + 1 : name.length;
  const value = Number(line.slice(end).trim().split(' ')[0]);
  if (end === 0 || Number.isNaN(value)) return undefined;
  const pairs = line.slice(name.length, end).matchAll(/[{,](\w+)="([^"\\]*)"/g);
  return { name, value, labels: Object.fromEntries(Array.from(pairs, ([, label = '', text = '']) => [label, text])) };
}
