// An API server that stores reports, played by a function: versions, conflicts, merge patches, and namespaces that end.

import { type Api, ApiError, type Call } from '../../src/cluster/client/api.ts';
import { collectionOf, pathOf } from '../../src/cluster/client/resources.ts';
import { reportApis } from '../../src/cluster/reports/report-apis.ts';
import type { JsonObject } from '../../src/workload/json.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

function merged(target: Any, patch: Any): Any {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Any = { ...(target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

export interface ReportServer {
  readonly api: Api;
  readonly calls: Call[];
  /** By path. */
  readonly stored: Map<string, Any>;
  /** Puts one there as somebody else does it. */
  readonly put: (namespace: string, report: JsonObject) => void;
  readonly at: (namespace: string) => Any;
  /** Namespaces that are being deleted, and what happens before a call is answered. */
  readonly ending: Set<string>;
  before: (call: Call) => void;
}

const [reports] = reportApis as [(typeof reportApis)[number]];
export const reportPath = (namespace: string, name = 'hitless') => pathOf({ kind: reports, namespace, name });

export function reportServer(): ReportServer {
  const stored = new Map<string, Any>();
  const calls: Call[] = [];
  const ending = new Set<string>();
  let version = 0;
  const store = (path: string, object: Any) => {
    version += 1;
    const uid = object.metadata.uid ?? `uid-${version}`;
    const whole = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    stored.set(path, whole);
    return whole;
  };
  const answers: Readonly<Record<string, (call: Call) => Any>> = {
    GET: ({ path }) => {
      if (path === collectionOf(reports)) return { metadata: {}, items: [...stored.values()] };
      const [, namespace] = /^\/api\/v1\/namespaces\/(\S+)$/.exec(path) ?? [];
      if (namespace !== undefined) return { metadata: ending.has(namespace) ? { deletionTimestamp: 'now' } : {} };
      return stored.get(path) ?? fail(404);
    },
    POST: ({ path, body }) => {
      const { metadata } = body as Any;
      const [, namespace = ''] = /namespaces\/([^/]+)\//.exec(path) ?? [];
      if (ending.has(namespace)) fail(403);
      if (stored.has(reportPath(namespace, metadata.name))) fail(409);
      return store(reportPath(namespace, metadata.name), { ...(body as Any), metadata: { ...metadata, namespace } });
    },
    PATCH: ({ path, body }) => {
      const known = stored.get(path) ?? fail(404);
      if ((body as Any).metadata.resourceVersion !== known.metadata.resourceVersion) fail(409);
      return store(path, merged(known, body));
    },
    DELETE: ({ path, body }) => {
      const known = stored.get(path) ?? fail(404);
      if ((body as Any).preconditions.resourceVersion !== known.metadata.resourceVersion) fail(409);
      stored.delete(path);
      return {};
    },
  };
  const server: ReportServer = {
    calls,
    stored,
    ending,
    before: () => undefined,
    put: (namespace, report) =>
      void store(reportPath(namespace), {
        ...report,
        metadata: { ...(report.metadata as Any), namespace, name: 'hitless' },
      }),
    at: (namespace) => stored.get(reportPath(namespace)),
    api: {
      json: async (call) => {
        calls.push(call);
        server.before(call);
        return structuredClone(answers[call.method ?? 'GET']?.(call));
      },
      stream: () => Promise.reject(new Error('nothing is watched')),
    },
  };
  return server;
}

function fail(code: number): never {
  throw new ApiError(code, `said ${code}`);
}
