// What the lab asks a pod of its own to do to itself. Only there with --controls: whoever reaches the port can ask for it.
//
//   GET /livez   the livenessProbe          POST /control/hang    it fails from now on, although the rest is served
//                                           POST /control/crash   exits by itself
//                                           POST /control/kill    is killed by the kernel

import type { ServerResponse } from 'node:http';

/** By method and path. */
export type Controls = Readonly<Record<string, (response: ServerResponse) => void>>;

export function openControls(): Controls {
  let live = true;
  return {
    'GET /livez': (response) => void response.writeHead(live ? 200 : 503).end(),
    'POST /control/hang': (response) => {
      live = false;
      accepted(response);
    },
    'POST /control/crash': (response) => accepted(response, () => process.exit(1)),
    'POST /control/kill': (response) => accepted(response, () => process.kill(process.pid, 'SIGKILL')),
  };
}

/** `next`: once the kernel has the answer. */
function accepted(response: ServerResponse, next = () => {}): void {
  response.writeHead(202, { 'content-type': 'application/json', connection: 'close' }).end('{}', next);
}
