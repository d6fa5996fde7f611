// The sink for objects, and how the events of a watch reach it.

import { isObject, type JsonObject, own } from '../../workload/json.ts';
import { parseObject } from '../client/answer.ts';

/** Takes the objects. */
export interface Sink {
  readonly put: (object: JsonObject) => void;
  readonly remove: (object: JsonObject) => void;
  /** Begins a complete list. Nothing counts before `commit`, which also removes what the list did not have. */
  readonly stage: () => StagedList;
  /** True when a new list would bring objects that were left out for want of room. Absent: nothing is left out. */
  readonly hasRoom?: () => boolean;
  /** Called when the objects may no longer be read. */
  readonly forget?: () => void;
}
export interface StagedList {
  readonly add: (object: JsonObject) => void;
  readonly commit: () => void;
}

/** The watch cannot go on from where it was. */
export class WatchExpired extends Error {}

/** Hands one line of a watch to the sink. Gives the version that it leads to. */
export function applyEvent(line: string, sink: Sink): string {
  const event = parseObject(line, 'the watch');
  const type = stringAt(event, 'type');
  const object = own(event, 'object');
  if (!isObject(object)) throw new Error(`a watch event has no object: ${line.slice(0, 60)}`);
  if (type === 'ERROR') throw new WatchExpired(`the watch broke off: ${stringAt(object, 'message').slice(0, 300)}`);
  if (type === 'ADDED' || type === 'MODIFIED') sink.put(object);
  if (type === 'DELETED') sink.remove(object);
  const { metadata } = object;
  return stringAt(isObject(metadata) ? metadata : undefined, 'resourceVersion');
}

/** Empty when there is none. */
function stringAt(object: JsonObject | undefined, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}
