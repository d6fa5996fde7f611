// Why each request was lost: the state of pods and endpoints at that moment, compared with what the client saw.
//
// The client of a Service does not know the pod that it was sent to, so the pod that could not answer at that time is blamed.
// The first rule that matches applies:
//   an answer with an error                 answered-error
//   cut in its middle                       killed if a pod stopped then, else closed-connection
//   a reused connection broke               killed if a pod stopped while it worked on the request, else closed-connection
//   a new connection                        see new-connection.ts
// Of requests that went through a proxy the logs say more: see behind-proxy.ts.

import { isLost, type Sample } from '../load/sample.ts';
import type { AttributedCause, Scene } from './attributed-cause.ts';
import { behindProxy } from './behind-proxy.ts';
import { brokenConversation, isAbrupt, killerOf, workedOnMs } from './broken-conversation.ts';
import { endpointGaps } from './endpoint-gaps.ts';
import type { Loss, Measurement } from './measurement.ts';
import { newConnection } from './new-connection.ts';
import { podLifecycles } from './pod-lifecycles.ts';

/** One for each lost sample, in their order. `events` must be in order: see `inOrder`. */
export function attribute({ samples, events, startedMs, proxied }: Measurement): readonly Loss[] {
  const lives = podLifecycles(events, samples, startedMs);
  const scene = { lives, empty: endpointGaps(events, lives), abrupt: isAbrupt(samples, lives) };
  return samples.filter(isLost).map((sample) => {
    const { cause, pod } = proxied === undefined ? blame(sample, scene) : behindProxy(sample, scene, proxied);
    return { sample, cause, ...(pod !== undefined && { pod }) };
  });
}

function blame(sample: Sample, scene: Scene): AttributedCause {
  const { outcome, connection, pod } = sample;
  if (outcome === 'http-error') return { cause: 'answered-error', pod };
  if (outcome === 'cut') return brokenConversation(sample, scene, killerOf(sample, scene, 0));
  // A client that found its connection closed has tried to open another one.
  if (outcome === 'refused' || outcome === 'unreachable') return newConnection(sample, scene);
  if (connection === 'reused') return brokenConversation(sample, scene, killerOf(sample, scene, workedOnMs));
  return newConnection(sample, scene);
}
