// How a proxy that rolls ends on SIGTERM, with its real program, started as its container starts it: as process 1 of a PID namespace, where
// the kernel gives a process only the signals that it handles.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayName, gatewayNames } from '../../../../src/measurement/lab/gateways/names.ts';
import { gatewayObjects } from '../../../../src/measurement/lab/gateways/objects.ts';
import { getAt } from '../../../../src/workload/path.ts';
import { onFreePort } from '../../../support/free-port.ts';
import { alive, missing } from '../../../support/lab/gateway-program.ts';
import { temporaryFolder } from '../../../support/pair.ts';

const canBeFirst = process.platform === 'linux' && spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
const pods = { namespace: 'lab', image: 'hitless:1', imagePullPolicy: 'Never', startUpMs: 0, workMs: 0 } as const;

/** An application that answers when it is told to. */
async function application() {
  const answered = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    if (request.url !== '/slow') return response.end('here');
    arrived.resolve();
    await answered.promise;
    return response.end('answered');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { port: (server.address() as AddressInfo).port, arrived: arrived.promise, answer: () => answered.resolve() };
}

interface Ports {
  readonly applicationPort: number;
  readonly port: number;
}

/** The container of a proxy that rolls, in front of the application. */
async function rolledProxy(through: GatewayName, drains: boolean, { applicationPort, port }: Ports) {
  const folder = await temporaryFolder();
  const row = { fixes: 'nothing', title: '', drains, replicas: 2, through, keepAlive: true, rolls: 'gateway' } as const;
  const { workload } = gatewayObjects(through, row, { name: 'front', app: 'lab-0', pods, host: '127.0.0.1' });
  const container = 'spec.template.spec.containers[gateway]';
  const [, , script = ''] = getAt(workload, `${container}.command`) as readonly string[];
  const [config] = getAt(workload, `${container}.env`) as readonly { readonly value: string }[];
  const own = (text: string) => text.replaceAll('/tmp', folder).replaceAll('8080', `${port}`);
  const env = {
    ...process.env,
    GATEWAY_CONFIG: own(`${config?.value}`)
      .replaceAll('127.0.0.1:80', `127.0.0.1:${applicationPort}`)
      .replaceAll('/dev/stdout', join(folder, 'log')),
  };
  const child = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sh', '-c', own(script)], {
    env,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isListening(url))) await alive(child, through);
  return { url, child };
}

function isListening(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** As the kubelet does: to process 1. */
function terminate({ pid }: ChildProcess): void {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  process.kill(Number(first), 'SIGTERM');
}

const cases = gatewayNames.flatMap((name) => [true, false].map((drains) => [name, drains, absenceOf(name)] as const));

function absenceOf(name: GatewayName): string {
  return canBeFirst ? missing(name) : ' (skipped: no PID namespace can be made here)';
}

describe.each(cases)('%s, which drains: %s%s', (name, drains, absent) => {
  it.skipIf(absent !== '')('ends on SIGTERM, and finishes its requests first only where it drains', async () => {
    const app = await application();
    const { url, child } = await onFreePort((port) => rolledProxy(name, drains, { applicationPort: app.port, port }));
    const slow = fetch(`${url}/slow`).then(
      (answer) => answer.text(),
      () => 'cut',
    );
    await app.arrived;
    const exited = once(child, 'exit');
    terminate(child);
    // Where it drains, it waits for the application, and takes no other request meanwhile.
    if (drains) while (await isListening(url)) await alive(child, name);
    if (drains) app.answer();
    expect(await slow).toBe(drains ? 'answered' : 'cut');
    await exited;
  });
});
