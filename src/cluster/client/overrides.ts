// What flags change about the cluster and the user of a kubeconfig, as kubectl's flags of the same names do.

import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { firstTen } from '../../text/list.ts';

export interface Overrides {
  /** Names in the kubeconfig. */
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  /** URL of the API server. */
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  /** A file of CA certificates in PEM. */
  readonly certificateAuthority?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** Whom to act as. */
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
}

/** Without what else the flags of a command say. */
export function overridesIn(flags: Overrides): Overrides {
  const { cluster, user, server, token, certificateAuthority, insecureSkipTlsVerify, as, asGroup } = flags;
  return { cluster, user, server, token, certificateAuthority, insecureSkipTlsVerify, as, asGroup };
}

/** True where the flags alone say which cluster is meant. */
export function namesCluster({ cluster, server }: Overrides): boolean {
  return cluster !== undefined || server !== undefined;
}

/** Leaves a kubeconfig with one context, the current one as the flags say. `origin` names it. @throws Error with a sentence */
export function applyOverrides(config: KubeConfig, overrides: Overrides, origin: string): void {
  const { as: _, asGroup: __, ...ofContext } = overrides;
  if (Object.values(ofContext).every((value) => value === undefined)) return;
  const before = config.getContextObject(config.getCurrentContext());
  const named = { cluster: overrides.cluster ?? before?.cluster, user: overrides.user ?? before?.user };
  const cluster = changedCluster(namedIn(config.getClusters(), named.cluster, `cluster of ${origin}`), overrides);
  const user = changedUser(namedIn(config.getUsers(), named.user, `user of ${origin}`), overrides);
  const context = { ...before, name: 'given by flags', cluster: cluster.name, user: user.name };
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: context.name });
}

/** The headers of another identity. @throws Error with a sentence */
export function impersonation({ as, asGroup = [] }: Overrides): Readonly<Record<string, string | string[]>> {
  if (as === undefined && asGroup.length > 0)
    throw new Error('--as-group requires --as: the user who is in the groups');
  return {
    ...(as !== undefined && { 'Impersonate-User': as }),
    ...(asGroup.length > 0 && { 'Impersonate-Group': [...asGroup] }),
  };
}

function namedIn<One extends { readonly name: string }>(
  all: readonly One[],
  name: string | undefined,
  what: string,
): One | undefined {
  if (name === undefined) return undefined;
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`no ${what} is named ${name}; it has ${firstTen(all.map((one) => one.name)) || 'none'}`);
}

function changedCluster(found: Cluster | undefined, overrides: Overrides): Cluster {
  const { server = found?.server, certificateAuthority, insecureSkipTlsVerify } = overrides;
  if (server === undefined)
    throw new Error('no cluster is configured: give --server URL, or a kubeconfig with a context');
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new Error(`--server: must be an http or https URL, found ${JSON.stringify(server)}`);
  const { caData, caFile, ...rest } = found ?? { name: 'given by flags', skipTLSVerify: false };
  // Without TLS there is nothing to verify, and the library wants to be told so.
  if (insecureSkipTlsVerify || server.startsWith('http:')) return { ...rest, server, skipTLSVerify: true };
  if (certificateAuthority !== undefined)
    return { ...rest, server, caFile: certificateAuthority, skipTLSVerify: false };
  return { ...rest, server, ...(caData !== undefined && { caData }), ...(caFile !== undefined && { caFile }) };
}

function changedUser(found: User | undefined, { token }: Overrides): User {
  return token === undefined ? (found ?? { name: 'nobody' }) : { name: 'given by flags', token };
}
