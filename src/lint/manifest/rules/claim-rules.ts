// What the API server refuses in the claims that a StatefulSet makes for its pods.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, 1.37.

import { describe } from '../../../workload/field-types.ts';
import { type Json, objectAt } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type ManifestError, shortened } from '../mistake.ts';
import { dnsLabel } from './names.ts';
import { amountOf } from './resource-rules.ts';

const rules: Readonly<Record<string, (visit: Visit) => readonly ManifestError[]>> = {
  PersistentVolumeClaim: name,
  PersistentVolumeClaimSpec: (visit) => [...accessModes(visit), ...storage(visit)],
};

export function claimErrors(visit: Visit): readonly ManifestError[] {
  return rules[visit.type]?.(visit) ?? [];
}

/** It becomes the name of a volume. */
function name({ keys, value, title }: Visit): readonly ManifestError[] {
  const metadata = [...keys, 'metadata'];
  const found = objectAt(value, 'metadata').name ?? '';
  if (found === '')
    return [{ keys, message: `${title} has no name: the API server requires it`, missing: ['name', 'metadata'] }];
  const allowed = dnsLabel(`${found}`);
  if (allowed === undefined) return [];
  const path = [...metadata, 'name'];
  return [{ keys: path, message: `${dottedPath(path)} must be ${allowed}, found ${describe(found)}` }];
}

const onePod = 'ReadWriteOncePod';
const modes: readonly Json[] = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', onePod];

function accessModes({ keys, value }: Visit): readonly ManifestError[] {
  const found = Array.isArray(value.accessModes) ? (value.accessModes as Json[]) : [];
  const path = [...keys, 'accessModes'];
  const unknown = found.find((mode) => !modes.includes(mode));
  if (unknown !== undefined) {
    const at = [...path, found.indexOf(unknown)];
    return [{ keys: at, message: `${dottedPath(at)} must be one of ${modes.join(', ')}, found ${describe(unknown)}` }];
  }
  if (!found.includes(onePod) || found.every((mode) => mode === onePod)) return [];
  return [{ keys: path, message: `${dottedPath(path)}: ReadWriteOncePod is not allowed beside other modes` }];
}

function storage({ keys, value, title }: Visit): readonly ManifestError[] {
  const found = objectAt(objectAt(value, 'resources'), 'requests').storage;
  const path = [...keys, 'resources', 'requests', 'storage'];
  if (found === undefined)
    return [
      {
        keys,
        message: `${title} has no resources.requests.storage: the API server requires it`,
        missing: ['storage', 'requests', 'resources'],
      },
    ];
  if (amountOf(found) > 0) return [];
  return [{ keys: path, message: `${dottedPath(path)} must be more than 0, found ${shortened(describe(found))}` }];
}
