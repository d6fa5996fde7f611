// Writes of Deployments to the API server, one at a time over one kept connection, and how long each takes.

import { Agent, request } from 'node:https';
import type { Access } from '../src/cluster/client/access.ts';
import type { Json, JsonObject } from '../src/workload/json.ts';
import { namespaceOf, type Variant } from './admission-objects.ts';
import { cases, reviewText } from './cases.ts';

export const operations = ['create', 'create-complies', 'update'] as const;
export type Operation = (typeof operations)[number];

export interface Written {
  readonly milliseconds: number;
  readonly object: Deployment;
}

export interface Deployment extends JsonObject {
  readonly metadata: JsonObject;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly JsonObject[] } } } & JsonObject;
}

export interface Writer {
  /** A server-side dry run: everything but the write to etcd. */
  readonly write: (variant: Variant, operation: Operation) => Promise<Written>;
  /** Stores the Deployments that the updates are of. */
  readonly store: (variant: Variant) => Promise<void>;
  readonly close: () => void;
}

export async function openWriter(access: Access): Promise<Writer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const options = { ...(await access.options()), agent };
  const objects = { create: await objectOf('create'), 'create-complies': await objectOf('create-complies') };
  const stored = new Map<Variant, Deployment>();
  let updates = 0;
  const send = (method: 'POST' | 'PUT', path: string, body: Json): Promise<Written> => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(new URL(path, access.server), { ...options, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const milliseconds = performance.now() - began;
          const answer = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 0) < 300) resolve({ milliseconds, object: JSON.parse(answer) });
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 500)}`));
        });
      });
      sent.on('error', reject).end(text);
    });
  };
  const pathOf = (variant: Variant) => `/apis/apps/v1/namespaces/${namespaceOf(variant)}/deployments`;
  return {
    write: (variant, operation) => {
      if (operation !== 'update') return send('POST', `${pathOf(variant)}?dryRun=All`, objects[operation]);
      updates += 1;
      const before = stored.get(variant);
      if (before === undefined) throw new Error(`nothing is stored in ${namespaceOf(variant)}`);
      return send('PUT', `${pathOf(variant)}/stored?dryRun=All`, withImage(before, `shop/web:1.${updates}`));
    },
    store: async (variant) => {
      const named = { ...objects.create, metadata: { ...objects.create.metadata, name: 'stored' } };
      const { object } = await send('POST', pathOf(variant), named);
      const { resourceVersion: _, ...metadata } = object.metadata;
      stored.set(variant, { ...object, metadata } as Deployment);
    },
    close: () => agent.destroy(),
  };
}

/** What the client of a recorded review sent. */
async function objectOf(name: 'create' | 'create-complies'): Promise<Deployment> {
  const one = cases.find((known) => known.name === name);
  if (one === undefined) throw new Error(`the bench has no review ${name}`);
  const { object } = JSON.parse(await reviewText(one)).request;
  const { managedFields: _, namespace: __, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function withImage(object: Deployment, image: string): Deployment {
  const [first, ...others] = object.spec.template.spec.containers;
  const template = {
    ...object.spec.template,
    spec: { ...object.spec.template.spec, containers: [{ ...first, image }, ...others] },
  };
  return { ...object, spec: { ...object.spec, template } } as Deployment;
}
