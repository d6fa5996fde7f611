// The API server's validation rules that our fields can violate: they are checked after mutation, and a violation refuses the
// user's request whatever the failurePolicy. Source: kubernetes/kubernetes pkg/apis/{apps,core}/validation/validation.go.
// Every decision asks for them. What else the API server refuses in a manifest is read offline: lint/manifest.

import { graceSeconds, handlersOf, hookHandlers, probeHandlers } from './api-defaults.ts';
import type { Violation, WorkloadKind } from './kinds/kind.ts';
import type { Container, Workload } from './workload.ts';

export function violations(kind: WorkloadKind, workload: Workload): readonly Violation[] {
  const template = kind.templateOf(workload);
  const grace = graceSeconds(template);
  return [
    ...kind.violations(workload),
    ...template.spec.containers.flatMap((container) => hooks(container, kind.containerPath(container.name), grace)),
  ];
}

function hooks({ lifecycle, readinessProbe }: Container, path: string, grace: number): readonly Violation[] {
  const preStop = lifecycle?.preStop;
  const seconds = preStop?.sleep?.seconds ?? 0;
  const tooLong = seconds > grace || seconds < 0;
  return [
    ...exactlyOne(`${path}.lifecycle.preStop`, preStop && handlersOf(hookHandlers, preStop)),
    ...exactlyOne(`${path}.readinessProbe`, readinessProbe && handlersOf(probeHandlers, readinessProbe)),
    ...(tooLong
      ? [
          {
            path: `${path}.lifecycle.preStop.sleep`,
            message: `a sleep of ${seconds} s is longer than the grace period of ${grace} s`,
          },
        ]
      : []),
  ];
}

function exactlyOne(path: string, handlers: readonly string[] | undefined): readonly Violation[] {
  if (handlers === undefined || handlers.length === 1) return [];
  const found = handlers.length === 0 ? 'no handler' : `${handlers.length} handlers (${handlers.join(', ')})`;
  return [{ path, message: `${found}, but exactly one is allowed` }];
}
