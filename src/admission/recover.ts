// The author's document: the object received, minus what we injected earlier.

import { type Ownership, ownershipOf } from '../workload/adoption.ts';
import { sameOnceDefaulted } from '../workload/api-defaults.ts';
import { type Evidence, evidenceOf, writtenIn } from '../workload/authorship.ts';
import type { Container, Deployment } from '../workload/deployment.ts';
import { inTemplate } from '../workload/edit.ts';
import { equal } from '../workload/json.ts';
import { isProbeHandler, ourPaths, takeOut } from '../workload/ours.ts';
import { getAt, parentPath, setAll } from '../workload/path.ts';
import type { InjectionRecord } from '../workload/record.ts';
import { raiseProof } from './raise-proof.ts';
import { readRecord, readStored, type Stored } from './read-record.ts';

export interface Recovered extends Ownership {
  readonly received: Deployment;
  readonly author: Deployment;
  readonly evidence: Evidence;
  /** Whether the author wrote what stands at a path of `author`. */
  readonly written: (path: string) => boolean;
  /** What counts as injected into the object received. */
  readonly record: InjectionRecord;
  /** On UPDATE: the stored object with its record. */
  readonly stored?: Stored;
  /** True when the author's template is the stored one: then nothing of ours may change it, because that starts a rollout. */
  readonly frozen: boolean;
  /** A sentence each about records that were ignored. */
  readonly mistakes: readonly string[];
}

/** `fieldManager`: the name under which the client writes, from the request's options. */
export function recover(received: Deployment, oldObject?: Deployment, fieldManager?: string): Recovered {
  const stored = oldObject && readStored(oldObject);
  const evidence = evidenceOf(received);
  const { record, undone, mistakes } = readRecord(received, evidence, stored);
  // For the question whether the template changed only values count: an author who adopts our value changes nothing.
  const equalValues = ourPaths(received, record);
  const stripped = takeOut(received, record, equalValues);
  const wroteRaised = raiseProof({ received, stripped, stored, fieldManager });
  const ownership = ownershipOf(received, record, { evidence, wroteRaised, undone });
  const author = equal(ownership.ours, equalValues) ? stripped : takeOut(received, record, ownership.ours);
  const whole = setAll(author, ownership.leftovers);
  const written = writtenIn(whole, evidence);
  const frozen = stored !== undefined && isFrozen({ received, stripped, written, stored, ownership });
  return {
    ...ownership,
    received,
    author: whole,
    evidence,
    written,
    record,
    frozen,
    mistakes,
    ...(stored && { stored }),
  };
}

interface Comparison {
  readonly received: Deployment;
  readonly stripped: Deployment;
  readonly written: (path: string) => boolean;
  readonly stored: Stored;
  readonly ownership: Ownership;
}

function isFrozen({ received, stripped, written, stored, ownership }: Comparison): boolean {
  const { object, record, ours } = stored;
  if (isReshaped(ownership, stored)) return false;
  if (equal(received.spec.template, object.spec.template)) return true;
  if (!sameTemplate(stripped, takeOut(object, record, ours))) return false;
  // The API's default, now with a proof that somebody wrote it: that is a change that was asked for.
  const demands = (path: string) =>
    inTemplate(path) &&
    record.was[path] === undefined &&
    !sameOnceDefaulted(path, record.set[path], getAt(received, path)) &&
    written(path);
  return !ours.some(demands);
}

/** True when the author has taken a probe's handler over in this request, and what we wrote in it or beside it goes. */
function isReshaped({ ours, adopted, leftovers }: Ownership, { object, record }: Stored): boolean {
  const isOdd = (handler: string) =>
    leftovers.some(({ path }) => parentPath(path) === handler) ||
    ours.some((path) => parentPath(path) === parentPath(handler));
  const odd = adopted.filter((path) => isProbeHandler(path) && isOdd(path));
  if (odd.length === 0) return false;
  const before = ownershipOf(object, record, { evidence: evidenceOf(object), wroteRaised: () => false, undone: false });
  return odd.some((path) => !before.adopted.includes(path));
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
