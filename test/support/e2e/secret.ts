// The certificate of an installed hitless: looked at in its Secret and in its pods, renewed by annotation, or spoiled.

import { X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import { issueLeaf } from '../../../src/certificates/issue.ts';
import { kubectl, must } from './kubectl.ts';
import { home, scrapes, until } from './release.ts';

async function secret(): Promise<Readonly<Record<string, string>>> {
  const { data } = JSON.parse(await must(kubectl(['get', 'secret', 'hitless-tls', '-n', home, '-o', 'json'])));
  const texts = Object.entries(data as Record<string, string>).map(([key, value]) => [key, atob(value)]);
  return Object.fromEntries(texts);
}

/** The authority that signed the leaf in use; another one after each change of authority. */
async function signer(): Promise<string> {
  const { 'ca.crt': bundle = '' } = await secret();
  return new X509Certificate(bundle).fingerprint256;
}

function rotate(what: 'leaf' | 'ca' | 'all'): Promise<string> {
  return must(kubectl(['annotate', 'secret', 'hitless-tls', '-n', home, `hitless.dev/rotate=${what}`]));
}

export async function leafRenewed(): Promise<void> {
  const before = (await secret())['tls.crt'];
  await rotate('leaf');
  await until(async () => (await secret())['tls.crt'] !== before);
  await served();
}

export async function authorityChanged(what: 'ca' | 'all'): Promise<void> {
  const before = await signer();
  await rotate(what);
  await until(async () => (await signer()) !== before);
  await served();
}

/** Until every process serves what is in the Secret. */
export function served(): Promise<void> {
  return until(async () => {
    const { notAfter } = await leaf();
    const line = /^hitless_certificate_not_after_timestamp_seconds (\S+)$/m;
    return (await scrapes()).every((text) => Number(line.exec(text)?.[1]) * 1000 === notAfter);
  });
}

export async function leaf() {
  const { 'tls.crt': cert = '' } = await secret();
  return { notAfter: Date.parse(new X509Certificate(cert).validTo) };
}

/** The authority that was changed is trusted until its last leaf has expired: as if that were now. */
export async function formerAuthorityRetired(): Promise<void> {
  expect(certificatesIn((await secret())['ca.crt'])).toBe(2);
  await write({ 'old-ca-until': new Date().toISOString() });
  await until(async () => {
    const { 'ca.crt': bundle = '' } = await secret();
    const path = 'jsonpath={.webhooks[*].clientConfig.caBundle}';
    const trusted = await must(kubectl(['get', 'mutatingwebhookconfiguration', 'hitless', '-o', path]));
    return certificatesIn(bundle) === 1 && trusted.split(' ').every((one) => atob(one).trim() === bundle.trim());
  });
}

function certificatesIn(bundle = ''): number {
  return bundle.split('BEGIN CERTIFICATE').length - 1;
}

/** Puts a leaf of the same authority into the Secret that has so much left. */
export async function shorten(leftMs: number): Promise<void> {
  const { 'ca.crt': bundle = '', 'ca.key': key = '' } = await secret();
  const cert = new X509Certificate(bundle).toString();
  const names = [`hitless.${home}.svc`, `hitless.${home}.svc.cluster.local`, `hitless.${home}`];
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + leftMs) };
  const issued = await issueLeaf({ cert, key }, names, validity);
  await write({ 'tls.crt': issued.cert, 'tls.key': issued.key });
}

async function write(texts: Readonly<Record<string, string>>): Promise<void> {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, btoa(text)]));
  const patch = ['--type=merge', '-p', JSON.stringify({ data })];
  await must(kubectl(['patch', 'secret', 'hitless-tls', '-n', home, ...patch]));
}
