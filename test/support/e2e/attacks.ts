// What somebody may write into the Secret of the certificates, each thing with its name.

import { issueAuthority, issueLeaf } from '../../../src/certificates/issue.ts';
import { kubectl, must } from './kubectl.ts';
import { name, namespace, readSecret } from './replicas.ts';

type Data = Readonly<Record<string, string | null>>;

const hour = 3_600_000;
const validity = () => ({ notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + 24 * hour) });

async function texts(): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries((await readSecret()).data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** A null takes a key out. */
async function write(data: Data): Promise<void> {
  const encoded = Object.entries(data).map(([key, text]) => [key, text && Buffer.from(text).toString('base64')]);
  await patch({ data: Object.fromEntries(encoded) });
}

async function patch(object: object): Promise<void> {
  await must(kubectl(['patch', 'secret', name, '-n', namespace, '--type=merge', '-p', JSON.stringify(object)]));
}

async function another(names: readonly string[]) {
  const authority = await issueAuthority('somebody else', validity());
  return { authority, leaf: await issueLeaf(authority, names, validity()) };
}

/** `heals`: the replicas put it right by themselves. */
export const attacks: readonly { title: string; heals: boolean; attack: () => Promise<void> }[] = [
  { title: 'emptied', heals: true, attack: () => patch({ data: null }) },
  {
    title: 'filled with garbage',
    heals: true,
    attack: () => write({ 'tls.crt': '\u0000\u0001', 'tls.key': 'x', 'ca.crt': '-----BEGIN', 'ca.key': '{}' }),
  },
  { title: 'half written', heals: true, attack: () => write({ 'tls.key': null, 'ca.key': null }) },
  {
    title: 'cut off in the middle of a certificate',
    heals: true,
    attack: async () => write({ 'tls.crt': (await texts())['tls.crt']?.slice(0, 200) ?? '' }),
  },
  {
    title: 'given the key of another certificate',
    heals: true,
    attack: async () => write({ 'tls.key': (await another(['127.0.0.1'])).leaf.key }),
  },
  {
    title: 'given the key of another authority',
    heals: true,
    attack: async () => write({ 'ca.key': (await another([])).authority.key }),
  },
  {
    title: 'given a certificate for another name',
    heals: true,
    attack: async () => {
      const { 'ca.crt': cert = '', 'ca.key': key = '' } = await texts();
      const { cert: crt, key: tlsKey } = await issueLeaf({ cert, key }, ['somebody.else'], validity());
      await write({ 'tls.crt': crt, 'tls.key': tlsKey });
    },
  },
  {
    title: 'given a whole set of somebody else',
    heals: true,
    attack: async () => {
      const { authority, leaf } = await another(['127.0.0.1']);
      const pair = { 'tls.crt': leaf.cert, 'tls.key': leaf.key };
      await write({ ...pair, 'ca.crt': authority.cert, 'ca.key': authority.key });
    },
  },
  {
    title: 'deleted, which the replicas have no right to mend',
    heals: false,
    attack: async () => void (await must(kubectl(['delete', 'secret', name, '-n', namespace]))),
  },
  {
    title: 'no longer marked as ours',
    heals: false,
    attack: () => patch({ metadata: { labels: { 'hitless.dev/certificates': null } } }),
  },
  { title: 'made immutable', heals: false, attack: () => patch({ immutable: true }) },
];
