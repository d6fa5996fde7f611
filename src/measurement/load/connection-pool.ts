// Kept connections: as many as asked for, used in turn.

import { Agent, type RequestOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

interface Slot {
  /** To be given to the request; false: it opens a connection of its own, as `agent: false` of Node.js does. */
  readonly agent: Agent | false;
  /** To be called when the request has ended. */
  readonly free: () => void;
}

export interface ConnectionPool {
  readonly take: () => Slot;
  readonly close: () => void;
}

/** Of one kind of traffic. After a stall of this machine all that has become due is sent at once: more connections would bring it down. */
const mostExtra = 100;

/**
 * One agent per connection: a single agent opens a second connection only while the first is busy, so a fast server would
 * only ever see one, on one pod. When all are busy, a request opens another connection, as HTTP clients commonly do: behind an
 * answer that does not come, requests would run out of time one after the other, and each would take the next one's connection
 * with it. Only when there are many of those too do requests wait for the kept connection whose turn it is.
 */
export function connectionPool({ protocol }: RequestOptions, connections: number): ConnectionPool {
  const AgentOfProtocol = protocol === 'https:' ? TlsAgent : Agent;
  const seats = Array.from({ length: connections }, () => ({
    agent: new AgentOfProtocol({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
    requests: 0,
  }));
  const extra = { requests: 0 };
  let turn = 0;
  return {
    take: () => {
      const inTurn = seats.map((_, i) => seats[(turn + i) % seats.length]);
      turn += 1;
      const free = inTurn.find((one) => one?.requests === 0);
      if (free === undefined && extra.requests < mostExtra) return occupy(extra, false);
      const seat = free ?? inTurn[0];
      if (seat === undefined) throw new Error('kept connections need at least one');
      return occupy(seat, seat.agent);
    },
    close: () => {
      for (const { agent } of seats) agent.destroy();
    },
  };
}

function occupy(place: { requests: number }, agent: Slot['agent']): Slot {
  place.requests += 1;
  return {
    agent,
    free: () => {
      place.requests -= 1;
    },
  };
}
