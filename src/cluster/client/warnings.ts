// What an answer of the API server warns of.

import type { IncomingMessage } from 'node:http';

/** RFC 7234: `299 - "text"`, in a header each or separated by commas; in UTF-8, which Node.js reads as bytes. */
export function warningsOf({ headersDistinct }: IncomingMessage): readonly string[] {
  return (headersDistinct.warning ?? []).flatMap(quotedIn).map((text) => Buffer.from(text, 'latin1').toString());
}

/** In one pass: an expression for this takes time by the square of a text with many quotes. */
function quotedIn(header: string): readonly string[] {
  const found: string[] = [];
  let text: string | undefined;
  for (let at = 0; at < header.length; at += 1) {
    const char = header.charAt(at);
    if (char === '"') {
      if (text !== undefined) found.push(text);
      text = text === undefined ? '' : undefined;
    } else if (text !== undefined) {
      if (char === '\\') at += 1;
      text += header.charAt(at);
    }
  }
  return found;
}
