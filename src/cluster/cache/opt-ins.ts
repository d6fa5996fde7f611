// Namespaces that ask for hitless in a way that opts them into nothing. API servers never call for them, so no answer can say so.

import { optInMistake } from '../../policy/opt-in.ts';
import type { Namespace } from '../../workload/kubernetes.ts';

export interface OptIns {
  /** For each version of a Namespace that is read. */
  readonly look: (namespace: Namespace) => void;
  /** How many of those that are still there are mistaken. */
  readonly mistaken: (isThere: (name: string) => boolean) => number;
}

/** `report`: called once for each new mistake, a sentence. */
export function watchOptIns(report: (namespace: string, mistake: string) => void): OptIns {
  const mistakes = new Map<string, string>();
  return {
    look: (namespace) => {
      const { name } = namespace;
      const mistake = optInMistake(namespace);
      if (mistake === undefined) mistakes.delete(name);
      else if (mistakes.get(name) !== mistake) {
        mistakes.set(name, mistake);
        report(name, mistake);
      }
    },
    mistaken: (isThere) => {
      for (const name of mistakes.keys()) if (!isThere(name)) mistakes.delete(name);
      return mistakes.size;
    },
  };
}
