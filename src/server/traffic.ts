// The number of calls, and the time of the last one, for overload and drain. Probes and scrapes do not count.

import type { ServerResponse } from 'node:http';

export interface CallTraffic {
  /** Calls that have arrived and are not answered yet. */
  readonly inFlight: () => number;
  /** Those of them whose body is complete and whose answer waits for something. The others wait for their caller. */
  readonly answering: () => number;
  /** Milliseconds since a call last came or ended; 0 while one is in flight. */
  readonly quietMs: () => number;
  /** Counts the call until its answer is written or its connection is gone. */
  readonly add: (response: ServerResponse) => void;
  /** The answer to a call has to wait. Returns a function to call once when the answer is ready, whether or not its caller reads it. */
  readonly waits: () => () => void;
}

export function createCallTraffic(): CallTraffic {
  let inFlight = 0;
  let answering = 0;
  let last = performance.now();
  const end = () => {
    inFlight -= 1;
    last = performance.now();
  };
  return {
    inFlight: () => inFlight,
    answering: () => answering,
    quietMs: () => (inFlight > 0 ? 0 : performance.now() - last),
    add: (response) => {
      inFlight += 1;
      response.once('close', end);
    },
    waits: () => {
      answering += 1;
      return () => {
        answering -= 1;
      };
    },
  };
}
