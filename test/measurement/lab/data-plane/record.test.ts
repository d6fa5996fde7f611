// `hitless record-rules` as a process, with programs in place of nft and iptables-save that say what a test wants.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../support/pair.ts';

const cli = new URL('../../../../src/cli.ts', import.meta.url).pathname;

interface Node {
  /** Replaces what iptables-nft-save writes. */
  readonly save: (text: string) => Promise<void>;
  /** What nft monitor writes next. */
  readonly report: (...lines: readonly string[]) => Promise<void>;
  readonly child: ChildProcess;
  readonly lines: () => readonly Record<string, unknown>[];
}

/** A node whose nft lists `tables`; `undefined`: nft may not read them. */
async function node(tables: string | undefined, saved = ''): Promise<Node> {
  const folder = await temporaryFolder();
  const file = (name: string) => join(folder, name);
  const save = async (text: string) => {
    await writeFile(file('new'), text);
    await rename(file('new'), file('saved'));
  };
  await save(saved);
  await writeFile(file('events'), '');
  await mkdir(file('bin'));
  const list = tables === undefined ? 'echo "Operation not permitted" >&2; exit 1' : `printf '%s' '${tables}'`;
  const program = async (name: string, text: string) => {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  };
  await program('nft', `case "$*" in *monitor) exec tail -n +1 -s 0.02 -f ${file('events')};; *) ${list};; esac`);
  await program('iptables-nft-save', `cat ${file('saved')}`);
  const child = spawn(process.execPath, [cli, 'record-rules', '--namespace', 'shop'], {
    env: { PATH: `${file('bin')}:/usr/bin:/bin` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
  return {
    save,
    report: (...lines) => appendFile(file('events'), lines.map((line) => `${line}\n`).join('')),
    child,
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

async function said(running: Node, key: string, times = 1): Promise<readonly Record<string, unknown>[]> {
  const found = () => running.lines().filter((line) => line[key] !== undefined);
  await expect.poll(() => found().length, { timeout: 50_000 }).toBeGreaterThanOrEqual(times);
  return found();
}

async function exit({ child }: Node): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

const end = '# new generation 3 by process 12570 (nft)';
const chain = 'service-ABCDEFGH-shop/web/tcp/http';
const rule = (handle: number, address: string) =>
  `add rule ip kube-proxy ${chain} numgen random mod 1 vmap { 0 : goto endpoint-A-shop/web/tcp/http__${address}/80 } # handle ${handle}`;

it('nftables: each change as the kernel reports it, and a sign of life, until SIGTERM', async () => {
  const running = await node('table ip kube-proxy\n');
  const [recording] = await said(running, 'recording');
  expect(recording).toMatchObject({ mode: 'nftables', reads: 'nft monitor', resolutionMs: 1 });
  await running.report(rule(7, '10.244.0.5'), end);
  await said(running, 'rules');
  await running.report(`delete rule ip kube-proxy ${chain} handle 7`, rule(8, '10.244.0.6'), end);
  const rules = await said(running, 'rules', 2);
  expect(rules.map(({ service, port, addresses }) => [service, port, addresses])).toEqual([
    ['web', 'http', ['10.244.0.5']],
    ['web', 'http', ['10.244.0.6']],
  ]);
  await said(running, 'alive');
  running.child.kill('SIGTERM');
  expect(await exit(running)).toBe(0);
});

it('nftables: events that were lost end the recording, because what follows is not all', async () => {
  const running = await node('table ip kube-proxy\n');
  await said(running, 'recording');
  await running.report('# ERROR: We lost some netlink events!');
  expect(await exit(running)).toBe(2);
  expect(running.lines().at(-1)).toEqual({ unknown: 'the rules of the node changed faster than nft could report' });
});

const saved = (address: string) => `*nat
:KUBE-SERVICES - [0:0]
-A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-A
-A KUBE-SVC-A -m comment --comment "shop/web:http -> ${address}:80" -j KUBE-SEP-B
-A KUBE-SEP-B -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination ${address}:80
COMMIT
`;

it('iptables: all rules are read whenever the kernel reports a change', async () => {
  const running = await node('table ip nat\n', saved('10.244.0.5'));
  const [recording] = await said(running, 'recording');
  expect(recording).toMatchObject({ mode: 'iptables', reads: 'iptables-nft-save after nft monitor' });
  expect((await said(running, 'rules'))[0]).toMatchObject({ service: 'web', port: 'http', addresses: ['10.244.0.5'] });
  await running.save(saved('10.244.0.6'));
  await running.report('add rule ip nat KUBE-SVC-A counter', end);
  expect((await said(running, 'rules', 2))[1]).toMatchObject({ addresses: ['10.244.0.6'] });
  await running.save('*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n');
  await running.report(end);
  expect((await said(running, 'rules', 3))[2]).toMatchObject({ service: 'web', port: 'http', addresses: [] });
});

it('neither: it says that the routes are unknown', async () => {
  const running = await node('table inet cilium\n', '*nat\n:CILIUM_PRE_nat - [0:0]\nCOMMIT\n');
  expect(await exit(running)).toBe(2);
  expect(running.lines()).toEqual([
    { unknown: expect.stringMatching(/^neither nftables nor iptables .*eBPF or IPVS/) },
  ]);
});

it('without the right to read them, it says what it needs', async () => {
  const running = await node(undefined);
  expect(await exit(running)).toBe(2);
  const [line] = running.lines();
  expect(line?.unknown).toContain('nft: Operation not permitted');
  expect(line?.unknown).toContain('hostNetwork, root and the capability NET_ADMIN');
});
