// The patch of the hand-written webhook. run.ts checks that it is the one that hitless makes for the reviews of the bench.

interface Container {
  readonly name: string;
  readonly livenessProbe?: { readonly httpGet?: object };
  readonly readinessProbe?: object;
  readonly lifecycle?: { readonly preStop?: object };
}

interface Deployment {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

interface Operation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

const sleep = { seconds: 10 };

export function patchFor({ metadata, spec }: Deployment): readonly Operation[] {
  const operations: Operation[] = [];
  const injected: Record<string, unknown> = {};
  for (const [index, container] of spec.template.spec.containers.entries()) {
    const path = `/spec/template/spec/containers/${index}`;
    const field = `spec.template.spec.containers[${container.name}]`;
    const httpGet = container.livenessProbe?.httpGet;
    if (container.readinessProbe === undefined && httpGet !== undefined) {
      operations.push({ op: 'add', path: `${path}/readinessProbe`, value: { httpGet } });
      injected[`${field}.readinessProbe.httpGet`] = httpGet;
    }
    if (container.lifecycle === undefined) {
      operations.push({ op: 'add', path: `${path}/lifecycle`, value: { preStop: { sleep } } });
      injected[`${field}.lifecycle.preStop.sleep`] = sleep;
    }
  }
  return operations.length === 0 ? [] : [annotation(metadata, injected), ...operations];
}

function annotation({ annotations }: Deployment['metadata'], injected: Readonly<Record<string, unknown>>): Operation {
  const value = JSON.stringify(Object.fromEntries(Object.entries(injected).sort(([a], [b]) => (a < b ? -1 : 1))));
  if (annotations === undefined)
    return { op: 'add', path: '/metadata/annotations', value: { 'hitless.dev/injected': value } };
  return { op: 'add', path: '/metadata/annotations/hitless.dev~1injected', value };
}
