// Why a request was lost that went through a proxy. What the client saw is the proxy's doing: its kept connection led to the proxy, and an
// error may be the proxy's own. The logs say what became of the request behind it:
//   it reached a pod                        killed if the pod stopped while it worked on it, else closed-connection; an answer with an
//                                           error is the application's own unless the proxy says that the connection closed before one
//   it reached none, on a kept connection   closed-connection
//   that closed
//   it reached none otherwise               see new-connection.ts: refused, or in silence where the proxy waited until its client gave up
//   the proxy itself broke off              unexplained

import { requestIdOf, type Sample } from '../load/sample.ts';
import type { AttributedCause, Scene } from './attributed-cause.ts';
import { brokenConversation, killerOf } from './broken-conversation.ts';
import type { ProxiedLoss } from './measurement.ts';
import { newConnection } from './new-connection.ts';

type Proxied = Readonly<Record<string, ProxiedLoss>>;

export function behindProxy(sample: Sample, scene: Scene, proxied: Proxied): AttributedCause {
  const { pod, reason } = ownOf(sample, proxied);
  const isClosed = reason === closedEarly;
  if (pod === undefined && isClosed) return { cause: 'closed-connection' };
  if (pod === undefined) {
    const unreached = unreachedOf(sample, reason);
    return unreached === undefined ? { cause: 'unexplained' } : newConnection(unreached, scene);
  }
  if (sample.outcome === 'http-error' && !isClosed) return { cause: 'answered-error', pod };
  const reached: Sample = { ...sample, connection: 'reused', pod };
  return brokenConversation(reached, scene, killerOf(reached, scene, 0));
}

/** The reasons of a proxy that this file reads; every proxy's log is put into these words. */
export const closedEarly = 'closed before an answer';
export const tooSlowToConnect = 'could not connect in time';

function ownOf({ lane, request }: Sample, proxied: Proxied): ProxiedLoss {
  return request === undefined ? {} : (proxied[requestIdOf(lane, request)] ?? {});
}

/** As the proxy met it. undefined: the proxy ended the request without an answer of its own. */
function unreachedOf(sample: Sample, reason: string | undefined): Sample | undefined {
  const { outcome } = sample;
  const isSilent = outcome === 'timeout' || reason === tooSlowToConnect;
  if (isSilent) return { ...sample, connection: 'new', outcome: 'timeout', detail: 'no connection' };
  return outcome === 'http-error' ? { ...sample, connection: 'new', outcome: 'refused' } : undefined;
}
