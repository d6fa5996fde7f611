// The real programs of the proxies of the lab, on this machine: whether they are there, whether they accept a configuration, and one that
// runs with what it logs.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { GatewayRecord, GatewaySettings } from '../../../src/measurement/lab/gateways/gateway.ts';
import { gateways } from '../../../src/measurement/lab/gateways/gateways.ts';
import type { GatewayName } from '../../../src/measurement/lab/gateways/names.ts';
import { onFreePort } from '../free-port.ts';
import { temporaryFolder } from '../pair.ts';

const checks: Readonly<Record<GatewayName, (file: string) => string>> = {
  nginx: (file) => `nginx -t -e stderr -c ${file}`,
  haproxy: (file) => `haproxy -c -f ${file}`,
  caddy: (file) => `caddy validate --adapter caddyfile --config ${file}`,
};

/** For the title of a test; empty where the program is there. */
export function missing(name: GatewayName): string {
  const isThere = process.platform === 'linux' && spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  return isThere ? '' : ` (skipped: there is no ${name} here)`;
}

/** What it says against it; empty for nothing. */
export async function rejection(name: GatewayName, config: string): Promise<string> {
  const file = await written(config);
  const quiet = `said=$(${checks[name](file)} 2>&1) || printf %s "$said, exit code $?"`;
  return spawnSync('sh', ['-c', quiet], { encoding: 'utf8' }).stdout;
}

/** In a folder of its own, which takes the place of the /tmp that each pod has. */
async function written(config: string): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, 'gateway.conf');
  writeFileSync(file, config.replaceAll(' /tmp/', ` ${folder}/`));
  return file;
}

export interface GatewayProgram {
  /** The status and the body of an answer, on a new connection. Rejects where nothing listens. */
  readonly get: (requestId: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** Of the request, once it is there. */
  readonly record: (requestId: string) => Promise<GatewayRecord>;
  readonly end: () => Promise<void>;
}

/** Started and listening. */
export function gatewayProgram(name: GatewayName, settings: Settings): Promise<GatewayProgram> {
  return onFreePort((port) => startedProgram(name, settings, port));
}

type Settings = Omit<GatewaySettings, 'listen'>;

async function startedProgram(name: GatewayName, settings: Settings, port: number): Promise<GatewayProgram> {
  const file = await written(gateways[name].config({ ...settings, listen: `${port}` }));
  const log = `${file}.log`;
  // A file: nginx opens /dev/stdout, which cannot be a socket.
  const out = openSync(log, 'a');
  const child = spawn('sh', ['-c', `exec env ${gateways[name].command(file)}`], { stdio: ['ignore', out, 'ignore'] });
  closeSync(out);
  const get = (requestId: string) => getFrom(port, requestId);
  const record = async (requestId: string) => {
    for (;;) {
      const records = gateways[name].records(jsonLines(readFileSync(log, 'utf8')));
      const found = records.find((one) => one.requestId === requestId);
      if (found !== undefined) return found;
      await alive(child, name);
    }
  };
  while (!(await get('start').catch(() => undefined))) await alive(child, name);
  // It was this program that answered, and not whoever else has the port.
  await record('start');
  return {
    get,
    record,
    end: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** After a moment. @throws Error where it is not */
export async function alive({ exitCode }: ChildProcess, name: string): Promise<void> {
  if (exitCode !== null) throw new Error(`${name} ended with ${exitCode}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function getFrom(port: number, requestId: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Request-Id': requestId };
    request({ host: '127.0.0.1', port, agent: false, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .once('error', reject)
      .end();
  });
}

/** Caddy writes nothing else, the others do. */
function jsonLines(text: string) {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
