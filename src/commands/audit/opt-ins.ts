// Namespaces that ask for hitless in a way that opts them into nothing: audit finds no workload to judge there, and says why.

import { optInMistake } from '../../policy/opt-in.ts';
import type { Namespace } from '../../workload/kubernetes.ts';

// More would not be read.
const most = 20;

export function optInRemarks(namespaces: readonly Namespace[]): readonly string[] {
  const mistakes = namespaces.map(optInMistake).filter((mistake) => mistake !== undefined);
  const rest = mistakes.length - most;
  return rest <= 0 ? mistakes : [...mistakes.slice(0, most), `${rest} more namespaces are labelled wrongly`];
}
