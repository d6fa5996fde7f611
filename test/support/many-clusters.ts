// Many API servers in this process, each of a small cluster: what each was asked, in the order of all, and how some are in trouble.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/workload/json.ts';
import { refuse } from './fake-api-server.ts';

/** The answers of a cluster, by path. */
export type Lists = Readonly<Record<string, readonly JsonObject[]>>;

/** refused: nobody listens. forbidden: 403. ending: the connection ends instead of an answer. cut: half of an answer. */
export type ClusterTrouble = 'refused' | 'forbidden' | 'ending' | 'cut';

export interface FakeCluster {
  readonly url: string;
  /** The paths with their queries, each with its number in the order of all clusters. */
  readonly asked: readonly { readonly url: string; readonly at: number }[];
}

export interface ClusterSetup {
  readonly name: string;
  readonly lists: Lists;
  readonly trouble?: ClusterTrouble;
  /** Before an answer to this path. */
  readonly wait?: (path: string) => Promise<void> | undefined;
}

export async function manyClusters(setups: readonly ClusterSetup[], onAsked: (name: string) => void = () => undefined) {
  let last = 0;
  let refusing = 0;
  const stops: (() => void)[] = [];
  const start = async (setup: ClusterSetup): Promise<readonly [string, FakeCluster]> => {
    if (setup.trouble === 'refused') {
      // A port that was free a moment ago may be somebody else's now; those of the first numbers are nobody's.
      refusing += 1;
      return [setup.name, { url: `http://127.0.0.1:${refusing}`, asked: [] }];
    }
    const asked: { url: string; at: number }[] = [];
    const server = createServer(async (request, response) => {
      last += 1;
      asked.push({ url: request.url ?? '', at: last });
      onAsked(setup.name);
      await answer(setup, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stops.push(() => void server.close().closeAllConnections());
    return [setup.name, { url, asked }];
  };
  const clusters: ReadonlyMap<string, FakeCluster> = new Map(await Promise.all(setups.map(start)));
  const stop = () => {
    for (const end of stops.splice(0)) end();
  };
  return { clusters, stop };
}

async function answer(setup: ClusterSetup, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
  const { lists, trouble, wait } = setup;
  await wait?.(pathname);
  if (trouble === 'forbidden') return refuse(response, 403, `no permission for ${pathname}`);
  const items = lists[pathname];
  if (items === undefined) return refuse(response, 404, 'not found');
  if (trouble === 'ending') return void setTimeout(() => request.socket.destroy(), 20);
  const from = Number(searchParams.get('continue') ?? 0);
  const end = from + Number(searchParams.get('limit') ?? items.length);
  const metadata = { resourceVersion: '1', ...(end < items.length && { continue: `${end}` }) };
  const text = JSON.stringify({ metadata, items: items.slice(from, end) });
  response.setHeader('content-type', 'application/json');
  response.end(trouble === 'cut' ? text.slice(0, text.length / 2) : text);
}
