// Certificates by what identifies them and how long they are valid. Names in them are not read, and no Secret is.

import { readBundle } from '../../certificates/bundle.ts';
import { known } from '../../cluster/known.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { type Keep, redacted } from './keep.ts';
import { jsonPart, type Part } from './part.ts';

/** A caBundle, in base64: { certificates: [{ sha256, notBefore, notAfter }], malformed? } */
export const expiryOf: Keep = (value) => {
  if (typeof value !== 'string') return redacted;
  const { certificates, malformed } = readBundle(Buffer.from(value, 'base64').toString());
  return {
    certificates: certificates.map(({ fingerprint, notBefore, notAfter }) => ({
      sha256: fingerprint,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
    })),
    ...(malformed && { malformed }),
  };
};

const notAfter = /^hitless_certificate(_authority)?_not_after_timestamp_seconds (\S+)$/gm;

/** What each pod says of the certificate that it serves, from its metrics: { <metrics file>: { certificate?, authority? } } */
export function certificatesPart({ namespace, name }: NamespacedName, parts: readonly Part[], folder: string): Part {
  const part = {
    path: `${folder}/certificates.json`,
    title: `expiry of the certificate of ${namespace}/${name} and its authority, as the metrics of the pods say`,
  };
  const told = parts.filter(({ path, text }) => path.startsWith(`${folder}/metrics/`) && text !== undefined);
  const entries = told.map(({ path, text = '' }) => [path, expiryIn(text)] as const);
  if (entries.length === 0) return { ...part, why: 'the metrics of no pod could be read' };
  return jsonPart(part, known(Object.fromEntries(entries)), (value) => value);
}

function expiryIn(text: string): JsonObject {
  const found = Array.from(text.matchAll(notAfter), ([, authority, seconds]) => {
    const at = Number(seconds) * 1000;
    // 0: there is none; a time beyond that of a Date is none either.
    const isTime = at > 0 && at < 8.64e15;
    return isTime ? [[authority === undefined ? 'certificate' : 'authority', new Date(at).toISOString()] as const] : [];
  });
  return Object.fromEntries(found.flat());
}
