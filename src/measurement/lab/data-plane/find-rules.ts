// Where kube-proxy keeps its rules on this node: in nftables, or in one or more tables of iptables.

import { readFile } from 'node:fs/promises';
import { hasKubeProxy } from './iptables.ts';
import { output } from './programs.ts';

export type FoundRules =
  | { readonly kind: 'nftables' }
  /** `told`: the kernel reports each change; otherwise they must be polled. */
  | { readonly kind: 'iptables'; readonly programs: readonly string[]; readonly told: boolean }
  | { readonly kind: 'unknown'; readonly why: string };

export const noRules =
  'neither nftables nor iptables hold rules of kube-proxy on this node: the Services of this cluster may be served by eBPF or IPVS, whose routes are not recorded';

/** iptables has two implementations, each for both families. */
const overNftables = ['iptables-nft-save', 'ip6tables-nft-save'];
const legacy = [
  { program: 'iptables-legacy-save', tables: '/proc/net/ip_tables_names' },
  { program: 'ip6tables-legacy-save', tables: '/proc/net/ip6_tables_names' },
];

export async function findRules(): Promise<FoundRules> {
  const tables = await output('nft', ['list', 'tables']);
  if (tables.kind === 'failed')
    return {
      kind: 'unknown',
      why: `the rules of this node cannot be read (${tables.why}): the pod needs hostNetwork, root and the capability NET_ADMIN, and its image nft`,
    };
  if (/^table ip6? kube-proxy$/m.test(tables.text)) return { kind: 'nftables' };
  const current = await holding(overNftables);
  if (current.length > 0) return { kind: 'iptables', programs: current, told: true };
  const old = await holding(await loadedLegacy());
  return old.length > 0 ? { kind: 'iptables', programs: old, told: false } : { kind: 'unknown', why: noRules };
}

async function holding(programs: readonly string[]): Promise<readonly string[]> {
  const saved = await Promise.all(programs.map((program) => output(program, ['-t', 'nat'])));
  return programs.filter((_, at) => {
    const one = saved[at];
    return one?.kind === 'text' && hasKubeProxy(one.text);
  });
}

/** Reading a table of the legacy implementation creates it: only those that are there already are read. */
async function loadedLegacy(): Promise<readonly string[]> {
  const loaded = await Promise.all(
    legacy.map(async ({ tables }) => (await readFile(tables, 'utf8').catch(() => '')).split('\n').includes('nat')),
  );
  return legacy.filter((_, at) => loaded[at]).map(({ program }) => program);
}
