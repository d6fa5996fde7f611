// Kept connections: as many as asked for, used in turn, and further ones while all of them are busy.

import { Agent, type RequestOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { deadline } from './deadline.ts';

interface Slot {
  /** To be given to the request; false: it opens a connection of its own, as `agent: false` of Node.js does. */
  readonly agent: Agent | false;
  /** To be called once, when the request has ended. */
  readonly free: () => void;
}

export interface ConnectionPool {
  /** undefined: no connection was free within `ms`. */
  readonly take: (ms: number) => Promise<Slot | undefined>;
  /** Whether any of the kept connections in use is established. */
  readonly stands: () => boolean;
  readonly close: () => void;
}

/** Of one kind of traffic. After a stall of this machine all that has become due is sent at once: more connections would bring it down. */
const mostExtra = 100;

interface Place {
  readonly agent: Slot['agent'];
  busy: boolean;
}

/**
 * One agent per connection: a single agent opens a second connection only while the first is busy, so a fast server would
 * only ever see one, on one pod. When all are busy, a request opens another connection, as HTTP clients commonly do. Only when
 * there are many of those too do requests wait, the longest first, until any other is done: one that waited for a certain
 * connection would run out of time behind an answer that does not come.
 */
export function connectionPool({ protocol }: RequestOptions, connections: number): ConnectionPool {
  const AgentOfProtocol = protocol === 'https:' ? TlsAgent : Agent;
  const kept = Array.from({ length: connections }, () => ({
    agent: new AgentOfProtocol({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
    busy: false,
  }));
  const extra: readonly Place[] = Array.from({ length: mostExtra }, () => ({ agent: false, busy: false }));
  const queue = createQueue<Place>();
  let turn = 0;
  const freePlace = () => {
    const inTurn = [...kept.slice(turn), ...kept.slice(0, turn)];
    turn = (turn + 1) % kept.length;
    return inTurn.find(({ busy }) => !busy) ?? extra.find(({ busy }) => !busy);
  };
  return {
    take: async (ms) => {
      const place = freePlace() ?? (await queue.wait(ms));
      if (place === undefined) return undefined;
      place.busy = true;
      const free = () => {
        place.busy = queue.handOver(place);
      };
      return { agent: place.agent, free };
    },
    stands: () => kept.some(({ agent }) => isConnected(agent)),
    close: () => {
      for (const { agent } of kept) agent.destroy();
    },
  };
}

function isConnected({ sockets }: Agent): boolean {
  return Object.values(sockets).some((some) => some?.some(({ pending }) => !pending));
}

interface Queue<T> {
  /** undefined: nothing was handed over within `ms`. */
  readonly wait: (ms: number) => Promise<T | undefined>;
  /** To who has waited longest; false: nobody waits. */
  readonly handOver: (thing: T) => boolean;
}

function createQueue<T>(): Queue<T> {
  const waiting = new Set<(thing?: T) => void>();
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (thing?: T) => {
          cancel();
          waiting.delete(end);
          resolve(thing);
        };
        const cancel = deadline(ms, end);
        waiting.add(end);
      }),
    handOver: (thing) => {
      const [longest] = waiting;
      longest?.(thing);
      return longest !== undefined;
    },
  };
}
