// The author's document: the object received, minus what we injected earlier.

import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import type { Container, Deployment } from '../workload/deployment.ts';
import { inTemplate, recordAnnotation } from '../workload/edit.ts';
import { equal, own } from '../workload/json.ts';
import { emptyRecord, type InjectionRecord, merge, only, ourPaths, parseRecord, takeOut } from '../workload/record.ts';
import { shapeMistakes } from '../workload/shape.ts';

export interface Recovered {
  readonly received: Deployment;
  readonly author: Deployment;
  readonly evidence: Evidence;
  /** Whether the author wrote what stands at a path of `author`. */
  readonly written: (path: string) => boolean;
  /** What counts as injected into the object received. */
  readonly record: InjectionRecord;
  /** The paths of `record` at which the object received still holds our value. */
  readonly ours: readonly string[];
  /** On UPDATE: the stored object with its record. */
  readonly stored?: Stored;
  /** True when the author's template is the stored one: then nothing of ours may change it, because that starts a rollout. */
  readonly frozen: boolean;
  /** A sentence each about records that were ignored. */
  readonly mistakes: readonly string[];
}

export interface Stored {
  readonly object: Deployment;
  readonly record: InjectionRecord;
  readonly ours: readonly string[];
}

export function recover(received: Deployment, oldObject: Deployment | undefined): Recovered {
  const stored = oldObject && readStored(oldObject);
  const { record, mistakes } = readRecord(received, stored);
  const evidence = evidenceOf(received);
  // For the question whether the template changed only values count: an author who adopts our value changes nothing.
  const equalValues = ourPaths(received, record);
  const stripped = takeOut(received, record, equalValues);
  const ours = equalValues.length === 0 ? equalValues : ourPaths(received, record, evidence);
  const author = ours.length === equalValues.length ? stripped : takeOut(received, record, ours);
  const frozen = stored !== undefined && sameTemplate(stripped, takeOut(stored.object, stored.record, stored.ours));
  const written = writtenIn(author, evidence);
  return { received, author, evidence, written, record, ours, frozen, mistakes, ...(stored && { stored }) };
}

function readStored(object: Deployment): Stored {
  const parsed = parseRecord(annotationOf(object)) ?? emptyRecord;
  const record = isSound(object, parsed) ? parsed : emptyRecord;
  return { object, record, ours: ourPaths(object, record) };
}

/** A client that PUTs only its own fields drops our annotation with them: then the stored object remembers. */
function readRecord(received: Deployment, stored: Stored | undefined): Pick<Recovered, 'record' | 'mistakes'> {
  const text = annotationOf(received);
  const fallback = stored?.record ?? emptyRecord;
  if (text === undefined) return { record: fallback, mistakes: [] };
  const record = parseRecord(text);
  if (record !== undefined && isSound(received, record))
    return { record: withOutside(received, record, fallback), mistakes: [] };
  return {
    record: fallback,
    mistakes: [`the annotation ${recordAnnotation} is no record of ours and is ignored: do not edit it`],
  };
}

/** `rollout undo` brings back the template and the annotations of its revision, but nothing else of the spec. */
function withOutside(received: Deployment, record: InjectionRecord, stored: InjectionRecord): InjectionRecord {
  const known = ourPaths(received, record);
  const forgotten = Object.keys(stored.set).filter((path) => !inTemplate(path) && !known.includes(path));
  return merge(record, only(stored, forgotten));
}

export function annotationOf({ metadata }: Deployment): string | undefined {
  return own(metadata.annotations, recordAnnotation) as string | undefined;
}

/** A record edited by hand could put a value of the wrong type into the author's document. */
function isSound(object: Deployment, record: InjectionRecord): boolean {
  return (
    Object.keys(record.was).length === 0 ||
    shapeMistakes(takeOut(object, record, ourPaths(object, record))).length === 0
  );
}

function sameTemplate(a: Deployment, b: Deployment): boolean {
  return equal(tidy(a.spec.template), tidy(b.spec.template));
}

/** An empty lifecycle means nothing, but with our hook in it, it goes when the hook is taken out. */
function tidy(template: Deployment['spec']['template']): Deployment['spec']['template'] {
  const { containers } = template.spec;
  const hollow = ({ lifecycle }: Container) => lifecycle !== undefined && Object.keys(lifecycle).length === 0;
  if (!containers.some(hollow)) return template;
  const tidied = containers.map(({ lifecycle, ...rest }) =>
    lifecycle && Object.keys(lifecycle).length > 0 ? { lifecycle, ...rest } : rest,
  );
  return { ...template, spec: { ...template.spec, containers: tidied as readonly Container[] } };
}
