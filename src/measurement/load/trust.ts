// Whom a load over TLS believes, for all of its protocols.

import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { TlsSettings } from '../traffic.ts';

export interface Trust {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** Made once for each load: to read hundreds of authorities for each connection would cost more than the request. */
export function trustOf({ ca, insecure = false }: TlsSettings = {}): Trust {
  const known = insecure ? [] : [...getCACertificates('default'), ...getCACertificates('system')];
  const authorities = ca === undefined ? known : [...known, ca];
  return { secureContext: createSecureContext({ ca: authorities }), rejectUnauthorized: !insecure };
}
