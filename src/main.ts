// The process around the command line: its streams, its colours, its exit code.

import { once } from 'node:events';
import { run } from './commands/program.ts';
import { reasonOf } from './files/reason.ts';
import type { ProgramName } from './names.ts';
import { hasColour } from './terminal/colour.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Runs the command line of this process, and sets its exit code. */
export async function main(program: ProgramName, before: readonly string[]): Promise<void> {
  const { stdout, stderr } = process;
  endWhenUnwritable(stdout);
  endWhenUnwritable(stderr);
  const done = watchForTheEnd();
  try {
    process.exitCode = await run([...before, ...process.argv.slice(2)], openTerminal(), program);
  } catch (error) {
    stderr.write(`hitless: internal error, please report it: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 2;
  }
  done();
}

function openTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin: () => readAll(stdin),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ...(!stdout.isTTY && { outBytes: (bytes: Uint8Array) => void stdout.write(bytes) }),
    ...(stdin.isTTY && stderr.isTTY && { ask }),
    colour: { out: hasColour(stdout, env), err: hasColour(stderr, env) },
    ...(stdout.isTTY && { width: stdout.columns }),
    ...(stderr.isTTY && { errWidth: stderr.columns }),
  };
}

/** Node.js ends, with 0, when nothing is left that could go on: a command that waits for nothing must not look like success. */
function watchForTheEnd(): () => void {
  const unfinished = () => {
    process.stderr.write('hitless: internal error, please report it: the command did not finish\n');
    process.exitCode = 2;
  };
  process.once('beforeExit', unfinished);
  return () => void process.off('beforeExit', unfinished);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The reader of our output, such as `head`, may stop reading; and a disk may be full. */
function endWhenUnwritable(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // As after SIGPIPE, where there is no result yet: a pipeline that was cut short has not passed.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 141);
    if (stream === process.stdout)
      process.stderr.write(`hitless: standard output cannot be written: ${reasonOf(error)}\n`);
    process.exit(2);
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
