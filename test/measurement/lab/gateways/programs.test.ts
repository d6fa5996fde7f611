// The real programs: each accepts all of its configurations, and follows the addresses of the pods in DNS.

import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayNames } from '../../../../src/measurement/lab/gateways/names.ts';
import { dnsServer } from '../../../support/lab/dns-server.ts';
import { type GatewayProgram, gatewayProgram, missing, rejection } from '../../../support/lab/gateway-program.ts';

const configs = new URL('configs/', import.meta.url);
const [first, second] = ['127.0.1.1', '127.0.1.2'] as const;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Answers with its address. */
async function pod(address: string, port = 0) {
  const server = createServer((_request, response) => response.end(address)).listen(port, address);
  await once(server, 'listening');
  const end = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  ends.push(end);
  return { port: (server.address() as AddressInfo).port, end };
}

async function inFrontOf(name: (typeof gatewayNames)[number], addresses: readonly string[], port: number) {
  const dns = await dnsServer(addresses);
  const upstream = { name: 'web-pods.shop.svc.cluster.local', port, dns: `127.0.0.1:${dns.port}` };
  ends.push(dns.close);
  const program = await gatewayProgram(name, { upstream, keepAlive: true });
  ends.push(program.end);
  return { dns, program };
}

/** Each worker process of nginx has its own answers of DNS. */
const inARow = 30;

async function untilAnsweredBy(address: string, { get }: GatewayProgram): Promise<void> {
  for (let same = 0; same < inARow; ) {
    const { body } = await get('waiting');
    same = body === address ? same + 1 : 0;
    if (same === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(gatewayNames)('%s', (name) => {
  const absent = missing(name);

  it.skipIf(absent !== '')(`accepts each of its configurations${absent}`, async () => {
    const files = readdirSync(configs).filter((file) => file.startsWith(name));
    expect(files.filter((file) => file.includes('-pods')).length).toBeGreaterThan(1);
    for (const file of files)
      expect([file, await rejection(name, readFileSync(new URL(file, configs), 'utf8'))]).toEqual([file, '']);
  });

  it.skipIf(absent !== '')(`sends to the pods that DNS names now, and no more to the one before${absent}`, async () => {
    const old = await pod(first);
    await pod(second, old.port);
    const { dns, program } = await inFrontOf(name, [first], old.port);
    await untilAnsweredBy(first, program);
    dns.addresses = [second];
    await untilAnsweredBy(second, program);
    await old.end();
    for (let n = 0; n < inARow; n++) expect(await program.get(`after-${n}`)).toEqual({ status: 200, body: second });
  });

  it.skipIf(absent !== '')(`says so where DNS names none, and looks again${absent}`, async () => {
    const { port } = await pod(first);
    const { dns, program } = await inFrontOf(name, [], port);
    const { status } = await program.get('none');
    expect(await program.record('none')).toMatchObject({ status, upstreams: [], reason: 'no upstream available' });
    dns.addresses = [first];
    await untilAnsweredBy(first, program);
    expect(await program.record('waiting')).toBeDefined();
  });
});

const withoutNginx = missing('nginx');

it.skipIf(withoutNginx !== '')(`nginx tries the next address where one does not answer${withoutNginx}`, async () => {
  const { port } = await pod(second);
  const { program } = await inFrontOf('nginx', [first, second], port);
  const answers = await Promise.all(Array.from({ length: inARow }, (_, n) => program.get(`${n}`)));
  expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([second]));
  const records = await Promise.all(answers.map((_, n) => program.record(`${n}`)));
  expect(records.some(({ attempts }) => attempts === 2)).toBe(true);
});
