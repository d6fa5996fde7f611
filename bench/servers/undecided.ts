// The server of hitless with nothing to decide: what its listener, routes, reading of the review, log and metrics cost alone. No
// decision, however fast, makes a call cheaper than that. Usage: node bench/servers/undecided.ts CERT KEY

import { readFileSync } from 'node:fs';
import { untouched } from '../../src/admission/response.ts';
import { openLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { buildServer } from '../../src/server/server.ts';

const [certFile = '', keyFile = ''] = process.argv.slice(2);
const server = buildServer({
  pair: { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') },
  admit: ({ uid }) => ({
    response: untouched(uid),
    decision: 'complies',
    reason: 'nothing was examined',
    findings: [],
  }),
  cap: 'enforce',
  limits: { maxInFlight: 600, maxEventLoopDelayMs: 1000 },
  metrics: createMetrics('bench'),
  log: openLog({ level: 'info' }),
});
const { https } = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(https.port);
process.on('SIGTERM', () => process.exit(0));
