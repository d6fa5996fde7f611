// The author's document: the object received, minus what we injected earlier.

import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import type { Container, Deployment } from '../workload/deployment.ts';
import { inTemplate, recordAnnotation } from '../workload/edit.ts';
import { equal, own } from '../workload/json.ts';
import { ourPaths, takeOut } from '../workload/ours.ts';
import { getAt } from '../workload/path.ts';
import { emptyRecord, type InjectionRecord, merge, only, parseRecord } from '../workload/record.ts';
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
  const written = writtenIn(author, evidence);
  const frozen = stored !== undefined && isFrozen({ received, stripped, written, stored });
  return { received, author, evidence, written, record, ours, frozen, mistakes, ...(stored && { stored }) };
}

function readStored(object: Deployment): Stored {
  const parsed = parseRecord(annotationOf(object)) ?? emptyRecord;
  const record = isSound(object, parsed) ? parsed : emptyRecord;
  const ours = ourPaths(object, record);
  // An entry that the stored object no longer holds is the author's for good, even if he later writes our value.
  return { object, record: only(record, ours), ours };
}

/**
 * The record that came along if it is another than the stored one, and over it the stored one as far as `received` holds its values: `rollout undo` brings back that of its revision, a manifest may hold an exported one, and a client that PUTs only its
 * own fields none at all.
 */
function readRecord(received: Deployment, stored: Stored | undefined): Pick<Recovered, 'record' | 'mistakes'> {
  const text = annotationOf(received);
  const known = stored?.record ?? emptyRecord;
  if (text === undefined || (stored !== undefined && text === annotationOf(stored.object)))
    return { record: known, mistakes: [] };
  const record = parseRecord(text);
  if (record !== undefined && isSound(received, record)) {
    return { record: merge(record, only(known, ourPaths(received, known))), mistakes: [] };
  }
  return {
    record: known,
    mistakes: [`the annotation ${recordAnnotation} is no record of ours and is ignored: do not edit it`],
  };
}

interface Comparison {
  readonly received: Deployment;
  readonly stripped: Deployment;
  readonly written: (path: string) => boolean;
  readonly stored: Stored;
}

function isFrozen({ received, stripped, written, stored }: Comparison): boolean {
  const { object, record, ours } = stored;
  if (!sameTemplate(stripped, takeOut(object, record, ours))) return false;
  // The API's default, now with a proof that somebody wrote it: that is a change that was asked for.
  const demands = (path: string) =>
    inTemplate(path) &&
    record.was[path] === undefined &&
    !sameOnceDefaulted(path, record.set[path], getAt(received, path)) &&
    written(path);
  return !ours.some(demands);
}

export function annotationOf({ metadata }: Deployment): string | undefined {
  return own(metadata.annotations, recordAnnotation) as string | undefined;
}

/** A record edited by hand could put a value of the wrong type into the author's document. */
function isSound(object: Deployment, record: InjectionRecord): boolean {
  if (Object.keys(record.was).length === 0) return true;
  return shapeMistakes(takeOut(object, record, ourPaths(object, record))).length === 0;
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
