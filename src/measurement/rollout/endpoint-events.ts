// What happened to the endpoints of a slice, from its previous and its current state.

import { equal } from '../../workload/json.ts';
import type { EndpointEvent } from './event.ts';
import type { Endpoint, EndpointSlice } from './objects.ts';

type State = Pick<EndpointEvent, 'what' | 'serving'>;

/** `before` is undefined for a slice seen for the first time, `now` for one that is gone. Endpoints that are not pods are left out. */
export function endpointEvents(
  before: EndpointSlice | undefined,
  now: EndpointSlice | undefined,
  atMs: number,
): EndpointEvent[] {
  const slice = (now ?? before)?.metadata.name ?? '';
  const old = statesOf(before);
  const states = statesOf(now);
  const event = (pod: string, state: State): EndpointEvent => ({ kind: 'endpoint', pod, slice, ...state, atMs });
  const removed = [...old.keys()].filter((pod) => !states.has(pod)).map((pod) => event(pod, { what: 'removed' }));
  const changed = [...states].filter(([pod, state]) => !equal(old.get(pod), state));
  return [...removed, ...changed.map(([pod, state]) => event(pod, state))];
}

function statesOf(slice: EndpointSlice | undefined): ReadonlyMap<string, Required<State> | State> {
  const states = new Map<string, State>();
  for (const endpoint of slice?.endpoints ?? []) {
    const { kind, name } = endpoint.targetRef ?? {};
    if (kind === 'Pod' && name !== undefined) states.set(name, stateOf(endpoint));
  }
  return states;
}

/** Missing conditions default as the API defines: ready when unknown, serving as ready. */
function stateOf({ conditions = {} }: Endpoint): State {
  const { ready = true, serving = ready, terminating = false } = conditions;
  if (terminating) return { what: 'terminating', serving };
  return { what: ready ? 'ready' : 'not-ready' };
}
