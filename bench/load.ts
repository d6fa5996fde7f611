// The caller of the hot part: autocannon with kept connections, in a process of its own. Prints one line of JSON.
// Usage: node bench/load.ts URL BODY-FILE CONNECTIONS SECONDS, or CALLS + 'calls' instead of the seconds

import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { quantile } from './statistics.ts';

const [url = '', body = '', connections = '', effort = ''] = process.argv.slice(2);
const amount = Number.parseInt(effort, 10);
const milliseconds: number[] = [];
// A caller that never sleeps: to wake one up takes a server several times what it takes to send, and only the slower servers
// would have to.
let over = false;
const stayAwake = () => {
  if (!over) setImmediate(stayAwake);
};
stayAwake();
const run = autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: readFileSync(body, 'utf8'),
  connections: Number(connections),
  ...(effort.endsWith('calls') ? { amount } : { duration: amount }),
});
run.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) => milliseconds.push(ms));
const { duration, non2xx, errors, timeouts } = await run;
over = true;
process.stdout.write(
  JSON.stringify({
    answered: milliseconds.length,
    seconds: duration,
    failed: non2xx + errors + timeouts,
    p50: quantile(milliseconds, 0.5),
    p99: quantile(milliseconds, 0.99),
  }),
);
