// How many calls there are, and when the last one was: what overload and drain go by. Probes and scrapes do not count.

import type { ServerResponse } from 'node:http';

export interface CallTraffic {
  /** All that have come and are not answered yet. */
  readonly inFlight: () => number;
  /** Those of them whose body is there and whose answer waits for something. The others are their caller's work, not ours. */
  readonly answering: () => number;
  /** Milliseconds since a call last came or ended; 0 while one is in flight. */
  readonly quietMs: () => number;
  /** Counts the call until its answer is written or its connection is gone. */
  readonly add: (response: ServerResponse) => void;
  /** The answer to a call has to wait. Gives what is to be called once when it is made: whether its caller reads it is another matter. */
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
