// kube-proxy's rules in nftables, followed by the lines of `nft -a monitor`.
//
//   add rule ip kube-proxy service-HASH-namespace/service/tcp/port EXPRESSION # handle 7
//   delete rule ip kube-proxy service-HASH-namespace/service/tcp/port handle 7
//   # new generation 3 by process 12570 (nft)      the end of a transaction: all of it took effect at once
//
// The expression holds the addresses in one of three forms, by the version of kube-proxy and the number of pods:
//
//   meta l4proto tcp dnat to 10.244.0.5:8080
//   meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.0.5 . 8080, 1 : 10.244.0.6 . 8080 }
//   numgen random mod 2 vmap { 0 : goto endpoint-HASH-namespace/service/tcp/port__10.244.0.5/8080, ... }
//
// kube-proxy's names of chains: pkg/proxy/nftables/proxier.go of Kubernetes.

import type { ServiceRules } from './service-rules.ts';

const added = /^(?:add|insert|replace) rule (ip6?) kube-proxy (service-\S+) (.*) # handle (\d+)$/;
const removed = /^delete rule (ip6?) kube-proxy (service-\S+) handle (\d+)$/;
const committed = /^# new generation /;
const direct = /dnat (?:ip6? )?to \[?([\da-f.:]+?)\]?:\d+(?:\s|$)/g;
const mapped = /\b\d{1,5} : ([\da-f.:]{2,45}) \. \d{1,5}\b/g;
const chained = /__([\da-f.]{2,45})\/\d{1,5}\b/g;

/** The line that nft writes when the kernel had no room for an event. */
export const lostLine = /lost some netlink events/;

interface Rule {
  readonly chain: string;
  readonly addresses: readonly string[];
}

/** Returns what a line changed for the Services of `namespace`: nothing before the transaction ends. */
export function followNftables(namespace: string): (line: string) => readonly ServiceRules[] {
  const rules = new Map<string, Rule>();
  const touched = new Set<string>();
  const note = (chain: string, key: string, rule?: Rule) => {
    if (serviceOf(chain, namespace) === undefined) return;
    if (rule === undefined) rules.delete(key);
    else rules.set(key, rule);
    touched.add(chain);
  };
  return (line) => {
    const [, family = '', chain = '', expression = '', handle] = added.exec(line) ?? [];
    if (handle !== undefined) note(chain, `${family} ${handle}`, { chain, addresses: addressesIn(expression, family) });
    const [, oldFamily, oldChain = '', oldHandle] = removed.exec(line) ?? [];
    if (oldHandle !== undefined) note(oldChain, `${oldFamily} ${oldHandle}`);
    if (!committed.test(line)) return [];
    const changed = [...touched].flatMap((name) => rulesOf(name, namespace, [...rules.values()]));
    touched.clear();
    return changed;
  };
}

function rulesOf(chain: string, namespace: string, rules: readonly Rule[]): readonly ServiceRules[] {
  const about = serviceOf(chain, namespace);
  const addresses = rules.filter((rule) => rule.chain === chain).flatMap((rule) => rule.addresses);
  return about === undefined ? [] : [{ ...about, addresses: [...new Set(addresses)].toSorted() }];
}

/** `service-ABCDEFGH-namespace/name/tcp/http`; the last part is empty for a port without a name. */
function serviceOf(chain: string, namespace: string) {
  const [, itsNamespace, service, port] = /^service-[A-Z0-9]+-([^/]+)\/([^/]+)\/[^/]+\/(.*)$/.exec(chain) ?? [];
  if (itsNamespace !== namespace || service === undefined || port === undefined) return undefined;
  return { service, port };
}

function addressesIn(expression: string, family: string): readonly string[] {
  const found = (form: RegExp) => Array.from(expression.matchAll(form), ([, address = '']) => address);
  // The name of a chain cannot hold a colon: kube-proxy writes dots.
  const named = found(chained).map((address) => (family === 'ip6' ? address.replaceAll('.', ':') : address));
  return [...found(direct), ...found(mapped), ...named];
}
