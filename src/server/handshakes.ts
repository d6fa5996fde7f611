// TLS handshakes that fail. Most are port scans and health checks of load balancers; but an API server whose caBundle does not match the
// certificate shows only here, so that case is logged as a warning, rate-limited.

import type { Server as TlsServer } from 'node:https';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

const distrust = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)/;
const quietMs = 30_000;

export function reportHandshakes(server: TlsServer, { log, metrics }: { log: Log; metrics: Metrics }): void {
  let said = Number.NEGATIVE_INFINITY;
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    metrics.tlsFailure();
    const now = performance.now();
    const fields = { code: error.code, caller: socket.remoteAddress };
    if (!distrust.test(error.code ?? '') || now - said < quietMs) return log.debug(fields, 'TLS handshake failed');
    said = now;
    log.warn(
      fields,
      'a caller does not trust the webhook certificate: does the caBundle of the webhook configuration hold the CA that signed it?',
    );
  });
}
