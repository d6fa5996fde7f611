// The body of an answer of the API server: one JSON object, or lines as they come.

import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject } from '../../workload/json.ts';

/** The answer is longer than `mostBytes`; the connection is closed without reading the rest. */
export class TooLong extends Error {}

// An object has at most 1.5 MiB in etcd, and is longer as JSON.
const longest = 32 * 1024 * 1024;

export interface AnswerReading {
  /** The longest body to read. */
  readonly mostBytes?: number | undefined;
  /** Called with its length. */
  readonly received?: ((bytes: number) => void) | undefined;
}

/** @throws TooLong */
export async function bodyText(
  response: IncomingMessage,
  { mostBytes = longest, received }: AnswerReading,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) throw new TooLong(`the answer is longer than ${mostBytes} bytes`);
  }
  received?.(bytes);
  return Buffer.concat(chunks).toString();
}

/** @throws Error when `text` is not a JSON object; `what` names its source. */
export function parseObject(text: string, what: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  throw new Error(`${what} did not return a JSON object: ${JSON.stringify(text.slice(0, 60))}`);
}

export async function* linesOf(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  response.setEncoding('utf8');
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<string>) {
    const [first = '', ...lines] = chunk.split('\n');
    parts.push(first);
    length += first.length;
    if (length > longest) throw new Error(`a line is longer than ${longest} characters`);
    if (lines.length === 0) continue;
    const rest = lines.pop() ?? '';
    for (const line of [parts.join(''), ...lines]) if (line !== '') yield line;
    parts = [rest];
    length = rest.length;
  }
}
