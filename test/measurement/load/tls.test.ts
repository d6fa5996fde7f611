import { createServer } from 'node:https';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { echoService } from '../../../src/measurement/test-app/protocol.ts';
import type { TlsSettings, Traffic } from '../../../src/measurement/traffic.ts';
import { endsOf, listening, samplesOf } from '../../support/load.ts';
import { pairNamed } from '../../support/pair.ts';

async function given() {
  const { cert, key, ca } = await pairNamed('load.test');
  const web = createServer({ cert, key }, (_, response) => response.end());
  const sockets = new WebSocketServer({ server: web });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
  const grpc = new Server();
  grpc.addService(echoService, {
    Unary: ({ request }: { request: unknown }, reply: CallableFunction) => reply(null, request),
  });
  const pairs = [{ private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }];
  const port = await new Promise((resolve) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, pairs), (_, bound) => resolve(bound)),
  );
  onTestFinished(() => grpc.forceShutdown());
  const address = await listening(web);
  const urls: readonly (readonly [Traffic, string])[] = [
    ['get-new', `https://${address}/`],
    ['post-kept', `https://${address}/`],
    ['websocket', `wss://${address}/`],
    ['grpc-unary', `grpcs://127.0.0.1:${port}`],
  ];
  const ends = async (tls?: TlsSettings) => {
    const all = urls.map(([lane, url]) => samplesOf({ lane, url, forMs: 50, timeoutMs: 5000, ...(tls && { tls }) }));
    return (await Promise.all(all)).flatMap(endsOf);
  };
  return { ca, ends };
}

it('TLS: a stranger is not believed, and not a byte of the request is sent to it', async () => {
  const { ends } = await given();
  for (const end of await ends()) expect(end).toMatch(/^reset-unsent .*(UNABLE_TO_VERIFY|unable to verify)/);
});

it('TLS: who is vouched for by the given authority is, or whoever it is if that is wished', async () => {
  const { ca, ends } = await given();
  const fine = ['ok 200', 'ok 200', 'ok', 'ok 0'];
  expect(await ends({ ca })).toEqual(fine);
  expect(await ends({ insecure: true })).toEqual(fine);
});
