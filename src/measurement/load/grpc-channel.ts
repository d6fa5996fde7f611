// gRPC channels, each with its own connection, and what their errors mean.

import { type ChannelOptions, Client, status as codes, connectivityState, credentials } from '@grpc/grpc-js';
import type { LoadSettings, TrafficLoad } from '../traffic.ts';
import { classify, type RequestLoss, type RequestStage, shorten } from './classify.ts';
import { trustOf } from './trust.ts';

// The rest are the library's defaults, including its pause of a second after a failed connection: that is what clients do.
const options: ChannelOptions = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
};

/** They connect at the first call. */
export function openChannels({ url }: TrafficLoad, { connections, tls }: LoadSettings): readonly Client[] {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'grpcs:';
  // The scheme is explicit because a host name may look like one.
  const address = `dns:${hostname}:${port || (secure ? 443 : 80)}`;
  return Array.from({ length: connections }, () => {
    const trust = secure ? credentialsOf(tls) : credentials.createInsecure();
    return new Client(address, trust, options);
  });
}

function credentialsOf(tls: LoadSettings['tls']) {
  const { secureContext, rejectUnauthorized } = trustOf(tls);
  return credentials.createFromSecureContext(secureContext, { rejectUnauthorized });
}

/** False once the server has sent GOAWAY; calls in progress on the old connection still complete. */
export function isConnected(client: Client): boolean {
  return client.getChannel().getConnectivityState(false) === connectivityState.READY;
}

interface Status {
  readonly code: number;
  readonly details: string;
}

const neverConnected = /^(No connection established|Name resolution failed|Channel closed)/;
const connectionLost = /^(Connection dropped|Call cancelled|Received RST_STREAM|Stream refused|(read|write) E[A-Z]+)/;

/** The library has a status for every failure; only its text shows which ones did not come from a server. */
export function lossOf({ code, details }: Status, stage: Exclude<RequestStage, 'connecting'>): RequestLoss {
  if (code === codes.DEADLINE_EXCEEDED) return { outcome: 'timeout', detail: 'no answer' };
  if (neverConnected.test(details)) return lossOfConnecting(details);
  if (connectionLost.test(details)) return classify({ message: shorten(details) }, stage);
  return { outcome: 'http-error', status: code, detail: shorten(`${codes[code] ?? 'status'} ${details}`) };
}

function lossOfConnecting(details: string): RequestLoss {
  if (details.startsWith('Name')) return classify({ code: 'ENOTFOUND' }, 'connecting');
  const code = /\bE[A-Z]{4,}\b/.exec(details)?.[0];
  return classify(code === undefined ? { message: lastError(details) ?? details } : { code }, 'connecting');
}

/** Without its time. Split in steps: a server may send such text too, and one expression would take cubic time on it. */
function lastError(details: string): string | undefined {
  const [said, note] = details.split('Last error: ', 2)[1]?.split(' Resolution note', 2) ?? [];
  return note === undefined ? undefined : said?.replace(/^Error: /, '').replace(/ \(\d{4}-.*|\.$/, '');
}
