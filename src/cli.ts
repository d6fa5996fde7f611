#!/usr/bin/env node
// The process around the command line: its streams, its colours, its exit code.

import { once } from 'node:events';
import type { Terminal } from './terminal/terminal.ts';

const neededNode = 24;
if (Number.parseInt(process.versions.node, 10) < neededNode) {
  process.stderr.write(`hitless needs Node.js ${neededNode} or newer, and this is ${process.versions.node}.\n`);
  process.exit(2);
}
// Imported only now: an older Node.js may not even load the rest.
const { run } = await import('./commands/program.ts');

/** FORCE_COLOR wins over NO_COLOR, and both win over the kind of the stream. */
function hasColour(stream: NodeJS.WriteStream, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return stream.isTTY === true && TERM !== 'dumb';
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The reader of our output, such as `head`, may stop reading. */
function endQuietlyWhenUnread(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // As after SIGPIPE, where there is no result yet: a pipeline that was cut short has not passed.
    process.exit(process.exitCode ?? 141);
  });
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // At the end of the input there is no line: then the answer is empty.
    return await Promise.race([asking.question(question), once(asking, 'close').then(() => '')]);
  } finally {
    asking.close();
  }
}

const { stdin, stdout, stderr, env } = process;
endQuietlyWhenUnread(stdout);
endQuietlyWhenUnread(stderr);
const terminal: Terminal = {
  stdin: () => readAll(stdin),
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  ...(stdin.isTTY && stderr.isTTY && { ask }),
  colour: { out: hasColour(stdout, env), err: hasColour(stderr, env) },
  ...(stdout.isTTY && { width: stdout.columns }),
  ...(stderr.isTTY && { errWidth: stderr.columns }),
};
try {
  process.exitCode = await run(process.argv.slice(2), terminal);
} catch (error) {
  stderr.write(`hitless: internal error, please report it: ${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
}
