// The kubeconfig, read once, however many of its contexts are used.

import type { KubeConfig } from '@kubernetes/client-node';

export interface LoadedKubeconfig {
  /** The file or variable, for messages. */
  readonly origin: string;
  /** Another one with each call, because to choose a context changes it. */
  readonly config: () => KubeConfig;
}

export interface KubeconfigPlace {
  /** One file, instead of those of the environment. */
  readonly file?: string | undefined;
  /** KUBECONFIG: files, separated as in PATH. */
  readonly kubeconfig?: string | undefined;
}

/** Loads the client library, for contexts, exec plugins, OpenID Connect and proxies. @throws Error with a sentence */
export async function loadKubeconfig({ file, kubeconfig }: KubeconfigPlace): Promise<LoadedKubeconfig> {
  const library = await import('@kubernetes/client-node');
  const loaded = new library.KubeConfig();
  const variable = kubeconfig ? `KUBECONFIG ${kubeconfig}` : 'the default kubeconfig';
  const origin = file ? `kubeconfig ${file}` : variable;
  try {
    if (file) loaded.loadFromFile(file);
    else loaded.loadFromDefault();
  } catch (error) {
    throw new Error(`${origin} cannot be read: ${reasonFor(error as Error)}`);
  }
  const config = () => {
    const copy = new library.KubeConfig();
    copy.loadFromOptions({
      clusters: loaded.getClusters(),
      users: loaded.getUsers(),
      contexts: loaded.getContexts(),
      currentContext: loaded.getCurrentContext(),
    });
    return copy;
  };
  return { origin, config };
}

function reasonFor({ message }: Error): string {
  // What follows the first line of a mistake in YAML are the lines of the file around it, which can hold a token.
  const [reason = ''] = message.split('\n');
  // Whose credentials go to which cluster must not depend on the order of the files.
  const [, kind, name] = /^Duplicate (cluster|user|context): (.*)$/.exec(reason) ?? [];
  if (kind === undefined) return reason;
  return `two of its ${kind}s are named ${name}: rename one of them, or give one file with --kubeconfig`;
}
