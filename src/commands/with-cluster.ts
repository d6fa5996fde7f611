// Commands that talk to a cluster: their credentials, and the messages when that does not work.

import { type Access, findAccess } from '../cluster/client/access.ts';
import { type Api, ApiError, createApi } from '../cluster/client/api.ts';
import { namesCluster, type Overrides, overridesIn } from '../cluster/client/overrides.ts';
import { clusterEnvironment } from '../settings/settings.ts';
import { errorLine } from '../terminal/lines.ts';
import type { ExitCode, Terminal } from '../terminal/terminal.ts';
import { visible } from '../text/hidden.ts';
import { showReading } from './reading-progress.ts';

/** Named as in kubectl. */
export interface ClusterFlags extends Overrides {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** The longest time of a request, in milliseconds. */
  readonly requestTimeout?: number;
}

/** Of what is asked about a cluster, and not about files. */
export function clusterFlagGiven(flags: ClusterFlags): boolean {
  const { context, kubeconfig, user } = flags;
  return [context, kubeconfig, user].some((value) => value !== undefined) || namesCluster(flags);
}

export interface NamespaceOptions {
  readonly namespace?: string;
  readonly allNamespaces?: true;
}

/** A sentence when both one namespace and all of them are asked for. */
export function namespaceConflict({ namespace, allNamespaces }: NamespaceOptions): string | undefined {
  if (namespace === undefined || allNamespaces === undefined) return undefined;
  return '--namespace cannot be used with --all-namespaces: give one of them';
}

export interface ClusterCommand {
  readonly name: string;
  readonly options: ClusterFlags;
  readonly terminal: Terminal;
  /** Whether to show at a terminal how far a long reading is. */
  readonly showsReading?: true;
}

/** `ownNamespace`: the one that counts without a flag, as in kubectl. */
type Work<Code> = (api: Api, ownNamespace: string) => Promise<Code>;

/** 2 with a sentence when no cluster can be reached, or it refuses all of the work. */
export async function withCluster<Code extends number = ExitCode>(
  command: ClusterCommand,
  work: Work<Code>,
): Promise<Code | 2> {
  const { name, options, terminal, showsReading } = command;
  let server = 'the API server';
  try {
    const { kubeconfig: file, context, requestTimeout } = options;
    const access = await findAccess({ ...clusterEnvironment(), file, context, overrides: overridesIn(options) });
    server = `the API server at ${access.server.origin}`;
    const api = apiOf(access, requestTimeout);
    return await work(showsReading ? showReading(api, name, terminal) : api, access.namespace || 'default');
  } catch (error) {
    if (!(error instanceof Error) || isBug(error)) throw error;
    errorLine(terminal, `hitless ${name}: ${visible(failure(error, server))}`);
    return 2;
  }
}

/** `longestMs`: of an answer; none for 0. */
export function apiOf(access: Access, longestMs: number | undefined): Api {
  return limited(createApi(access), longestMs);
}

/** The same API, whose answers take no longer. A stream, such as a watch, takes as long as it needs. */
function limited(api: Api, longestMs: number | undefined): Api {
  if (longestMs === undefined || longestMs === 0) return api;
  const json: Api['json'] = async (call) => {
    const end = AbortSignal.timeout(longestMs);
    const signal = call.signal === undefined ? end : AbortSignal.any([call.signal, end]);
    return api.json({ ...call, signal }).catch((error: unknown) => {
      throw end.aborted ? new Error(`no answer to ${call.path} within --request-timeout`) : error;
    });
  };
  return { ...api, json };
}

/** Not of the cluster's making. */
export function isBug(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/** A sentence about what went wrong with `server`. */
export function failure(error: Error, server: string): string {
  if (error instanceof ApiError) return refusal(error, server);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  if (/CERT|ISSUER|SIGNATURE|ALTNAME/.test(code))
    return `${server} presents a certificate that is not trusted: ${message}`;
  return `${server} does not answer: ${message || code}`;
}

function refusal({ code, message }: ApiError, server: string): string {
  const said = message.replace(/^\d+: /, '');
  if (code === 401)
    return `${server} does not know who you are (401): ${said}; is the login in the kubeconfig still valid?`;
  if (code === 403) return `${server} does not allow this (403): ${said}`;
  return `${server} refused the request (${code}): ${said}`;
}
