// Makes a key pair for development: ca.crt, tls.crt and tls.key in a folder. Usage: node certs/make-pair.ts DIR [--force] [NAME...]

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { selfSigned } from '../src/certificates/self-signed.ts';

const usage = 'usage: node certs/make-pair.ts DIR [--force] [NAME...]   NAME: a DNS name or an IP address';
const defaultNames = ['localhost', '127.0.0.1', '::1'];

async function makePair(folder: string, names: readonly string[], force: boolean): Promise<void> {
  const { ca, cert, key } = await selfSigned(names);
  await mkdir(folder, { recursive: true });
  const files = ['tls.key', 'tls.crt', 'ca.crt'].map((name) => join(folder, name));
  if (force) await Promise.all(files.map((file) => rm(file, { force })));
  // Always a new file: an old one would keep its mode, and a key must never be readable by others, not for a moment.
  const flag = 'wx';
  await writeFile(join(folder, 'tls.key'), key, { flag, mode: 0o600 });
  await writeFile(join(folder, 'tls.crt'), cert, { flag });
  await writeFile(join(folder, 'ca.crt'), ca, { flag });
  console.log(`${folder}: tls.crt and tls.key for ${names.join(', ')}; clients trust ca.crt. Valid for a year.`);
}

const { values, positionals } = parseArgs({ options: { force: { type: 'boolean' } }, allowPositionals: true });
const [folder, ...names] = positionals;
if (folder === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await makePair(folder, names.length > 0 ? names : defaultNames, values.force === true).catch((error) => {
    const exists = error.code === 'EEXIST';
    console.error(
      exists ? `${error.path} exists already: --force replaces it` : `cannot make the pair: ${error.message}`,
    );
    process.exitCode = 1;
  });
}
