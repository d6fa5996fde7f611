import { setTimeout as sleep } from 'node:timers/promises';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { expect, it, onTestFinished } from 'vitest';
import type { Attempt, Client } from '../../../src/measurement/load/client.ts';
import { grpcUnaryClient } from '../../../src/measurement/load/grpc.ts';
import { grpcStreamClient } from '../../../src/measurement/load/grpc-stream.ts';
import { echoService, type Message } from '../../../src/measurement/test-app/protocol.ts';
import type { LoadSettings, Traffic, TrafficLoad } from '../../../src/measurement/traffic.ts';
import {
  ampleMs,
  clientOf,
  closedPort,
  endsOf,
  isReused,
  oneByOne,
  type Run,
  samplesOf,
  tcp,
  until,
} from '../../support/load.ts';

type Unary = (call: ServerUnaryCall<Message, Message>, reply: sendUnaryData<Message>) => void;
type Stream = (stream: ServerDuplexStream<Message, Message>, message: Message, count: number) => void;

const unaryEcho: Unary = ({ request }, reply) => reply(null, { id: request.id, pod: 'web-1' });
const streamEcho: Stream = (stream, { id }) => void stream.write({ id, pod: 'web-1' });

interface Given {
  readonly unary?: Unary;
  readonly stream?: Stream;
  readonly prepare?: (server: Server) => void;
}

async function given({ unary = unaryEcho, stream = streamEcho, prepare }: Given) {
  const server = new Server();
  const seen = { streams: 0 };
  prepare?.(server);
  server.addService(echoService, {
    Unary: unary,
    Stream: (call: ServerDuplexStream<Message, Message>) => {
      seen.streams += 1;
      let count = 0;
      call.on('error', () => undefined);
      call.on('data', (message: Message) => stream(call, message, ++count));
      call.on('end', () => call.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return { server, seen, address: `127.0.0.1:${port}`, url: `grpc://127.0.0.1:${port}` };
}

it('unary: answered, by which pod, over kept connections', async () => {
  const { url } = await given({});
  const samples = await samplesOf({ lane: 'grpc-unary', url, untilOne: isReused });
  expect(endsOf(samples)).toEqual(['ok 0']);
  expect(new Set(samples.map(({ pod }) => pod))).toEqual(new Set(['web-1']));
});

it('unary: a status that the server chose', async () => {
  const { url } = await given({ unary: (_, reply) => reply({ code: status.UNAVAILABLE, details: 'not today' }) });
  expect(endsOf(await samplesOf({ lane: 'grpc-unary', url }))).toEqual(['http-error 14 UNAVAILABLE not today']);
});

it('unary: no answer in time', async () => {
  const { url } = await given({ unary: () => undefined });
  const ends = endsOf(await samplesOf({ lane: 'grpc-unary', url, timeoutMs: 5000 }));
  expect(ends).toEqual(['timeout no answer']);
});

it.each(['grpc-unary', 'grpc-stream'] as const)('%s: no connection', async (lane) => {
  const ends = async (address: string, settings: Partial<Run> = {}) =>
    endsOf(await samplesOf({ lane, url: `grpc://${address}`, ...settings }));
  expect(await ends(await closedPort())).toEqual(['refused ECONNREFUSED']);
  expect(await ends('nobody.invalid:80')).toEqual(['unreachable ENOTFOUND']);
  expect(await ends(await tcp(() => undefined), { timeoutMs: 150 })).toEqual(['timeout no connection']);
  for (const end of await ends(await tcp((socket) => socket.resetAndDestroy()))) expect(end).toMatch(/^reset-unsent /);
});

it('unary: retries what never got a connection', async () => {
  const url = `grpc://${await closedPort()}`;
  const samples = await samplesOf({ lane: 'grpc-unary', url, retries: 2 });
  expect(samples.every(({ retries }) => retries === 2)).toBe(true);
});

interface Ten {
  readonly open: (load: TrafficLoad, settings: LoadSettings) => Client;
  readonly lane: Traffic;
  readonly url: string;
}

/** How ten requests end, all of them under way when `then` is called. */
async function tenUnderWay({ open, lane, url }: Ten, begun: () => number, then: () => void) {
  const client = clientOf(open, { lane, url, connections: 2 });
  const attempts: Promise<Attempt>[] = Array.from({ length: 10 }, () => client.send(ampleMs));
  await until(() => begun() === 10);
  then();
  const ends = endsOf(await Promise.all(attempts));
  await client.close();
  return ends;
}

it('unary: a server that is killed loses what it works on', async () => {
  let begun = 0;
  const { url, server } = await given({ unary: () => void begun++ });
  const unary = { open: grpcUnaryClient, lane: 'grpc-unary', url } as const;
  const ends = await tenUnderWay(
    unary,
    () => begun,
    () => server.forceShutdown(),
  );
  for (const end of ends) expect(end).toMatch(/^reset-sent (Call cancelled|Connection dropped)$/);
});

it('unary: a server that shuts down in order loses nothing that it has begun', async () => {
  const answers: (() => void)[] = [];
  const { url, server } = await given({ unary: (call, reply) => void answers.push(() => unaryEcho(call, reply)) });
  const leave = () => {
    server.tryShutdown(() => undefined);
    setTimeout(() => {
      for (const answer of answers) answer();
    }, 100);
  };
  const unary = { open: grpcUnaryClient, lane: 'grpc-unary', url } as const;
  expect(await tenUnderWay(unary, () => answers.length, leave)).toEqual(['ok 0']);
});

it.each([
  { lane: 'grpc-unary', open: grpcUnaryClient },
  { lane: 'grpc-stream', open: grpcStreamClient },
] as const)('$lane: GOAWAY again and again loses nothing', async ({ lane, open }) => {
  const leaveAfter = (answer: () => void) => {
    answer();
    server.drain(address, 60_000);
  };
  const { url, address, server, seen } = await given({
    unary: (call, reply) => leaveAfter(() => unaryEcho(call, reply)),
    stream: (call, message, count) => leaveAfter(() => streamEcho(call, message, count)),
  });
  expect(endsOf(await oneByOne(open, { lane, url }))).toEqual([lane === 'grpc-unary' ? 'ok 0' : 'ok']);
  if (lane === 'grpc-stream') expect(seen.streams).toBeGreaterThan(4);
});

it('unary: the standard health service, where the address says so', async () => {
  const health = new HealthImplementation({ '': 'SERVING' });
  const { url } = await given({ prepare: (server) => health.addToServer(server) });
  const settings = { lane: 'grpc-unary', url: `${url}/grpc.health.v1.Health/Check` } as const;
  expect(endsOf(await samplesOf(settings))).toEqual(['ok 0']);
  health.setStatus('', 'NOT_SERVING');
  expect(endsOf(await samplesOf(settings))).toEqual(['http-error 0 NOT_SERVING']);
  const without = await given({});
  const missing = endsOf(await samplesOf({ ...settings, url: `${without.url}/grpc.health.v1.Health/Check` }));
  expect(missing[0]).toMatch(/^http-error 12 UNIMPLEMENTED/);
});

it('stream: answered, by which pod, over as many streams as it was told', async () => {
  const { url, seen } = await given({});
  const samples = await samplesOf({ lane: 'grpc-stream', url, connections: 3, forMs: 300 });
  expect(endsOf(samples)).toEqual(['ok']);
  expect(samples.every(({ pod }) => pod === 'web-1')).toBe(true);
  expect(seen.streams).toBe(3);
});

it('stream: ended between two messages loses nothing', async () => {
  const { url, seen } = await given({
    stream: (stream, message, count) => {
      streamEcho(stream, message, count);
      if (count === 3) stream.end();
    },
  });
  const samples = await oneByOne(grpcStreamClient, { lane: 'grpc-stream', url });
  expect(endsOf(samples)).toEqual(['ok']);
  expect(seen.streams).toBe(4);
});

it('stream: ended instead of the answer cuts the message', async () => {
  const { url } = await given({
    stream: (stream, message, count) => (count === 3 ? stream.end() : streamEcho(stream, message, count)),
  });
  const samples = await oneByOne(grpcStreamClient, { lane: 'grpc-stream', url });
  expect(endsOf(samples)).toEqual(['ok', 'cut stream ended']);
});

it('stream: a server that says that it leaves gets no further message, and its answers arrive', async () => {
  const { url, seen } = await given({
    stream: (stream, message, count) => {
      if (count === 3) stream.write({ id: '', pod: 'web-1' });
      if (count > 3) stream.destroy();
      setTimeout(streamEcho, 20, stream, message, count);
    },
  });
  const samples = await oneByOne(grpcStreamClient, { lane: 'grpc-stream', url });
  expect(endsOf(samples)).toEqual(['ok']);
  expect(seen.streams).toBe(4);
});

it('stream: a server that is killed cuts what it owes', async () => {
  let begun = 0;
  const { url, server } = await given({ stream: () => void begun++ });
  const stream = { open: grpcStreamClient, lane: 'grpc-stream', url } as const;
  const ends = await tenUnderWay(
    stream,
    () => begun,
    () => server.forceShutdown(),
  );
  for (const end of ends) expect(end).toMatch(/^cut (Call cancelled|Connection dropped)$/);
});

it('stream: a status instead of the answer', async () => {
  const { url } = await given({
    stream: (stream) => void stream.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'full' }),
  });
  const samples = await samplesOf({ lane: 'grpc-stream', url });
  expect(endsOf(samples)).toEqual(['http-error 8 RESOURCE_EXHAUSTED full']);
});

it('leaves no connection behind', async () => {
  const { url, server } = await given({});
  for (const lane of ['grpc-unary', 'grpc-stream'] as const) await samplesOf({ lane, url });
  const closed = new Promise((resolve) => server.tryShutdown(() => resolve('closed')));
  expect(await Promise.race([closed, sleep(5000, 'open')])).toBe('closed');
});
