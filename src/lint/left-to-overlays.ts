// Findings about fields that an overlay sets are left to it: written into the base as well, a probe, a hook, a strategy or a sleep can
// contradict what the overlay adds, and the API server refuses the two together.

import type { Assessment } from '../admission/assess.ts';
import type { OverlaidField } from '../kustomize/overlays.ts';
import { type Edit, type Finding, type Report, report } from '../rules/finding.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';

export interface Left {
  readonly assessment: Assessment;
  /** The findings in place of what is left to overlays. */
  readonly left: ReadonlySet<Finding>;
}

/** `assessment` without edits and errors about `fields`: each becomes a note that names the overlay. */
export function leaveToOverlays(kind: WorkloadKind, assessment: Assessment, fields: readonly OverlaidField[]): Left {
  const left = new Set<Finding>();
  const given = new Set<unknown>();
  if (fields.length === 0) return { assessment, left };
  const findings = assessment.findings.map((finding) => {
    const field = finding.kind === 'fine' ? undefined : overlaidBy(kind, finding, fields);
    if (field === undefined || finding.kind === 'fine') return finding;
    if (finding.kind === 'edit') for (const change of finding.changes) given.add(change);
    const note = noteOf(finding, field, kind.kind);
    left.add(note);
    return note;
  });
  return {
    assessment: { ...assessment, findings, changes: assessment.changes.filter((one) => !given.has(one)) },
    left,
  };
}

function noteOf(finding: Edit | Report, { path, place }: OverlaidField, kind: string): Report {
  const field = path === '' ? `the whole ${kind}` : path;
  const message = `left to the overlay at ${place}, which sets ${field}; for this file alone: ${finding.message}`;
  return report(finding.rule, 'note', { path: finding.path, message });
}

/** The message of such a note, wherever the overlay is. */
export function withoutOverlayPlace(message: string): string {
  return message.replace(/^left to the overlay at .*?, which sets /, 'left to the overlay, which sets ');
}

function overlaidBy(kind: WorkloadKind, finding: Edit | Report, fields: readonly OverlaidField[]) {
  const paths = finding.kind === 'edit' ? finding.changes.map(({ path }) => path) : [aboutField(kind, finding)];
  const concerned = paths.flatMap((path) => dependencies(kind, path));
  return fields.find(({ path }) =>
    concerned.some((one) => isWithin(one, path) || (isField(one) && isWithin(path, one))),
  );
}

/** A container or a whole spec is not one field: that an overlay sets something in it says nothing about the finding. */
function isField(path: string): boolean {
  return !/(?:^|\.)spec$|\]$/.test(path);
}

/** The field that a report is about; its path can be that of the container in which there is none. */
function aboutField(kind: WorkloadKind, { rule, path }: Report): string {
  const grace = `${kind.template}.spec.terminationGracePeriodSeconds`;
  if (rule === 'termination-grace-period') return grace;
  if (rule === 'rolling-update') return kind.strategy?.path ?? path;
  if (!path.endsWith(']')) return path;
  const inContainer: Readonly<Record<string, string>> = {
    'readiness-probe': 'readinessProbe',
    'pre-stop-sleep': 'lifecycle',
  };
  const field = Object.hasOwn(inContainer, rule) ? inContainer[rule] : undefined;
  return field === undefined ? path : `${path}.${field}`;
}

/** The fields with which a value at `path` has to agree. */
function dependencies(kind: WorkloadKind, path: string): readonly string[] {
  const { strategy, minReadySeconds, progressDeadlineSeconds, template } = kind;
  const grace = `${template}.spec.terminationGracePeriodSeconds`;
  if (strategy !== undefined && isWithin(path, strategy.path)) return [strategy.path];
  if (path === minReadySeconds?.path) return [path, ...(progressDeadlineSeconds ? [progressDeadlineSeconds.path] : [])];
  if (!path.startsWith(`${kind.containers}[`)) return [path];
  const container = path.slice(0, path.indexOf(']') + 1);
  const inside = path.slice(container.length);
  // A probe follows from the liveness probe, or from a port.
  if (inside.startsWith('.readinessProbe'))
    return ['readinessProbe', 'livenessProbe', 'ports'].map((field) => `${container}.${field}`);
  return inside.startsWith('.lifecycle') ? [`${container}.lifecycle.preStop`, grace] : [path];
}

/** True for a field itself, and for what is below it. */
function isWithin(path: string, field: string): boolean {
  return field === '' || path === field || (path.startsWith(field) && /^[.[]/.test(path.slice(field.length)));
}
