// Which callers may use the two webhook paths when a client certificate is required. Connecting stays open to all, because kubelets and
// load balancers that probe have no certificate: the call is refused with a sentence, not the handshake.

import { constants, type X509Certificate } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { HttpError } from './http-error.ts';

export interface ClientCertificates {
  /** CA certificates in PEM that sign the callers' certificates. */
  readonly ca: string;
  /** Common names or DNS names, one of which a caller's certificate must have; empty: any. */
  readonly names: readonly string[];
}

export interface Callers {
  /** Notes by which authorities each connection of the server was judged. */
  readonly follow: (server: Server) => void;
  /** Why this connection may not call; undefined: it may. */
  readonly refusal: (socket: Socket) => HttpError | undefined;
  /** It was judged by authorities that have changed since: one more answer, then a new handshake must decide. */
  readonly isOutdated: (socket: Socket) => boolean;
  /** The authorities have changed. */
  readonly renew: () => void;
}

/**
 * What the TLS server needs to ask for certificates. No session tickets: each connection shows its certificate and is judged by the
 * authorities of that moment. It costs nothing, because API servers resume no sessions.
 */
export function askingFor(ca: string | undefined) {
  if (ca === undefined) return {};
  return { ca, requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET };
}

export function checkCallers(names: readonly string[]): Callers {
  const refusals = new WeakMap<Socket, { readonly refusal: HttpError | undefined }>();
  // A handshake that began before a change of authorities is judged by the old ones, whenever it ends.
  const begunIn = new Map<string, number>();
  let generation = 0;
  return {
    follow: (server) => {
      server.on('connection', (socket) => {
        const caller = callerOf(socket);
        begunIn.set(caller, generation);
        socket.once('close', () => begunIn.delete(caller));
      });
    },
    refusal: (socket) => {
      const checked = refusals.get(socket) ?? { refusal: refusalOf(socket as TLSSocket, names) };
      refusals.set(socket, checked);
      return checked.refusal;
    },
    isOutdated: (socket) => begunIn.get(callerOf(socket)) !== generation,
    renew: () => {
      generation += 1;
    },
  };
}

function callerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

const who =
  'hitless answers only callers with a client certificate (--tls-client-ca, on API servers --admission-control-config-file)';

function refusalOf(socket: TLSSocket, names: readonly string[]): HttpError | undefined {
  const certificate = socket.getPeerX509Certificate?.();
  if (certificate === undefined) return new HttpError(401, `${who}: this caller has none`);
  if (!socket.authorized)
    return new HttpError(401, `${who}: the one of this caller is not valid: ${reasonOf(socket.authorizationError)}`);
  const { CN: commonNames } = certificate.toLegacyObject().subject as { readonly CN?: string | string[] };
  const hasName = (name: string) => [commonNames].flat().includes(name) || hasDnsName(certificate, name);
  if (names.length === 0 || names.some(hasName)) return undefined;
  return new HttpError(403, 'the client certificate has none of the names allowed by --tls-client-names');
}

// OpenSSL compares: a list of names in one string could be forged by a name with a comma.
function hasDnsName(certificate: X509Certificate, name: string): boolean {
  return certificate.checkHost(name, { subject: 'never', wildcards: false }) !== undefined;
}

function reasonOf(error: Error | string | undefined): string {
  return `${(error as NodeJS.ErrnoException | undefined)?.code ?? error ?? 'unknown'}`;
}
