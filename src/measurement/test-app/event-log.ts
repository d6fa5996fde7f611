// The test application's own log: one JSON line for each thing that happened, with its time.
//
//   {"listening":ms,"port":n,"grpcPort":n,"pod":"name"}   {"connections":[ms, ...]}   {"sigterm":ms}   {"closed":ms}   {"exit":ms}
//   {"requests":["id", ...]}, of requests that carry an X-Request-Id

import { now } from './clock.ts';

export interface EventLog {
  readonly listening: (where: { readonly port: number; readonly grpcPort: number; readonly pod: string }) => void;
  readonly sigterm: () => void;
  /** It stopped listening, and lives on; without this, it listens until its exit. */
  readonly closed: () => void;
  /** A connection that brings load was accepted at `atMs`. Written together with others, at most batchMs later. */
  readonly connection: (atMs: number) => void;
  /** A request with an id has arrived. Written together with others, at most batchMs later. */
  readonly request: (id: string) => void;
  /** The last line, and before it what was not written yet. */
  readonly exit: () => void;
}

const batchMs = 100;

/** `write` must have written when it returns, since the process may end right after. */
export function openEventLog(write: (line: string) => void): EventLog {
  const tell = (line: object) => write(`${JSON.stringify(line)}\n`);
  const connections = batch((all: readonly number[]) => tell({ connections: all }));
  const requests = batch((all: readonly string[]) => tell({ requests: all }));
  return {
    listening: (where) => tell({ listening: now(), ...where }),
    sigterm: () => tell({ sigterm: now() }),
    closed: () => tell({ closed: now() }),
    connection: connections.add,
    request: requests.add,
    exit: () => {
      connections.flush();
      requests.flush();
      tell({ exit: now() });
    },
  };
}

function batch<T>(tell: (all: readonly T[]) => void) {
  let all: T[] = [];
  const flush = () => {
    if (all.length > 0) tell(all);
    all = [];
  };
  return {
    add: (one: T) => {
      if (all.push(one) === 1) setTimeout(flush, batchMs).unref();
    },
    flush,
  };
}
