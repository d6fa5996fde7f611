// `hitless withdraw --check`: which workloads still hold injections. Nothing is changed.
//
// JSON: { version: 1, remaining: [{ object: { kind, namespace, name }, fields: [path], isUnreadable }] }

import { type HeldInjections, injectionsIn } from '../../admission/withdrawal.ts';
import type { Api } from '../../cluster/client/api.ts';
import { allWorkloads, type WorkloadListing } from '../../cluster/workloads.ts';
import { countByKind, type ObjectReference } from '../../lint/object-reference.ts';
import { recordAnnotation } from '../../names.ts';
import { number } from '../../text/count.ts';
import { visible, visibleJson } from '../../text/hidden.ts';
import { patchableKinds } from '../../workload/kinds/kinds.ts';

export interface Remaining extends HeldInjections {
  readonly object: ObjectReference;
}

/** In one namespace, or in all of them; needs permission to list the workloads and nothing else. @throws ApiError */
export async function findRemaining(api: Api, listing: Omit<WorkloadListing, 'kinds'>): Promise<readonly Remaining[]> {
  const found: Remaining[] = [];
  for await (const workload of allWorkloads(api, { ...listing, kinds: patchableKinds() })) {
    const held = injectionsIn(workload);
    const { name = '', namespace: home = '' } = workload.metadata;
    if (held !== undefined) found.push({ object: { kind: workload.kind, namespace: home, name }, ...held });
  }
  return found;
}

export function remainingJson(remaining: readonly Remaining[]): string {
  return `${visibleJson({ version: 1, remaining })}\n`;
}

// All of it fits into the termination message of a container, which has 2,048 bytes, and into a terminal.
const mostNames = 10;

export function remainingText(remaining: readonly Remaining[], namespace: string | undefined): string {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  if (remaining.length === 0) return `No workload${visible(where)} holds injections of hitless.\n`;
  const objects = remaining.map(({ object }) => object);
  const names = unreadableFirst(remaining).slice(0, mostNames).map(titleOf);
  const rest = objects.length - names.length;
  const scope = namespace === undefined ? '--all-namespaces' : `-n ${namespace}`;
  return [
    `${countByKind(objects)}${visible(where)} still ${objects.length === 1 ? 'holds' : 'hold'} injections of hitless:`,
    ...names.map((name) => `  ${visible(name)}`),
    ...(rest > 0 ? [`  and ${number(rest)} more`] : []),
    ...(remaining.some(({ isUnreadable }) => isUnreadable) ? [unreadable] : []),
    `Without hitless nothing takes them back when they collide with an edit: the API server then refuses, for instance, a preStop hook that the author adds. Remove them first with \`hitless withdraw ${visible(scope)}\`, and keep hitless until none is left: each pod template loses them with its next change. With --now all pods are replaced at once.\n`,
  ].join('\n');
}

/** They are the ones that `hitless withdraw` will not see to. */
function unreadableFirst(remaining: readonly Remaining[]): readonly Remaining[] {
  return remaining.toSorted((one, other) => Number(other.isUnreadable) - Number(one.isUnreadable));
}

function titleOf({ object, isUnreadable }: Remaining): string {
  return `${object.namespace}/${object.name}${isUnreadable ? ' (its record cannot be read)' : ''}`;
}

const unreadable = `Where the record cannot be read, remove what hitless wrote by hand, and then the annotation ${recordAnnotation}.`;
