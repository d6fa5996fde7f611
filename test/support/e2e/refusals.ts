// What the API server says of a policy beside what our own reader says: where the two must agree, and where they cannot.

import { type FieldError, sentence } from '../../../src/policy/validation/field-error.ts';

/** Mistakes that only our reader names, with the reason. `taken`: the API server takes the document. */
export const onlyOurs: readonly { readonly sentence: RegExp; readonly reason: string; readonly taken: boolean }[] = [
  {
    sentence: /^metadata\.namespace: found "shop"; allowed: no namespace in a ClusterRolloutPolicy/,
    reason: 'the API server takes the namespace of a cluster-wide object away without a word',
    taken: true,
  },
  {
    sentence: /^metadata\.namespace: found /,
    reason: 'the namespace stands in the address of the request, and is looked up before the object is read',
    taken: false,
  },
  {
    sentence: /^metadata: found nothing/,
    reason: 'an object without metadata is one without a name to the API server',
    taken: false,
  },
  {
    sentence: /^spec\.(\w+|readinessProbe\.timeoutSeconds|namespaceSelector\.matchLabels\.empty): found nothing/,
    reason: 'to the API server a null is a field that is not written, and it is not stored',
    taken: true,
  },
  {
    sentence: /matchLabels[.[].*allowed: a label key/,
    reason: 'OpenAPI cannot judge the keys of a map, and CEL refuses to: nothing bounds their length',
    taken: true,
  },
  {
    sentence: /^spec\.terminationGracePeriod\.maximumSeconds: .* and preStopSleep\.seconds \((?:[1-9]|auto)/,
    reason: 'whether the sleep is off is not to be seen by CEL: action may be a boolean, so it has no type',
    taken: true,
  },
];

export function exceptionOf(mistake: FieldError) {
  return onlyOurs.find((exception) => exception.sentence.test(sentence(mistake)));
}

/** One way to write a path for `matchLabels[a.b/c]` and `matchLabels.a.b/c`. */
function plain(text: string): string {
  return text
    .replaceAll(/(v1\.)?ObjectMeta/g, 'metadata')
    .replaceAll(/[[\]]/g, '.')
    .replaceAll(/\.+(?=[.:]|$)/gm, '');
}

/** The field itself, one below it, or the one above it with the key in the sentence. */
export function names(refusal: string, { path, keys }: FieldError): boolean {
  const wanted = plain(path);
  return refusal.split('\n').some((line) => {
    const words = plain(line)
      .split(/[\s"]+/)
      .map((word) => word.replace(/[:,]+$/, ''));
    if (words.some((word) => word === wanted || word.startsWith(`${wanted}.`))) return true;
    const above = wanted.slice(0, wanted.lastIndexOf('.'));
    return words.includes(above) && words.includes(String(keys.at(-1)));
  });
}
