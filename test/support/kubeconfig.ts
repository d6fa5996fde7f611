// The kubeconfig of servers that stand in for API servers.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './pair.ts';

/** Writes a file with a context for each server, the first one current, all with the same namespace; gives its path. */
export async function kubeconfig(servers: Readonly<Record<string, string>>, namespace?: string): Promise<string> {
  const names = Object.keys(servers);
  const file = join(await temporaryFolder(), 'config');
  const text = {
    'current-context': names[0],
    clusters: names.map((name) => ({ name, cluster: { server: servers[name], 'insecure-skip-tls-verify': true } })),
    users: [{ name: 'me', user: { token: 'mine' } }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'me', namespace } })),
  };
  await writeFile(file, JSON.stringify(text));
  return file;
}
