// Trusted CAs of the load generator, for every protocol.

import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { TlsSettings } from '../traffic.ts';

export interface Trust {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** Called once per load: reading hundreds of CAs for each connection would cost more than the request. */
export function trustOf({ ca, insecure = false }: TlsSettings = {}): Trust {
  const known = insecure ? [] : [...getCACertificates('default'), ...getCACertificates('system')];
  const authorities = ca === undefined ? known : [...known, ca];
  return { secureContext: createSecureContext({ ca: authorities }), rejectUnauthorized: !insecure };
}
