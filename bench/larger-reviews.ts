// The patched CREATE of the bench, made larger: with more containers, or with more environment variables and their managedFields.

import { cases, reviewText } from './cases.ts';

export const sizes = {
  containers: [1, 10, 100, 500],
  bytes: [8_000, 16_000, 64_000, 250_000, 1_000_000],
} as const;

interface Container {
  readonly name: string;
  readonly env?: readonly object[];
}

interface Review {
  readonly request: {
    readonly object: {
      readonly metadata: { readonly managedFields: readonly object[] };
      readonly spec: { readonly template: { readonly spec: { containers: readonly Container[] } } };
    };
  };
}

async function parsed(): Promise<Review> {
  const create = cases.find(({ name }) => name === 'create');
  if (create === undefined) throw new Error('the bench has no review of a CREATE');
  return JSON.parse(await reviewText(create));
}

/** The first container, and small ones, which get a preStop sleep as well. */
export async function withContainers(count: number): Promise<string> {
  const review = await parsed();
  const { spec } = review.request.object.spec.template;
  const [first, small] = spec.containers as readonly [Container, Container];
  const others = Array.from({ length: count - 1 }, (_, i) => ({ ...small, name: `proxy-${i}` }));
  spec.containers = [first, ...others];
  return JSON.stringify(review);
}

/** As many variables in the second container as make the review so large. */
export async function withEnv(bytes: number): Promise<string> {
  const review = await parsed();
  const { object } = review.request;
  const { spec } = object.spec.template;
  const [first, small] = spec.containers as readonly [Container, Container];
  const missing = bytes - JSON.stringify(review).length;
  const count = Math.max(0, Math.round(missing / (variable(1000).length + ownership(1000).length)));
  const numbers = Array.from({ length: count }, (_, i) => 1000 + i);
  spec.containers = [first, { ...small, env: numbers.map((number) => JSON.parse(variable(number))) }];
  const owned = JSON.parse(`{${numbers.map(ownership).join(',')}}`);
  Object.assign(object.metadata.managedFields[0] as object, { fieldsV1: withOwned(object.metadata, owned) });
  return JSON.stringify(review);
}

function variable(number: number): string {
  return JSON.stringify({ name: `SETTING_${number}`, value: `https://service-${number}.shop.svc.cluster.local:8443` });
}

function ownership(number: number): string {
  return `${JSON.stringify(`k:${JSON.stringify({ name: `SETTING_${number}` })}`)}:{".":{},"f:name":{},"f:value":{}}`;
}

type Fields = { [key: string]: Fields };

/** The managedFields of the first manager, which then owns the variables of the container `proxy` as well. */
function withOwned({ managedFields }: { readonly managedFields: readonly object[] }, env: Fields): Fields {
  const { fieldsV1 } = managedFields[0] as { readonly fieldsV1: Fields };
  const containers = fieldsV1['f:spec']?.['f:template']?.['f:spec']?.['f:containers'];
  const proxy = containers?.['k:{"name":"proxy"}'];
  if (proxy === undefined) throw new Error('the first manager of the review does not own the container proxy');
  proxy['f:env'] = { '.': {}, ...env };
  return fieldsV1;
}
