// The pods of the application as the upstream of a proxy: the headless Service that names them, and the DNS server that the proxy asks.

import type { JsonObject } from '../../../workload/json.ts';
import { type ClusterDns, labLabels, ports } from '../objects.ts';
import { refuseToStart } from '../pod-trouble.ts';
import type { PodUpstream } from './gateway.ts';

// The pod itself puts in what its resolv.conf says.
const server = 'DNS_SERVER';
const domain = 'CLUSTER_DOMAIN';

/** `app`: the pods that it names. */
export function headlessService(app: string, namespace: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf(app), namespace, labels: { ...labLabels } },
    spec: { clusterIP: 'None', selector: { app }, ports: [{ name: 'http', port: ports.http, targetPort: 'http' }] },
  };
}

export function podUpstream(app: string, namespace: string): PodUpstream {
  return { name: `${nameOf(app)}.${namespace}.svc.${domain}`, port: ports.http, dns: `${server}:53` };
}

function nameOf(app: string): string {
  return `${app}-pods`;
}

/** The fields of a pod that asks this server; without one the kubelet writes the cluster's, if it knows one. */
export function dnsOf(dns: ClusterDns | undefined, namespace: string): JsonObject {
  if (dns === undefined) return {};
  const searches = [`${namespace}.svc.${dns.domain}`];
  return { dnsPolicy: 'None', dnsConfig: { nameservers: [dns.address], searches } };
}

const unknown =
  'the resolv.conf of this pod names no cluster DNS, so a proxy cannot find the addresses of pods: give the address of a DNS server with --gateway-dns, or use --gateway-upstream service';

/** For a shell: reads a configuration, and writes it with what resolv.conf says. The kubelet puts the domain of the namespace first. */
export function withDns(namespace: string): string {
  return `dns= domain=; while read -r key first _; do case "$key $first" in \
nameserver*) : "\${dns:=$first}";; "search ${namespace}.svc."*) domain="\${first#${namespace}.svc.}";; esac; done </etc/resolv.conf
[ -n "$dns" ] && [ -n "$domain" ] || ${refuseToStart(unknown)}
case "$dns" in *:*) dns="[$dns]";; esac
`;
}

/** Behind a pipe. */
export const fillIn = `sed "s/${server}/$dns/; s/${domain}/$domain/"`;
