// Namespaces among the inputs that ask for hitless in a way that opts them into nothing. Their Deployments are left alone, so one wrong
// letter would switch off every check without a word: it is bad input, like a policy that cannot be read.

import { readObjects } from '../../cluster-state/readers.ts';
import { mentionsUs } from '../../policy/near-misses.ts';
import { optInMistake } from '../../policy/opt-in.ts';
import { hasPlaceholder } from '../../text/placeholder.ts';
import { isObject } from '../../workload/json.ts';
import type { Namespace } from '../../workload/kubernetes.ts';
import type { Problem, SourceDocument } from '../../yaml/documents.ts';

/** At the label or annotation that is wrong. */
export function optInProblems(documents: readonly SourceDocument[]): readonly Problem[] {
  return documents
    .filter(({ value }) => isObject(value) && value.kind === 'Namespace')
    .flatMap((document) => {
      const [object] = readObjects([document]).objects;
      return object?.kind === 'Namespace' ? problemOf(document, object.value) : [];
    });
}

/** What a renderer fills in later may be right. */
function problemOf({ file, positionOf }: SourceDocument, namespace: Namespace): Problem[] {
  const message = optInMistake(namespace);
  if (message === undefined || hasPlaceholder(message)) return [];
  const keys = (['labels', 'annotations'] as const).flatMap((map) =>
    Object.keys(namespace[map]).map((key) => ['metadata', map, key] as const),
  );
  const wrong = keys.find(([, , key]) => mentionsUs({ [key]: '' }) && message.includes(key));
  return [{ file, ...positionOf(wrong ?? ['metadata']), message }];
}
