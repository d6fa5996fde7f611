// kubectl and helm against the cluster of KUBECONFIG.

import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function needCluster(): void {
  if (process.env.KUBECONFIG) return;
  throw new Error(
    'no cluster: set KUBECONFIG to one that may be changed, such as kind makes (kind get kubeconfig > FILE)',
  );
}

export const kubectl = (args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) =>
  execute('kubectl', args, input, env);
export const helm = (args: readonly string[], input = '') => execute(process.env.HELM ?? 'helm', args, input);

/** What the program wrote. @throws when it fails. */
export async function must(ended: Promise<Ended>): Promise<string> {
  const { code, out, err } = await ended;
  if (code !== 0) throw new Error(`exit code ${code}: ${err}${out}`);
  return out;
}

/**
 * Waits until the API server serves the custom resources of these definitions. `kubectl wait` fails at once where a definition is so new
 * that it has no conditions yet.
 */
export async function established(...definitions: readonly string[]): Promise<void> {
  const args = ['wait', '--for=condition=Established', '--timeout=20s', ...definitions.map((name) => `crd/${name}`)];
  let ended = await kubectl(args);
  for (let tries = 0; tries < 100 && /conditions accessor error/.test(ended.err); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ended = await kubectl(args);
  }
  await must(Promise.resolve(ended));
}

function execute(program: string, args: readonly string[], input: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } });
  const written = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    written.out += data;
  });
  child.stderr.on('data', (data) => {
    written.err += data;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, ...written }));
  });
}
