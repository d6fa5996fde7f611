// What happened to the endpoints of a slice, from its previous and its current state.

import { equal } from '../../workload/json.ts';
import type { EndpointEvent } from './event.ts';
import type { Endpoint, EndpointSlice } from './objects.ts';
import type { PodNaming } from './pod-naming.ts';

type State = Pick<EndpointEvent, 'what' | 'serving'>;

export interface SliceChange {
  /** undefined for a slice seen for the first time. */
  readonly before: EndpointSlice | undefined;
  /** undefined for one that is gone. */
  readonly now: EndpointSlice | undefined;
}

/** Endpoints that are not pods are left out. */
export function endpointEvents({ before, now }: SliceChange, naming: PodNaming, atMs: number): EndpointEvent[] {
  const slice = (now ?? before)?.metadata.name ?? '';
  const old = statesOf(before, naming);
  const states = statesOf(now, naming);
  const event = (pod: string, state: State): EndpointEvent => ({ kind: 'endpoint', pod, slice, ...state, atMs });
  const removed = [...old.keys()].filter((pod) => !states.has(pod)).map((pod) => event(pod, { what: 'removed' }));
  const changed = [...states].filter(([pod, state]) => !equal(old.get(pod), state));
  return [...removed, ...changed.map(([pod, state]) => event(pod, state))];
}

function statesOf(slice: EndpointSlice | undefined, naming: PodNaming): ReadonlyMap<string, Required<State> | State> {
  const states = new Map<string, State>();
  for (const endpoint of slice?.endpoints ?? []) {
    const { kind, name, uid } = endpoint.targetRef ?? {};
    if (kind === 'Pod' && name !== undefined) states.set(naming(name, uid), stateOf(endpoint));
  }
  return states;
}

/** Missing conditions default as the API defines: ready when unknown, serving as ready. */
function stateOf({ conditions = {} }: Endpoint): State {
  const { ready = true, serving = ready, terminating = false } = conditions;
  if (terminating) return { what: 'terminating', serving };
  return { what: ready ? 'ready' : 'not-ready' };
}
