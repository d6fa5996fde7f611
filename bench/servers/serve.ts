// What the two servers that hitless is compared with share: node:https that collects a body and sends what `answer` makes of it.
// Usage: node bench/servers/NAME.ts CERT KEY [PORT]. The first line on standard output has the port.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export function serve(answer: (body: Buffer) => string): void {
  const [certFile = '', keyFile = '', port = '0'] = process.argv.slice(2);
  const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  const server = createServer({ ...pair, minVersion: 'TLSv1.2', keepAliveTimeout: 120_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = answer(Buffer.concat(chunks));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
    });
  });
  server.listen(Number(port), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
  process.on('SIGTERM', () => process.exit(0));
}
