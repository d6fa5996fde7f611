// A process that cordons a node and then waits for a signal. With `handled`, something else ends its work on Ctrl-C.

import { whileCordoned } from '../../../src/measurement/lab/ways-to-leave/cordon.ts';
import { fakeCluster } from './fake-cluster.ts';
import { nodeObject } from './leave-scene.ts';

const { api } = fakeCluster({
  'GET /api/v1/nodes/node-1': () => nodeObject('node-1'),
  'PATCH /api/v1/nodes/node-1': async ({ body }) => {
    const { unschedulable } = (body as { readonly spec: { readonly unschedulable: boolean | null } }).spec;
    if (unschedulable === null) await new Promise((resolve) => setTimeout(resolve, 100));
    process.stdout.write(unschedulable === true ? 'cordon\n' : 'uncordon\n');
    return {};
  },
});
const alive = setInterval(() => {}, 1000);
const { promise, resolve } = Promise.withResolvers<void>();
if (process.argv.includes('handled'))
  process.once('SIGINT', () => {
    process.stdout.write('handled\n');
    resolve();
  });
await whileCordoned({ api, node: 'node-1', namespace: 'lab' }, () => {
  process.send?.('cordoned');
  return promise;
});
process.stdout.write('end\n');
clearInterval(alive);
process.disconnect();
