// Objects as the API server sends them, reduced to the few fields that are kept.

import { neighbourReader, readersByKind } from '../../cluster-state/readers.ts';
import { policyApiVersion } from '../../names.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { Namespace, Service, ServicePort } from '../../workload/kubernetes.ts';
import { type Cached, type CachedKind, heaviestOf, isNeighbour, type RequiredKind } from './kinds.ts';
import type { ReadResult } from './store.ts';
import { copied, weightOf } from './weight.ts';

/** Per object. More of them in one log line would not be read. */
const mostMistakes = 5;

/** Of an object of that kind as the API server sends it, which leaves out apiVersion and kind in lists. */
export function readCached<K extends CachedKind>(
  kind: K,
  { metadata, spec, status }: JsonObject,
): ReadResult<Cached[K]> {
  const [most, isPolicy] = [heaviestOf(kind), kind === 'RolloutPolicy' || kind === 'ClusterRolloutPolicy'];
  // Validation of what is too large would take long as well.
  if (isPolicy && weightOf(spec, most) > most) return tooLarge(most);
  const mistakes: string[] = [];
  let more = 0;
  const wrong = (path: string, message: string) => {
    if (mistakes.length < mostMistakes) mistakes.push(`${path}: ${message}`);
    else more += 1;
  };
  const own = isNeighbour(kind) ? { spec, status } : kind === 'Node' ? { status } : { spec };
  const document = { apiVersion: policyApiVersion, kind, metadata, ...own };
  const read = isNeighbour(kind) ? neighbourReader(kind) : readersByKind[kind as RequiredKind];
  const fact = read(document as JsonObject, wrong);
  if (fact === undefined && mistakes.length === 0) return { irrelevant: true };
  if (fact === undefined) return { mistake: `${mistakes.join('; ')}${more === 0 ? '' : `; and ${more} more`}` };
  const value = trimmed(fact.kind, fact.value) as Cached[K];
  const weight = weightOf(value, most);
  return weight > most ? tooLarge(most) : { value, weight };
}

function tooLarge(most: number) {
  return {
    mistake: `too large: the fields that are read may take at most ${most / 1024} KiB of memory`,
    tooLarge: true,
  };
}

function trimmed(kind: string, value: unknown): unknown {
  if (kind === 'Service') return { ...(value as Service), ports: distinct((value as Service).ports) };
  if (kind !== 'Namespace') return value;
  const { annotations, ...namespace } = value as Namespace;
  return { ...namespace, annotations: shortened(annotations) };
}

/** Ports that differ in what is read only; a few are not worth a look. */
function distinct(ports: readonly ServicePort[]): readonly ServicePort[] {
  if (ports.length <= 16) return ports;
  const keyOf = ({ targetPort, protocol, appProtocol = '' }: ServicePort) => `${targetPort} ${protocol} ${appProtocol}`;
  return [...new Map(ports.toReversed().map((port) => [keyOf(port), port])).values()].toReversed();
}

const longestAnnotation = 1024;

/** Other programs keep whole documents in annotations. None that is read here is that long. */
function shortened(annotations: Namespace['annotations']): Namespace['annotations'] {
  if (Object.values(annotations).every((text) => text.length <= longestAnnotation)) return annotations;
  return Object.fromEntries(
    Object.entries(annotations).map(([key, text]) => [
      key,
      text.length <= longestAnnotation ? text : copied(text.slice(0, longestAnnotation)),
    ]),
  );
}
