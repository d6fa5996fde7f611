// An archive in the format of POSIX.1-2001 (pax), which every tar reads: plain files of nobody in particular, in the order given.

export interface ArchivedFile {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly contents: Uint8Array;
}

const blockLength = 512;
/** What the header has room for; a longer path goes into a block before it. */
const longestPath = 100;
/** Only for the person who made it. */
const fileMode = 0o600;

/** `at`: the time of every file. */
export function tarOf(files: readonly ArchivedFile[], at: Date): Buffer {
  const seconds = Math.floor(at.getTime() / 1000);
  const blocks = files.flatMap(({ path, contents }) => [
    ...(Buffer.byteLength(path) > longestPath ? longPath(path, seconds) : []),
    headerOf({ path, length: contents.length, seconds, type: '0' }),
    ...padded(contents),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockLength)]);
}

/** An extended header with one record, whose length counts itself. */
function longPath(path: string, seconds: number): readonly Uint8Array[] {
  const rest = ` path=${path}\n`;
  const restLength = Buffer.byteLength(rest);
  let length = restLength;
  while (length !== restLength + `${length}`.length) length = restLength + `${length}`.length;
  const record = Buffer.from(`${length}${rest}`);
  return [headerOf({ path: 'pax-header', length: record.length, seconds, type: 'x' }), ...padded(record)];
}

interface Header {
  readonly path: string;
  readonly length: number;
  readonly seconds: number;
  /** 0: a file; x: what is to be known of the next one. */
  readonly type: '0' | 'x';
}

function headerOf({ path, length, seconds, type }: Header): Buffer {
  const header = Buffer.alloc(blockLength);
  // A path that is too long is cut here: a reader takes the whole one from the block before.
  Buffer.from(path).copy(header, 0, 0, longestPath);
  header.write(octal(fileMode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(length, 12), 124);
  header.write(octal(seconds, 12), 136);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  // The sum is made with blanks in its own place.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return header;
}

/** In a field of so many bytes, the last of which is zero. */
function octal(value: number, bytes: number): string {
  return value.toString(8).padStart(bytes - 1, '0');
}

function padded(contents: Uint8Array): readonly Uint8Array[] {
  const rest = contents.length % blockLength;
  return rest === 0 ? [contents] : [contents, Buffer.alloc(blockLength - rest)];
}
