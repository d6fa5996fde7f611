import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import {
  X509Certificate as Authority,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStep } from '../../src/certificates/apply-step.ts';
import { isSameBundle, readBundle } from '../../src/certificates/bundle.ts';
import { issueAuthority } from '../../src/certificates/issue.ts';
import type { RotationStep } from '../../src/certificates/next-step.ts';
import { createPropagation } from '../../src/certificates/propagation.ts';
import {
  readContents,
  type SecretContents,
  trustedCertificates,
  writeContents,
} from '../../src/certificates/secret-contents.ts';
import type { Contents } from '../../src/certificates/stores.ts';

const dayMs = 86_400_000;
const terms = {
  now: new Date('2030-01-01T00:00:00Z'),
  lifetimes: { leafMs: 90 * dayMs, authorityMs: 1800 * dayMs, caPropagationMs: 1000 },
};
const change = (kind: RotationStep['kind']): RotationStep => ({ kind, why: '', names: ['a.svc', '127.0.0.1'] });

let stages: Readonly<Record<'fresh' | 'introduced' | 'switched' | 'again' | 'retired', SecretContents>>;
let other: SecretContents;
let crowd: readonly string[];
let forClients: Contents;
beforeAll(async () => {
  const fresh = await applyStep(change('begin'), undefined, terms);
  const introduced = await applyStep(change('introduce'), fresh, terms);
  const switched = await applyStep(change('switch'), introduced, terms);
  const again = await applyStep(change('introduce'), switched, terms);
  stages = { fresh, introduced, switched, again, retired: await applyStep(change('retire'), switched, terms) };
  other = await applyStep(change('begin'), undefined, terms);
  const authorities = Array.from({ length: 10 }, () => issueAuthority('one of many', fresh.authority));
  crowd = (await Promise.all(authorities)).map(({ cert }) => cert);
  forClients = await clientPair(fresh.authority);
});

async function clientPair({ pem, key, notBefore, notAfter }: SecretContents['authority']): Promise<Contents> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await X509CertificateGenerator.create({
    ...{ subject: 'CN=hitless', issuer: new Authority(pem).subject, notBefore, notAfter },
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
  });
  const secret = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { 'tls.crt': cert.toString('pem'), 'tls.key': secret };
}

describe('what the Secret holds', () => {
  test.each([
    'fresh',
    'introduced',
    'switched',
    'again',
    'retired',
  ] as const)('%s is read as it was written', (stage) => {
    expect(readContents(writeContents(stages[stage]))).toEqual({ kind: 'kept', kept: stages[stage] });
  });

  test('API servers are asked to trust 1, 2, 2, 3, 1 authorities on the way', () => {
    expect(Object.values(stages).map((kept) => trustedCertificates(kept).length)).toEqual([1, 2, 2, 3, 1]);
  });

  test('the keys are P-256, and the leaf is for servers, with its names', () => {
    const leaf = new X509Certificate(stages.fresh.leaf.cert);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(new X509Certificate(stages.fresh.authority.pem).publicKey.asymmetricKeyDetails?.namedCurve).toBe(
      'prime256v1',
    );
    expect(leaf.subjectAltName).toBe('DNS:a.svc, IP Address:127.0.0.1');
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(leaf.ca).toBe(false);
  });

  test.each([{}, { 'tls.crt': '', 'tls.key': '' }, { 'tls.crt': '\n' }])('%o is empty', (data) => {
    expect(readContents(data as Contents)).toEqual({ kind: 'empty' });
  });

  test.each<[string, (data: Contents) => Contents, string]>([
    ['half of it', ({ 'tls.crt': crt = '' }) => ({ 'tls.crt': crt }), 'tls.key, ca.crt, ca.key are missing'],
    ['no authority key', (data) => ({ ...data, 'ca.key': '' }), 'ca.key is missing'],
    [
      'a truncated leaf',
      (data) => ({ ...data, 'tls.crt': data['tls.crt']?.slice(0, 90) ?? '' }),
      'the certificate in tls.crt cannot be read',
    ],
    [
      'a leaf that is not for servers',
      (data) => ({ ...data, ...forClients }),
      'the certificate in tls.crt is not a server certificate',
    ],
    [
      'more authorities than fit',
      (data) => ({ ...data, 'ca.crt': [data['ca.crt'], ...crowd].join('') }),
      'ca.crt holds 11 certificates, more than 10',
    ],
    [
      'another key',
      (data) => ({ ...data, 'tls.key': other.leaf.key }),
      'does not belong to the certificate in tls.crt',
    ],
    [
      'another authority',
      (data) => ({ ...data, 'ca.crt': other.authority.pem, 'ca.key': other.authority.key }),
      'did not sign',
    ],
    ['the key of another authority', (data) => ({ ...data, 'ca.key': other.authority.key }), 'ca.key does not belong'],
    ['no key at all', (data) => ({ ...data, 'ca.key': 'secret words' }), 'ca.key is not a private key in PEM'],
    [
      'words among the authorities',
      (data) => ({ ...data, 'ca.crt': `${data['ca.crt']}words` }),
      'ca.crt holds something',
    ],
    [
      'a next key without certificate',
      (data) => ({ ...data, 'next-ca.key': other.authority.key }),
      'next-ca.key has no certificate',
    ],
    [
      'an old authority without end',
      (data) => ({ ...data, 'ca.crt': `${data['ca.crt']}${other.authority.pem}` }),
      'old-ca-until is not a time',
    ],
  ])('%s is broken, and the reason says where but not what', (_, spoil, reason) => {
    const reading = readContents(spoil(writeContents(stages.fresh)));
    expect(reading).toMatchObject({ kind: 'broken', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(reading)).not.toMatch(/BEGIN|secret words/);
  });
});

describe('a bundle', () => {
  test('is the same in another order, with other line ends and with words of people between', () => {
    const { authority } = stages.fresh;
    const text = `${other.authority.pem.replaceAll('\n', '\r\n')}\r\n\r\n${authority.pem}`;
    expect(isSameBundle(readBundle(text), [authority, other.authority])).toBe(true);
    expect(isSameBundle(readBundle(text), [authority])).toBe(false);
    expect(isSameBundle(readBundle(`${text}\nwords`), [authority, other.authority])).toBe(false);
    expect(readBundle('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toEqual({
      certificates: [],
      malformed: true,
    });
  });
});

describe('what we saw in the caBundles', () => {
  function looks() {
    let nowMs = 0;
    const made = { ...stages.fresh.authority, notBefore: new Date('2029-12-31T23:00:00Z') };
    const sightings = createPropagation({
      monotonicMs: () => nowMs,
      backdateMs: 3_600_000,
      propagationMs: 3000,
      gapMs: 120_000,
    });
    const at = (ms: number, ...seen: readonly string[]) => {
      nowMs = ms;
      sightings.note(seen);
    };
    const isTrusted = (secondsAfterMade: number) =>
      sightings.isTrusted(made, new Date(Date.parse('2030-01-01T00:00:00Z') + secondsAfterMade * 1000));
    return { at, isTrusted, seenMs: () => sightings.seenMs(made.fingerprint), own: made.fingerprint };
  }

  test('counts from when it was first seen, and anew when it was gone', () => {
    const { at, seenMs, own } = looks();
    at(0, 'other');
    expect(seenMs()).toBeLessThan(0);
    at(1000, 'other', own);
    at(5000, own);
    expect(seenMs()).toBe(4000);
    at(6000, 'other');
    at(7000, own);
    expect(seenMs()).toBe(0);
  });

  test('counts anew when nobody looked for so long that it may have been gone', () => {
    const { at, seenMs, own } = looks();
    at(0, own);
    at(100_000, own);
    expect(seenMs()).toBe(100_000);
    at(300_000, own);
    expect(seenMs()).toBe(0);
  });

  test('an authority that stood there at the first look is trusted at once, unless it is brand-new', () => {
    const { at, isTrusted, own } = looks();
    at(0, own);
    expect([isTrusted(1), isTrusted(60)]).toEqual([false, true]);
    at(1, 'other');
    at(2, own);
    expect(isTrusted(60)).toBe(false);
    at(3002, own);
    expect(isTrusted(60)).toBe(true);
  });
});
