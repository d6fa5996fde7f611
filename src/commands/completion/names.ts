// Names for completion: contexts of the kubeconfig, and namespaces and workloads of the cluster. Nothing is said about failures.

import { type Api, withSignal } from '../../cluster/client/api.ts';
import { pagesOf } from '../../cluster/client/pages.ts';
import { type ApiResource, apiResources, collectionOf } from '../../cluster/client/resources.ts';
import { silentTerminal } from '../../terminal/terminal.ts';
import { objectAt } from '../../workload/json.ts';
import { kindByWord } from '../../workload/kinds/kind-words.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import { withCluster } from '../with-cluster.ts';
import { kubeconfigNames } from './kubeconfig-names.ts';
import type { ReadWords } from './read-words.ts';
import type { Names, ValueSource } from './value-source.ts';

export async function namesFrom(source: ValueSource, value: string, read: ReadWords): Promise<Names> {
  if (source === 'context' || source === 'cluster' || source === 'user')
    return { found: await kubeconfigNames(source, read.given.get('--kubeconfig')) };
  if (source === 'namespace') return { found: isOfFiles(read) ? [] : await listNames(apiResources.namespaces, read) };
  if (source !== 'target' && source !== 'workload') return { found: [] };
  const andFiles = source === 'target';
  const [, word, slash] = /^([A-Za-z.]+)(\/)/.exec(value) ?? [];
  if (slash === undefined) return { found: kindWords(), isOpen: true, andFiles };
  const kind = kindByWord(word ?? '');
  if (kind === undefined) return { found: [], andFiles };
  const found = await listNames(kind, read, { isNamespaced: true });
  return { found: found.map((name) => `${word}/${name}`), andFiles };
}

/** Such a command takes a namespace for documents, not one of a cluster. */
function isOfFiles({ command }: ReadWords): boolean {
  return !command.options.some(({ long }) => long === '--context');
}

function kindWords(): readonly string[] {
  return [...new Set(workloadKinds().map(({ kind }) => `${kind.toLowerCase()}/`))];
}

/** Those with one word, which say where to ask. */
const clusterFlags = ['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'as'];

/** A person waits at the prompt. */
const longestMs = 3000;
const most = 500;

async function listNames(
  resource: ApiResource,
  { given }: ReadWords,
  { isNamespaced = false } = {},
): Promise<readonly string[]> {
  const options = Object.fromEntries(clusterFlags.map((flag) => [flag, given.get(`--${flag}`)]));
  const found: string[] = [];
  await withCluster({ name: 'completion', options, terminal: silentTerminal }, async (api, ownNamespace) => {
    const namespace = isNamespaced ? (given.get('--namespace') ?? ownNamespace) : undefined;
    const path = collectionOf(resource, namespace);
    found.push(...(await firstNames(withSignal(AbortSignal.timeout(longestMs), api), path)));
    return 0;
  });
  return found;
}

async function firstNames(api: Api, path: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const items of pagesOf(api, { path, pageSize: most, metadataOnly: true })) {
    names.push(...items.map((item) => String(objectAt(item, 'metadata').name)));
    if (names.length >= most) break;
  }
  return names;
}
