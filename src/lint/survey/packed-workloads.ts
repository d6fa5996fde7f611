// The judged workloads of all files as one list: unpacked part by part, each time that a report walks through it.

import type { FileWorkload, FileWorkloads } from '../result.ts';
import { manifest } from '../topics.ts';
import { type PackedFiles, unpackWorkloads } from './messages.ts';

export function packedWorkloads(packs: readonly PackedFiles[]): FileWorkloads {
  const told = new Set<string>();
  const parts = packs.map((pack) => {
    // A sentence about a namespace is reported with the first workload in it, of whatever part.
    const known = new Set(pack.told.filter((sentence) => told.has(sentence)));
    for (const sentence of pack.told) told.add(sentence);
    return { pack, known };
  });
  return {
    length: packs.reduce((sum, { count }) => sum + count, 0),
    *[Symbol.iterator]() {
      for (const { pack, known } of parts) for (const one of unpackWorkloads(pack)) yield without(one, known);
    },
  };
}

function without(workload: FileWorkload, known: ReadonlySet<string>): FileWorkload {
  if (known.size === 0) return workload;
  const isNew = ({ rule, message }: FileWorkload['diagnostics'][number]) => rule !== manifest.id || !known.has(message);
  return { ...workload, diagnostics: workload.diagnostics.filter(isNew) };
}
