// `hitless bundle`: what a report about an installation should come with, in one archive.

import { lstat, open, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { errorWriter, firstUnwritable, noticeWriter } from '../output-file.ts';
import { type ClusterFlags, withCluster } from '../with-cluster.ts';
import { bounds } from './bounds.ts';
import { collectParts } from './collect.ts';
import { contents, limitSentences, never } from './contents.ts';
import { isPlainName } from './keep.ts';
import type { Part } from './part.ts';
import { indexOf, type Made, readmeOf } from './readme.ts';
import { tarOf } from './tar.ts';

export interface BundleOptions extends ClusterFlags {
  /** A file, or `-` for standard output; absent: one in the working folder, named by the day. */
  readonly output?: string;
  /** Of the release. */
  readonly namespace?: string;
  readonly logLines: number;
  /** Only say what would be collected. */
  readonly dryRun?: true;
}

/** 0: written, also where parts are missing. 2: usage, no cluster, nothing that could be read, or a file that cannot be written. */
export async function bundle(options: BundleOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.dryRun) {
    terminal.out(plan(options.logLines));
    return 0;
  }
  const at = new Date();
  const file = options.output ?? `hitless-bundle-${at.toISOString().slice(0, 10)}.tar.gz`;
  const mistake = await misuse(file, options, terminal);
  if (mistake !== undefined) {
    errorWriter('bundle', terminal)(mistake);
    return 2;
  }
  // Each request has its limit here.
  const { requestTimeout, ...cluster } = options;
  const requestMs = requestTimeout === undefined || requestTimeout === 0 ? bounds.requestMs : requestTimeout;
  return withCluster({ name: 'bundle', options: cluster, terminal, showsReading: true }, async (api) => {
    const parts = await collectParts(api, { ...options, requestMs });
    const archive = await archiveOf(parts, { at, logLines: options.logLines });
    reportMissing(parts, terminal);
    return write(file, archive, terminal);
  });
}

async function misuse(file: string, { namespace }: BundleOptions, terminal: Terminal): Promise<string | undefined> {
  if (namespace !== undefined && !isPlainName(namespace)) return '--namespace must be the name of a namespace';
  if (file === '-') return terminal.outBytes === undefined ? binaryNeedsFile : undefined;
  if (file === '' || file.endsWith('/')) return `--output must name a file, found ${JSON.stringify(file)}`;
  return (await isThere(file)) ? exists(file) : firstUnwritable(file);
}

/** Also a link that leads nowhere. */
function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

const binaryNeedsFile = 'standard output is a terminal: send it into a file or a program, or give --output FILE';
const exists = (file: string) => `${file} exists already and is not overwritten: give another --output, or remove it`;

function plan(logLines: number): string {
  const rows = contents.map(({ what, permission }) => `- ${what} (${permission})`);
  const lines = ['Would collect, where you may read it:', ...rows, '', ...never, '', ...limitSentences(logLines)];
  return `${lines.join('\n')}\n`;
}

const folder = 'hitless-bundle';

async function archiveOf(parts: readonly Part[], made: Made): Promise<Buffer> {
  const files = [
    { path: 'README.md', text: readmeOf(parts, made) },
    { path: 'index.json', text: indexOf(parts, made) },
    ...parts,
  ];
  const archived = files.flatMap(({ path, text }) =>
    text === undefined ? [] : [{ path: `${folder}/${path}`, contents: Buffer.from(text) }],
  );
  return promisify(gzip)(tarOf(archived, made.at));
}

function reportMissing(parts: readonly Part[], terminal: Terminal): void {
  const missing = parts.filter(({ text }) => text === undefined);
  const notWhole = parts.filter(({ text, why }) => text !== undefined && why !== undefined);
  if (missing.length + notWhole.length === 0) return;
  const notice = noticeWriter('bundle', terminal);
  notice(`${count(missing.length, 'part')} missing, ${notWhole.length} not whole: its README.md says which, and why`);
}

async function write(file: string, archive: Buffer, terminal: Terminal): Promise<ExitCode> {
  if (file === '-') {
    terminal.outBytes?.(archive);
    return 0;
  }
  const failed = (sentence: string): ExitCode => {
    errorWriter('bundle', terminal)(sentence);
    return 2;
  };
  try {
    // Never through a link or into a file that somebody else has made meanwhile, and for nobody else to read.
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(archive).finally(() => handle.close());
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return failed(exists(file));
    // Half of an archive is none.
    if (syscall === 'write') await rm(file, { force: true });
    return failed(`${file} cannot be written: ${message}`);
  }
  noticeWriter('bundle', terminal)(`written: ${file}. Please look through it before you give it to anybody.`);
  return 0;
}
