// The caller: autocannon with kept connections, in a process of its own. Prints one line of JSON.
// Usage: node bench/load.ts URL BODY-FILE SECONDS CONNECTIONS

import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [url = '', body = '', seconds = '', connections = ''] = process.argv.slice(2);
const milliseconds: number[] = [];
const run = autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: readFileSync(body, 'utf8'),
  connections: Number(connections),
  duration: Number(seconds),
});
run.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) => milliseconds.push(ms));
const result = await run;
milliseconds.sort((a, b) => a - b);
const quantile = (q: number) => milliseconds[Math.floor(q * (milliseconds.length - 1))] ?? Number.NaN;
const failed = result.non2xx + result.errors + result.timeouts;
const answered = milliseconds.length;
process.stdout.write(
  JSON.stringify({ answered, seconds: result.duration, failed, p50: quantile(0.5), p99: quantile(0.99) }),
);
