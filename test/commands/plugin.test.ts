// `kubectl hitless`: which commands it has, how it calls itself, and kubectl's flags.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandText } from '../../src/commands/command-line.ts';
import { asPlugin } from '../../src/commands/plugin.ts';
import { programTable, run } from '../../src/commands/program.ts';
import { kubeconfig } from '../support/kubeconfig.ts';
import { terminal } from '../support/terminal.ts';

async function plugin(...args: readonly string[]) {
  const { io, said } = terminal();
  return { code: await run(args, io, 'kubectl hitless'), ...said };
}

describe('the plugin', () => {
  it('has the commands that talk to a cluster', () => {
    const names = programTable('kubectl hitless').commands.map(({ name }) => name);
    expect(names).toEqual(['explain', 'audit', 'status', 'bundle', 'withdraw', 'verify', 'version', 'help']);
  });

  it('calls itself as it is called', async () => {
    const { out } = await plugin('audit', '--help');
    expect(out).toMatch(/^Usage: kubectl hitless audit \[options\]\n/);
    expect(out).toContain('\n  kubectl hitless audit -n shop --fail-on error\n');
    expect(out).not.toMatch(/(?<!kubectl )hitless audit/);
    const { code, err } = await plugin('audit', '-n', 'a', '-A');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^kubectl hitless audit: --namespace cannot/),
    });
    expect(await plugin('check', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining("unknown command 'check'"),
    });
  });

  it('leaves alone what only the program hitless has', () => {
    const text = 'hitless fix writes it; hitless audit and kubectl hitless audit; hitless auditor';
    expect(asPlugin(text, ['audit'])).toBe(
      'hitless fix writes it; kubectl hitless audit and kubectl hitless audit; hitless auditor',
    );
  });
});

describe("kubectl's flags", () => {
  interface Seen {
    readonly path: string;
    readonly headers: Readonly<Record<string, unknown>>;
  }

  /** Refuses everything, and remembers who asked. */
  async function server() {
    const seen: Seen[] = [];
    const one = createServer(({ url = '', headers }, response) => {
      seen.push({ path: url.replace(/\?.*/, ''), headers });
      response.writeHead(403).end('{"message":"no"}');
    });
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void one.close().closeAllConnections());
    return { seen, url: `http://127.0.0.1:${(one.address() as AddressInfo).port}` };
  }

  it('choose a cluster and a user of the kubeconfig', async () => {
    const [one, other] = [await server(), await server()];
    const file = await kubeconfig({ one: one.url, other: other.url });
    await plugin('audit', '--kubeconfig', file, '--cluster', 'other', '--user', 'me');
    expect([one.seen.length, other.seen.length > 0]).toEqual([0, true]);
    expect(other.seen[0]?.headers.authorization).toBe('Bearer mine');
  });

  it('say who asks, and as whom', async () => {
    const one = await server();
    const file = await kubeconfig({ one: one.url });
    const groups = ['--as-group', 'a', '--as-group', 'b'];
    await plugin('audit', '--kubeconfig', file, '--token', 'other', '--as', 'system:serviceaccount:x:y', ...groups);
    expect(one.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer other',
      'impersonate-user': 'system:serviceaccount:x:y',
      'impersonate-group': 'a, b',
    });
  });

  it('name a server without any kubeconfig', async () => {
    const one = await server();
    await plugin('audit', '--kubeconfig', await kubeconfig({}), '-s', `${one.url}/clusters/c`, '--token', 't');
    expect(one.seen[0]?.path).toMatch(/^\/clusters\/c\/api/);
  });

  it('are refused with a sentence where they name nothing', async () => {
    const file = await kubeconfig({ one: 'http://127.0.0.1:1' });
    const said = async (...args: string[]) => (await plugin('audit', '--kubeconfig', file, ...args)).err;
    expect(await said('--cluster', 'two')).toContain(`no cluster of kubeconfig ${file} is named two; it has one`);
    expect(await said('--user', 'you')).toContain(`no user of kubeconfig ${file} is named you; it has me`);
    expect(await said('--server', 'localhost')).toContain('--server: must be an http or https URL, found "localhost"');
    expect(await said('--as-group', 'a')).toContain('--as-group requires --as');
    expect(await said('--request-timeout', 'soon')).toContain('Must be a time such as 30s, 2m or 1h.');
  });

  it('end a request that takes too long', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close().closeAllConnections());
    const file = await kubeconfig({ one: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    const { code, err } = await plugin('audit', '--kubeconfig', file, '--request-timeout', '50ms');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/no answer to \/\S+ within --request-timeout/),
    });
  });

  it('stay out of the command that reports name', () => {
    const text = commandText('hitless verify', { token: 'secret', server: 'x', as: 'me', requestTimeout: 5, rate: 10 });
    expect(text).toBe('hitless verify --rate 10');
  });
});
