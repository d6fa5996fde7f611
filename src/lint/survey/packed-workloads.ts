// The judged workloads of all files as one list: unpacked part by part, each time that a report walks through it.

import type { Accepted, Counts } from '../acceptance/acceptance.ts';
import { type AcceptanceOutcome, acceptanceOutcomeOf, withinLimits } from '../acceptance/share-out.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { FileWorkload, FileWorkloads } from '../result.ts';
import { manifest } from '../topics.ts';
import { type PackedFiles, unpackWorkloads } from './messages.ts';

export interface PackedWorkloads {
  readonly examined: FileWorkloads;
  readonly outcome: AcceptanceOutcome;
}

export function packedWorkloads(packs: readonly PackedFiles[], baseline: Counts): PackedWorkloads {
  const told = new Set<string>();
  const parts = packs.map((pack) => {
    // A sentence about a namespace is reported with the first workload in it, of whatever part.
    const known = new Set(pack.told.filter((sentence) => told.has(sentence)));
    for (const sentence of pack.told) told.add(sentence);
    return { pack, known };
  });
  const outcome = acceptanceOutcomeOf(
    parts.map(({ pack, known }) => withoutSentences(pack.accepted, known)),
    baseline,
  );
  const examined = {
    length: packs.reduce((sum, { count }) => sum + count, 0),
    *[Symbol.iterator]() {
      for (const [at, { pack, known }] of parts.entries()) {
        const workloads = unpackWorkloads(pack).map((one) => without(one, known));
        yield* withinLimits(workloads, outcome.limits[at] ?? new Map());
      }
    },
  };
  return { examined, outcome };
}

/** A sentence that is left out of a part is not one of its findings. */
function withoutSentences({ entries, known }: Accepted, sentences: ReadonlySet<string>): Accepted {
  if (sentences.size === 0) return { entries, known };
  const others = new Map(known);
  for (const message of sentences) others.delete(fingerprintOf(noObject, { rule: manifest.id, message, changes: [] }));
  return { entries, known: others };
}

/** The fingerprint of a sentence about a Namespace does not depend on the object. */
const noObject = { kind: '', namespace: '', name: '' };

function without(workload: FileWorkload, known: ReadonlySet<string>): FileWorkload {
  if (known.size === 0) return workload;
  const isNew = ({ rule, message }: FileWorkload['diagnostics'][number]) => rule !== manifest.id || !known.has(message);
  const { ignored } = workload;
  return {
    ...workload,
    diagnostics: workload.diagnostics.filter(isNew),
    ...(ignored !== undefined && { ignored: ignored.filter(isNew) }),
  };
}
