// Makes a key pair for development: ca.crt, tls.crt and tls.key in a folder.
// Usage: npx node certs/make-pair.ts DIR [--force] [NAME...]

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { selfSigned } from '../src/certificates/self-signed.ts';
import { reasonOf } from '../src/files/reason.ts';
import { hostNames } from '../src/settings/values.ts';

const usage =
  'usage: npx node certs/make-pair.ts DIR [--force] [NAME...]   NAME: a DNS name or an IP address; without one localhost';
const defaultNames = ['localhost', '127.0.0.1', '::1'];

/** What is wrong with the command line is thrown as a sentence. */
function readArguments(args: string[]) {
  const options = { force: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [folder = '', ...given] = positionals;
  const names = given.length > 0 ? given : defaultNames;
  const { parse } = hostNames();
  const wrong = names.filter((name) => name.includes(',') || parse(name) === undefined);
  const help = values.help === true;
  if (!help && folder === '') throw new Error('the folder is missing');
  if (wrong.length > 0)
    throw new Error(`no DNS name and no IP address: ${wrong.map((name) => `"${name}"`).join(', ')}`);
  return { help, folder, names, force: values.force === true };
}

async function makePair({ folder, names, force }: ReturnType<typeof readArguments>): Promise<void> {
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

/** Gives the exit code: 1 when the pair cannot be made, 2 when it is not clear which. */
async function main(): Promise<number> {
  let wanted: ReturnType<typeof readArguments>;
  try {
    wanted = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`make-pair: ${reasonOf(error)}\n${usage}`);
    return 2;
  }
  if (wanted.help) {
    console.log(usage);
    return 0;
  }
  try {
    await makePair(wanted);
    return 0;
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    const exists = code === 'EEXIST' ? `${path} exists already: --force replaces it` : undefined;
    console.error(exists ?? `cannot make the pair in ${wanted.folder}: ${reasonOf(error)}`);
    return 1;
  }
}

process.exitCode = await main();
