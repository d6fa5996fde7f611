// How many calls are being answered, and when the last one was: what overload and drain go by. Probes and scrapes do not count.

import type { ServerResponse } from 'node:http';

export interface Traffic {
  readonly inFlight: () => number;
  /** Milliseconds since a call last came or ended; 0 while one is in flight. */
  readonly quietMs: () => number;
  /** Counts the call until its answer is written or its connection is gone. */
  readonly add: (response: ServerResponse) => void;
}

export function createTraffic(): Traffic {
  let inFlight = 0;
  let last = performance.now();
  const end = () => {
    inFlight -= 1;
    last = performance.now();
  };
  return {
    inFlight: () => inFlight,
    quietMs: () => (inFlight > 0 ? 0 : performance.now() - last),
    add: (response) => {
      inFlight += 1;
      response.once('close', end);
    },
  };
}
