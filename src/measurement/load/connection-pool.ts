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

/**
 * One agent per connection: a single agent opens a second connection only while the first is busy, so a fast server would
 * only ever see one, on one pod. When all are busy, a request opens another connection, as HTTP clients commonly do: behind an
 * answer that does not come, requests would run out of time one after the other, and each would take the next one's connection
 * with it.
 */
export function connectionPool({ protocol }: RequestOptions, connections: number): ConnectionPool {
  const AgentOfProtocol = protocol === 'https:' ? TlsAgent : Agent;
  const seats = Array.from({ length: connections }, () => ({
    agent: new AgentOfProtocol({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
    busy: false,
  }));
  let turn = 0;
  return {
    take: () => {
      const inTurn = seats.map((_, i) => seats[(turn + i) % seats.length]);
      turn += 1;
      const seat = inTurn.find((one) => one?.busy === false);
      if (seat === undefined) return { agent: false, free: () => undefined };
      seat.busy = true;
      return {
        agent: seat.agent,
        free: () => {
          seat.busy = false;
        },
      };
    },
    close: () => {
      for (const { agent } of seats) agent.destroy();
    },
  };
}
