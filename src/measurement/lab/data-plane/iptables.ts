// kube-proxy's rules in iptables, read from the text of `iptables-save -t nat`.
//
//   -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "namespace/service:port cluster IP" … -j KUBE-SVC-AAAA
//   -A KUBE-SVC-AAAA -m comment --comment "…" -m statistic … -j KUBE-SEP-BBBB
//   -A KUBE-SEP-BBBB -p tcp -m comment --comment "…" -m tcp -j DNAT --to-destination 10.244.0.5:8080
//
// kube-proxy's names of chains: pkg/proxy/iptables/proxier.go of Kubernetes.

import type { ServiceRules } from './service-rules.ts';

const ofService = /--comment "?([^\s"/]{1,63})\/([^\s":]{1,63})(?::([^\s"]{1,63}))? cluster IP/;
const toService = /-j (KUBE-SVC-\S+)/;
const toEndpoint = /^-A (KUBE-SVC-\S+) .*-j (KUBE-SEP-\S+)/;
const toAddress = /^-A (KUBE-SEP-\S+) .*-j DNAT --to-destination \[?([^\s\]]+?)\]?:\d+(?:\s|$)/;

/** Whether kube-proxy keeps its routes here. In IPVS mode it has KUBE-SERVICES too, without a chain per Service; every cluster has default/kubernetes. */
export function hasKubeProxy(saved: string): boolean {
  return /^-A KUBE-SERVICES .*-j KUBE-SVC-/m.test(saved);
}

/** Of the Services of `namespace`. kube-proxy writes no rule in KUBE-SERVICES of nat for a Service without endpoints. */
export function rulesInSaved(saved: string, namespace: string): readonly ServiceRules[] {
  const lines = saved.split('\n');
  const endpoints = lines.flatMap((line) => pair(toEndpoint.exec(line)));
  const addresses = new Map(lines.flatMap((line) => pair(toAddress.exec(line))));
  return lines.flatMap((line) => {
    const [, chain] = line.startsWith('-A KUBE-SERVICES ') ? (toService.exec(line) ?? []) : [];
    const [, itsNamespace, service, port = ''] = ofService.exec(line) ?? [];
    if (chain === undefined || itsNamespace !== namespace || service === undefined) return [];
    const reached = endpoints.filter(([from]) => from === chain).map(([, to]) => addresses.get(to) ?? '');
    return [{ service, port, addresses: [...new Set(reached)].filter((one) => one !== '').toSorted() }];
  });
}

function pair(found: RegExpExecArray | null): readonly (readonly [string, string])[] {
  const [, from, to] = found ?? [];
  return from === undefined || to === undefined ? [] : [[from, to]];
}
