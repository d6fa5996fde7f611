import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openFileSource } from '../../src/certificates/file-source.ts';
import { readPair } from '../../src/certificates/pair.ts';
import { type SelfSigned, selfSigned } from '../../src/certificates/self-signed.ts';
import type { CertificateSource, PairEvent } from '../../src/certificates/source.ts';
import { eventually, pairNamed, temporaryFolder, writePair } from '../support/pair.ts';

async function folderWith(pair: SelfSigned) {
  const folder = await temporaryFolder();
  return { folder, files: await writePair(folder, pair) };
}

describe('a pair from disk', () => {
  test('is read with its names and its end', async () => {
    const { files } = await folderWith(await pairNamed('first.test'));
    const { names, notAfter } = await readPair(files);
    expect(names).toBe('DNS:localhost, IP Address:127.0.0.1, DNS:first.test');
    expect(notAfter.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  });

  const other = () => pairNamed('second.test');
  test.each([
    {
      what: 'no certificate',
      break: (f: Files) => rm(f.cert),
      says: /the certificate .*tls\.crt cannot be read: no such file or folder; --tls-cert must name a PEM file/,
    },
    {
      what: 'no key',
      break: (f: Files) => rm(f.key),
      says: /the private key .*tls\.key cannot be read: no such file or folder; --tls-key must name a PEM file/,
    },
    {
      what: 'a folder for a certificate',
      break: (f: Files) => rm(f.cert).then(() => mkdir(f.cert)),
      says: /the certificate .*tls\.crt cannot be read: it is a folder; --tls-cert/,
    },
    {
      what: 'an empty certificate',
      break: (f: Files) => writeFile(f.cert, ''),
      says: /the certificate in .*tls\.crt cannot be read/,
    },
    {
      what: 'no PEM',
      break: (f: Files) => writeFile(f.key, 'secret'),
      says: /the private key in .*tls\.key cannot be read/,
    },
    {
      what: 'a truncated certificate',
      break: async (f: Files) => writeFile(f.cert, (await pairNamed('first.test')).cert.slice(0, 300)),
      says: /tls\.crt/,
    },
    {
      what: 'the key of another pair',
      break: async (f: Files) => writeFile(f.key, (await other()).key),
      says: /tls\.key does not belong to the certificate in/,
    },
    {
      what: 'a truncated intermediate',
      break: async (f: Files) =>
        writeFile(f.cert, `${(await pairNamed('first.test')).cert}${(await other()).ca.slice(0, 200)}`),
      says: /cannot be used for TLS/,
    },
  ])('$what is refused in words that name the file', async ({ break: breakIt, says }) => {
    const { files } = await folderWith(await pairNamed('first.test'));
    await breakIt(files);
    await expect(readPair(files)).rejects.toThrow(says);
  });
});

type Files = { readonly cert: string; readonly key: string };

describe('a watched pair', () => {
  let source: CertificateSource | undefined;
  afterEach(() => source?.stop());

  async function watched(files: Files) {
    const reports: PairEvent[] = [];
    const current = await openFileSource(files, 20);
    current.subscribe((report) => reports.push(report));
    source = current;
    const last = () =>
      eventually(
        () => reports.at(-1),
        (report) => report !== undefined,
      );
    return { source: current, reports, last };
  }

  test('is replaced when the files are written over', async () => {
    const { folder, files } = await folderWith(await pairNamed('first.test'));
    const { source, last, reports } = await watched(files);
    await writePair(folder, await pairNamed('second.test'));
    await eventually(
      () => source.current().names,
      (names) => names?.includes('second.test') === true,
    );
    expect(source.current().names).toContain('second.test');
    await eventually(last, (report) => report?.kind === 'loaded');
    // Between the two files the pair may be seen not to fit.
    const kinds = reports.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'loaded')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('loaded');
  });

  test('is replaced when new files are renamed into place', async () => {
    const { folder, files } = await folderWith(await pairNamed('first.test'));
    const { source } = await watched(files);
    const fresh = await folderWith(await pairNamed('second.test'));
    for (const name of ['tls.crt', 'tls.key']) await rename(join(fresh.folder, name), join(folder, name));
    expect(
      await eventually(
        () => source.current().names,
        (names) => names?.includes('second.test') === true,
      ),
    ).toContain('second.test');
  });

  test('is replaced at once when a symbolic link above it is swapped, as Kubernetes does', async () => {
    const mount = await temporaryFolder();
    for (const name of ['first.test', 'second.test']) {
      await mkdir(join(mount, `..${name}`));
      await writePair(join(mount, `..${name}`), await pairNamed(name));
    }
    await symlink('..first.test', join(mount, '..data'));
    for (const name of ['tls.crt', 'tls.key']) await symlink(join('..data', name), join(mount, name));
    const { source, reports } = await watched({ cert: join(mount, 'tls.crt'), key: join(mount, 'tls.key') });
    await symlink('..second.test', join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    expect(
      await eventually(
        () => source.current().names,
        (names) => names?.includes('second.test') === true,
      ),
    ).toContain('second.test');
    expect(reports.map(({ kind }) => kind)).toEqual(['loaded']);
  });

  test.each([
    {
      what: 'is truncated',
      next: async (f: Files) => writeFile(f.cert, (await pairNamed('second.test')).cert.slice(0, 100)),
    },
    { what: 'is gone', next: (f: Files) => rm(f.key) },
    {
      what: 'does not belong together',
      next: async (f: Files) => writeFile(f.key, (await pairNamed('second.test')).key),
    },
    {
      what: 'has expired',
      next: async (f: Files) => void (await writePair(join(f.cert, '..'), await selfSigned(['old.test'], -1))),
    },
  ])('stays when the new one $what, and the next good one is taken', async ({ next }) => {
    const { folder, files } = await folderWith(await pairNamed('first.test'));
    const { source, last } = await watched(files);
    await next(files);
    expect(await last()).toMatchObject({ kind: 'kept', reason: expect.stringContaining(folder) });
    expect(source.current().names).toContain('first.test');
    await writePair(folder, await pairNamed('second.test'));
    expect(
      await eventually(
        () => source.current().names,
        (names) => names?.includes('second.test') === true,
      ),
    ).toContain('second.test');
  });

  test('an expired one makes way for another expired one', async () => {
    const { folder, files } = await folderWith(await selfSigned(['old.test'], -2));
    const { last } = await watched(files);
    await writePair(folder, await selfSigned(['newer.test'], -1));
    expect((await eventually(last, (report) => report?.kind === 'loaded'))?.kind).toBe('loaded');
  });

  test('that is broken from the start is an error', async () => {
    const { files } = await folderWith(await pairNamed('first.test'));
    await writeFile(files.key, '');
    await expect(openFileSource(files)).rejects.toThrow(/tls\.key/);
  });
});
