// What the object should become: under enforce the author's document with the plan in it, under audit the object as received,
// after an opt-out the author's document. All without past injections that collide with what the author wrote.

import type { Change } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import { apiDefault } from '../workload/api-defaults.ts';
import { type InjectionRecord, merge, only } from '../workload/injection-record.ts';
import { ourPaths, takeOut } from '../workload/injections.ts';
import { equal, type Json } from '../workload/json.ts';
import { getAt, setAll, setAt } from '../workload/path.ts';
import { violations } from '../workload/violations.ts';
import type { Workload } from '../workload/workload.ts';
import type { Recovered } from './author-document.ts';
import { collisions, dropStrayRollingUpdate } from './collisions.ts';
import { keepDefaults } from './keep-defaults.ts';
import { isSettled, withRecord } from './write-record.ts';

/** The object that the enforce mode wants. */
export function enforced(recovered: Recovered, { changes, workload }: Plan): Workload {
  const body = keepDefaults(
    recovered.received,
    dropStrayRollingUpdate(recovered.kind, workload, recovered.evidence),
    changes,
  );
  const record = recordOf(recovered, changes);
  const probes = changes.some(({ path }) => path.includes('.readinessProbe.'));
  // A handler beside numbers of the author's own is his from now on: without it his probe would be refused.
  return finish(recovered, body, probes ? only(record, ourPaths(body, record)) : record);
}

/** The object that the audit mode leaves: as received, less what collides. */
export function audited(recovered: Recovered): Workload {
  const { kind, received, ours, strays } = recovered;
  const withdrawn = withProbeNumbers(ours, new Set(collisions(kind, received, ours).map(({ path }) => path)));
  return without(recovered, new Set([...withdrawn, ...strays]));
}

/** The object that an opt-out leaves: nothing of ours, but in a template that nobody changed, where taking it out would roll the pods. */
export function optedOut(recovered: Recovered): Workload {
  const { kind, ours, frozen } = recovered;
  return without(recovered, new Set(ours.filter((path) => !frozen || !kind.inTemplate(path))));
}

/** The object received without what is ours at the paths of `gone`, and without our members of handlers that are the author's now. */
function without(recovered: Recovered, gone: ReadonlySet<string>): Workload {
  const { kind, received, record, ours, leftovers, evidence } = recovered;
  const rest = setAll(takeOut(kind, received, { record, paths: [...gone] }), leftovers);
  const kept = ours.filter((path) => !gone.has(path));
  return finish(recovered, dropStrayRollingUpdate(kind, rest, evidence), only(record, kept));
}

/** Where the author's template is the stored one, it stays as it is stored, with our fields in it: any other would roll the pods. */
function freeze(
  { kind, stored, frozenRecord }: Recovered,
  body: Workload,
  record: InjectionRecord,
): [Workload, InjectionRecord] {
  if (frozenRecord === undefined || stored === undefined) return [body, record];
  const outside = only(
    record,
    Object.keys(record.set).filter((path) => !kind.inTemplate(path)),
  );
  return [setAt(body, kind.template, kind.templateOf(stored.object)), merge(frozenRecord, outside)];
}

/** With a probe's handler go the numbers that we wrote beside it. */
function withProbeNumbers(ours: readonly string[], colliding: ReadonlySet<string>): readonly string[] {
  const probeOf = (path: string) => /^.*\.readinessProbe(?=\.\w+$)/.exec(path)?.[0];
  const probes = new Set([...colliding].map(probeOf));
  probes.delete(undefined);
  return ours.filter((path) => colliding.has(path) || probes.has(probeOf(path)));
}

function recordOf({ kind, author, written }: Recovered, changes: readonly Change[]): InjectionRecord {
  const set: Record<string, Json> = {};
  const was: Record<string, Json> = {};
  for (const { path, value } of changes) {
    set[path] = value;
    if (written(path)) was[path] = getAt(author, path) ?? apiDefault(kind, path) ?? null;
  }
  return { set, was };
}

/** `body` with its record, checked against what the API server would refuse. */
function finish(recovered: Recovered, planned: Workload, planRecord: InjectionRecord): Workload {
  const { received } = recovered;
  const [body, record] = freeze(recovered, planned, planRecord);
  const changed = !equal(received, body);
  if (changed && breaksWhatWasSent(recovered, body)) return received;
  return !changed && isSettled(recovered, record) ? body : withRecord(recovered, body, record);
}

/**
 * True when `body` would be refused where the object as sent would not, because the author's own document is at fault: then what
 * we wrote earlier has been holding it up, and stays. @throws for a violation that only our plan brings in: a bug.
 */
function breaksWhatWasSent({ kind, author, received }: Recovered, body: Workload): boolean {
  const found = violations(kind, body);
  if (found.length === 0) return false;
  const sent = new Set(violations(kind, received).map(({ path }) => path));
  const authors = new Set(violations(kind, author).map(({ path }) => path));
  const brought = found.filter(({ path }) => !sent.has(path));
  const ours = brought.find(({ path }) => !authors.has(path));
  if (ours !== undefined) throw new Error(`the planned object would be refused: ${ours.path}: ${ours.message}`);
  return brought.length > 0;
}
