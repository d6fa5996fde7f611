// Kept connections: as many as asked for, used in turn.

import { Agent, type RequestOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';

interface Slot {
  /** To be given to the request. */
  readonly agent: Agent;
  /** To be called when the request has ended. */
  readonly free: () => void;
}

export interface ConnectionPool {
  readonly take: () => Slot;
  readonly close: () => void;
}

/**
 * One agent per connection: a single agent opens a second connection only while the first is busy, so a fast server would
 * only ever see one, on one pod. When all are busy, requests wait for the one whose turn it is.
 */
export function connectionPool({ protocol }: RequestOptions, connections: number): ConnectionPool {
  const AgentOfProtocol = protocol === 'https:' ? TlsAgent : Agent;
  const seats = Array.from({ length: connections }, () => ({
    agent: new AgentOfProtocol({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
    waiting: 0,
  }));
  let turn = 0;
  return {
    take: () => {
      const inTurn = seats.map((_, i) => seats[(turn + i) % seats.length]);
      turn += 1;
      const seat = inTurn.find((one) => one?.waiting === 0) ?? inTurn[0];
      if (seat === undefined) throw new Error('kept connections need at least one');
      seat.waiting += 1;
      return {
        agent: seat.agent,
        free: () => {
          seat.waiting -= 1;
        },
      };
    },
    close: () => {
      for (const { agent } of seats) agent.destroy();
    },
  };
}
