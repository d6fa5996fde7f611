// The serving certificate: when it and its authority expire, and whether API servers trust it by the caBundles of the configuration.

import { X509Certificate } from 'node:crypto';
import { knownValue, unknownOf } from '../../../cluster/known.ts';
import { bundleRemarks, unknownBundles } from '../bundles.ts';
import { defineCheck, type Judgement, type Remark } from '../check.ts';
import { expiryRemarks } from '../expiry.ts';
import { type CertificateFacts, readCertificate } from '../read-certificate.ts';

interface Facts {
  readonly certificates: readonly CertificateFacts[];
  readonly now: Date;
}

export const certificateCheck = defineCheck<Facts>({
  id: 'certificate',
  title: 'certificate',
  read: async ({ api, installations, now }) => ({
    certificates: await Promise.all((await installations()).map((one) => readCertificate(api, one))),
    now,
  }),
  judge: ({ certificates, now }): Judgement => {
    const judged = certificates.map((one) => judgeOne(one, now));
    const summaries = judged.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
    return {
      ...(summaries.length > 0 && { summary: summaries.join('; ') }),
      remarks: judged.flatMap(({ remarks }) => remarks),
      unknown:
        certificates.length === 0 ? ['no release was found'] : [...new Set(judged.flatMap(({ unknown }) => unknown))],
      facts: { releases: judged.flatMap(({ facts }) => (facts === undefined ? [] : [facts])) },
    };
  },
});

function judgeOne(certificate: CertificateFacts, now: Date): Judgement {
  const { title, secret, served, bundles } = certificate;
  const stored = knownValue(secret);
  const metrics = knownValue(served);
  // What pods serve counts; the Secret may be ahead of them.
  const notAfter = metrics?.notAfter ?? stored?.chain[0]?.notAfter;
  const authorityNotAfter = metrics?.authorityNotAfter ?? stored?.authority?.notAfter;
  const nothing = notAfter === undefined ? [...unknownOf(secret), ...unknownOf(served)] : [];
  const remarks = [
    ...expiryRemarks({ title, what: 'certificate', notAfter, now }),
    ...expiryRemarks({ title, what: 'authority', notAfter: authorityNotAfter, now }),
    ...leafRemarks(certificate, now),
    ...bundleRemarks(certificate, now),
  ];
  const unknown = [...nothing, ...unknownBundles(certificate)];
  if (notAfter === undefined)
    return { remarks: nothing.length === 0 ? [...remarks, notFound(title)] : remarks, unknown };
  const until = `${title}: valid until ${day(notAfter)}`;
  return {
    summary: authorityNotAfter === undefined ? until : `${until}, its authority until ${day(authorityNotAfter)}`,
    remarks,
    unknown,
    facts: {
      release: title,
      notAfter: notAfter.toISOString(),
      ...(authorityNotAfter !== undefined && { authorityNotAfter: authorityNotAfter.toISOString() }),
      caBundles: bundles.map(({ name, certificates }) => ({ name, certificates: certificates.length })),
    },
  };
}

/** Of the one in the Secret: pods say only until when theirs is valid. */
function leafRemarks({ title, host, secret }: CertificateFacts, now: Date): readonly Remark[] {
  const leaf = knownValue(secret)?.chain[0];
  if (leaf === undefined) return [];
  const early: Remark = {
    severity: 'error',
    message: `the certificate in the Secret of ${title} is not valid before ${leaf.notBefore.toISOString()}: calls that are answered with it fail`,
    action: 'compare the clocks of the API servers and of what issues it; with your own certificate, replace it',
  };
  const stranger: Remark = {
    severity: 'error',
    message: `the certificate in the Secret of ${title} is not for ${host}, the name that API servers call: calls that are answered with it fail`,
    action: `issue it for ${host}; if hitless or cert-manager does, run helm upgrade for the release, and their log says why it was not issued again`,
  };
  // API servers look at the subject alternative names only.
  const isNamed = new X509Certificate(leaf.pem).checkHost(host, { subject: 'never' }) !== undefined;
  return [...(now < leaf.notBefore ? [early] : []), ...(isNamed ? [] : [stranger])];
}

function notFound(title: string): Remark {
  return {
    severity: 'error',
    message: `no certificate of ${title} is found: its Secret is absent or empty, and no pod serves one`,
    action: 'the log of the pods, or of cert-manager, says why',
  };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
