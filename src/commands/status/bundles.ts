// Whether the caBundles hold the authority of the serving certificate. There is no TLS to the pods through the API server, so the
// certificate is taken from its Secret, where that may be read.

import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../../certificates/bundle.ts';
import { namesOf } from '../../cluster/known.ts';
import type { Remark } from './check.ts';
import type { CertificateFacts } from './read-certificate.ts';

export function bundleRemarks(facts: CertificateFacts, now: Date): readonly Remark[] {
  const { title, bundles } = facts;
  const action = actionOf(facts);
  const empty = bundles.filter(({ certificates, malformed }) => certificates.length === 0 && !malformed);
  const malformed = bundles.filter((one) => one.malformed);
  const useless = bundles.filter(({ certificates }) => certificates.length > 0 && !certificates.some(isValid(now)));
  const wrong = untrusting(facts, now);
  return [
    ...(empty.length > 0 ? [emptyRemark(facts, empty.map(nameOf))] : []),
    ...malformed.map(({ name }) => ({
      severity: 'error' as const,
      message: `the caBundle of ${name} holds something that is not a certificate`,
      action,
    })),
    ...(useless.length > 0
      ? [
          {
            severity: 'error' as const,
            message: `the caBundle of ${namesOf(useless.map(nameOf))} holds no certificate that is valid now: API servers trust no certificate of ${title}, and every call fails`,
            action,
          },
        ]
      : []),
    ...(wrong.length > 0
      ? [
          {
            severity: 'error' as const,
            message: `the caBundle of ${namesOf(wrong)} does not hold the authority that signed the certificate of ${title}: every call fails`,
            action,
          },
        ]
      : []),
  ];
}

function actionOf({ issuer }: CertificateFacts): string {
  if (issuer === 'hitless') return 'the pods write it: their log says why they did not';
  if (issuer === 'cert-manager') return 'the injector of cert-manager writes it: its log says why it did not';
  if (issuer === 'you') return 'set certificates.caBundle to the authority that signed your certificate';
  return 'the pods write it, or cert-manager does: their log says why not; with your own certificate set certificates.caBundle';
}

function emptyRemark(facts: CertificateFacts, names: readonly string[]): Remark {
  const { title, trustsMachines } = facts;
  const message = `the caBundle of ${namesOf(names)} is empty`;
  if (trustsMachines)
    return {
      severity: 'note',
      message: `${message}: API servers verify the certificate of ${title} by their own trust store`,
    };
  return {
    severity: 'error',
    message: `${message}: API servers trust no certificate of ${title}, and every call fails`,
    action: actionOf(facts),
  };
}

const nameOf = ({ name }: { readonly name: string }) => name;

/** An API server trusts no other, whatever it signed. */
function isValid(now: Date): (certificate: Certificate) => boolean {
  return ({ notBefore, notAfter }) => notBefore <= now && now <= notAfter;
}

/** The entries whose valid certificates signed none of the chain. */
function untrusting({ bundles, secret }: CertificateFacts, now: Date): readonly string[] {
  if (secret.kind === 'unknown' || secret.value === undefined) return [];
  const { chain } = secret.value;
  if (chain.length === 0) return [];
  return bundles
    .map(({ name, certificates }) => ({ name, valid: certificates.filter(isValid(now)) }))
    .filter(({ valid }) => valid.length > 0 && !valid.some((one) => signsAny(one, chain)))
    .map(nameOf);
}

function signsAny({ pem }: Certificate, chain: readonly Certificate[]): boolean {
  const authority = new X509Certificate(pem);
  return chain.some((one) => {
    const certificate = new X509Certificate(one.pem);
    // A certificate that is trusted itself needs nobody who signs it.
    return one.pem === pem || (certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
  });
}

/** What cannot be said of the caBundles. */
export function unknownBundles({ title, bundles, secret }: CertificateFacts): readonly string[] {
  if (bundles.every(({ certificates }) => certificates.length === 0)) return [];
  if (secret.kind === 'unknown') return [`whether the caBundles hold the authority of ${title}: ${secret.why}`];
  return [];
}
