// What the object should become: under enforce the author's document with the plan in it, under audit the object as received.
// Both without past injections that collide with what the author wrote.

import type { Change } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import { apiDefault } from '../workload/api-defaults.ts';
import type { Deployment } from '../workload/deployment.ts';
import { inTemplate, recordAnnotation } from '../workload/edit.ts';
import { equal, type Json } from '../workload/json.ts';
import { getAt, removeAt, setAt } from '../workload/path.ts';
import { formatRecord, type InjectionRecord, merge, only, takeOut } from '../workload/record.ts';
import { violations } from '../workload/violations.ts';
import { keepDefaults } from './defaults.ts';
import { annotationOf, type Recovered } from './recover.ts';
import { collisions, dropStrayRollingUpdate } from './withdraw.ts';

/** The object that the enforce mode wants. */
export function enforced(recovered: Recovered, { findings, deployment }: Plan): Deployment {
  const edits = findings.filter((finding) => finding.kind === 'edit');
  const changes = edits.flatMap((edit) => edit.changes);
  const body = keepDefaults(recovered.received, dropStrayRollingUpdate(deployment, recovered.evidence), changes);
  return finish(recovered, body, recordOf(recovered, changes));
}

/** The object that the audit mode leaves: as received, less what collides. */
export function audited(recovered: Recovered): Deployment {
  const { received, record, ours, evidence } = recovered;
  const colliding = collisions(received, ours).map(({ path }) => path);
  const withdrawn = withProbeNumbers(ours, colliding);
  const kept = ours.filter((path) => !withdrawn.includes(path));
  const body = dropStrayRollingUpdate(takeOut(received, record, withdrawn), evidence);
  return finish(recovered, body, only(record, kept));
}

/** Where the author's template is the stored one, it stays as it is stored, with our fields in it: any other would roll the pods. */
function freeze(
  { stored, frozen }: Recovered,
  body: Deployment,
  record: InjectionRecord,
): [Deployment, InjectionRecord] {
  if (!frozen || stored === undefined) return [body, record];
  const inside = only(stored.record, stored.ours.filter(inTemplate));
  const outside = only(
    record,
    Object.keys(record.set).filter((path) => !inTemplate(path)),
  );
  return [{ ...body, spec: { ...body.spec, template: stored.object.spec.template } }, merge(inside, outside)];
}

/** With a probe's handler go the numbers that we wrote beside it. */
function withProbeNumbers(ours: readonly string[], colliding: readonly string[]): readonly string[] {
  const probes = colliding
    .filter((path) => path.includes('.readinessProbe.'))
    .map((path) => path.slice(0, path.lastIndexOf('.') + 1));
  return ours.filter((path) => colliding.includes(path) || probes.some((probe) => path.startsWith(probe)));
}

function recordOf({ author, written }: Recovered, changes: readonly Change[]): InjectionRecord {
  const set: Record<string, Json> = {};
  const was: Record<string, Json> = {};
  for (const { path, value } of changes) {
    set[path] = value;
    if (written(path)) was[path] = getAt(author, path) ?? apiDefault(path) ?? null;
  }
  return { set, was };
}

/** `body` with its record, checked against what the API server would refuse. */
function finish(recovered: Recovered, planned: Deployment, planRecord: InjectionRecord): Deployment {
  const { received, stored } = recovered;
  const [body, record] = freeze(recovered, planned, planRecord);
  const changed = !equal(received, body);
  if (changed) refuseNewViolations(recovered, body);
  // A changed annotation bumps the generation, so the record is written only where something else does that too: our patch,
  // or a client that dropped the annotation or brought back an older one.
  const settled = stored !== undefined && annotationOf(received) === annotationOf(stored.object);
  return changed || !settled ? withAnnotation(body, formatRecord(record)) : body;
}

function withAnnotation(document: Deployment, text: string | undefined): Deployment {
  const path = `metadata.annotations[${recordAnnotation}]`;
  if (annotationOf(document) === text) return document;
  return text === undefined ? removeAt(document, path) : setAt(document, path, text);
}

/** @throws for a bug of ours. What the author wrote wrong is for the API server to say, in its own words. */
function refuseNewViolations({ author }: Recovered, body: Deployment): void {
  const found = violations(body);
  if (found.length === 0) return;
  const authors = new Set(violations(author).map(({ path }) => path));
  const ours = found.find(({ path }) => !authors.has(path));
  if (ours !== undefined) throw new Error(`the planned object would be refused: ${ours.path}: ${ours.message}`);
}
