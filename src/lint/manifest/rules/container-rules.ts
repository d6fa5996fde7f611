// What the API server refuses in a container beyond single fields: probes, hooks, ports and mounts.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, 1.37.

import { handlersOf, hookHandlers, probeHandlers } from '../../../workload/api-defaults.ts';
import { objectsAt } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type ManifestError } from '../mistake.ts';
import { doubled } from './doubled.ts';

const rules: Readonly<Record<string, (visit: Visit) => readonly ManifestError[]>> = {
  Container: (visit) => [...ports(visit), ...mounts(visit), ...ofPlainInitContainer(visit)],
  Probe: (visit) => [...exactlyOne(probeHandlers, visit), ...ofItsKind(visit)],
  LifecycleHandler: (visit) => exactlyOne(hookHandlers, visit),
};

export function containerErrors(visit: Visit): readonly ManifestError[] {
  return rules[visit.type]?.(visit) ?? [];
}

function exactlyOne(names: readonly string[], { value, keys, title }: Visit): readonly ManifestError[] {
  const found = handlersOf(names, value);
  if (found.length === 1) return [];
  const what = found.length === 0 ? 'no handler' : `${found.length} handlers (${found.join(', ')})`;
  const message = `${title} has ${what}, but the API server requires exactly one`;
  return [{ keys, message, ...(found.length === 0 && { missing: names }) }];
}

/** Numbers that have a sense in one kind of probe only. */
function ofItsKind({ value, keys, title }: Visit): readonly ManifestError[] {
  const { successThreshold = 1, terminationGracePeriodSeconds } = value;
  const isReadiness = keys.at(-1) === 'readinessProbe';
  // 0 becomes the default.
  if (!isReadiness && successThreshold !== 1 && successThreshold !== 0)
    return [
      refusal(
        [...keys, 'successThreshold'],
        `must be 1 in ${title}, found ${successThreshold}: one success is enough there`,
      ),
    ];
  if (!isReadiness || terminationGracePeriodSeconds === undefined) return [];
  return [
    refusal(
      [...keys, 'terminationGracePeriodSeconds'],
      `is not allowed in ${title}: a readinessProbe ends nothing. Move it into the livenessProbe, or into the spec of the pods`,
    ),
  ];
}

function refusal(keys: ManifestError['keys'], what: string): ManifestError {
  return { keys, message: `${dottedPath(keys)} ${what}` };
}

function ports({ keys, value, title }: Visit): readonly ManifestError[] {
  const named = objectsAt(value, 'ports').map(({ name }) => (name === '' ? undefined : name));
  return doubled(
    [...keys, 'ports'],
    'name',
    named,
    (name) => `two ports of ${title} are named ${name}: names must be unique`,
  );
}

function mounts({ keys, value, title }: Visit): readonly ManifestError[] {
  const paths = objectsAt(value, 'volumeMounts').map(({ mountPath }) => mountPath);
  return doubled(
    [...keys, 'volumeMounts'],
    'mountPath',
    paths,
    (path) => `${title} mounts two volumes at ${path}: paths must be unique`,
  );
}

const ofServing = ['lifecycle', 'readinessProbe', 'livenessProbe', 'startupProbe'];

/** An init container that ends before the others start has nothing to be probed. */
function ofPlainInitContainer({ keys, value, title }: Visit): readonly ManifestError[] {
  if (keys.at(-2) !== 'initContainers' || value.restartPolicy === 'Always') return [];
  return ofServing
    .filter((field) => value[field] !== undefined)
    .map((field) => {
      const path = [...keys, field];
      const message = `${dottedPath(path)} is not allowed: ${title} ends before the pod starts. Remove it, or write restartPolicy Always for a sidecar`;
      return { keys: path, message, follows: [[...keys, 'restartPolicy']] };
    });
}
