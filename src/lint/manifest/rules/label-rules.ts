// Labels, annotations and selectors that the API server refuses.

import { describe } from '../../../workload/field-types.ts';
import { isObject, type JsonObject } from '../../../workload/json.ts';
import type { Visit } from '../decode.ts';
import { dottedPath, type ManifestError, shortened } from '../mistake.ts';
import { labelKeyFormat, labelValueFormat } from './names.ts';

const labelMaps: Readonly<Record<string, readonly string[]>> = {
  ObjectMeta: ['labels'],
  LabelSelector: ['matchLabels'],
  PodSpec: ['nodeSelector'],
};

export function labelErrors(visit: Visit): readonly ManifestError[] {
  return [
    ...(labelMaps[visit.type] ?? []).flatMap((field) => labels(visit, field)),
    ...(visit.type === 'ObjectMeta' ? annotations(visit) : []),
    ...(visit.type === 'LabelSelectorRequirement' ? values(visit) : []),
  ];
}

function labels({ keys, value }: Visit, field: string): readonly ManifestError[] {
  return Object.entries(mapAt(value, field)).flatMap(([key, text]) => {
    const path = [...keys, field, key];
    return [
      ...wrongName(path, `the key ${shortened(key)} in ${dottedPath([...keys, field])}`, labelKeyFormat(key)),
      ...wrongName(
        path,
        `${dottedPath([...keys, field])}[${shortened(key)}]`,
        labelValueFormat(`${text}`),
        `, found ${describe(text ?? '')}`,
      ),
    ];
  });
}

// Across all keys and values.
const mostAnnotationBytes = 256 * 1024;

function annotations({ keys, value }: Visit): readonly ManifestError[] {
  const entries = Object.entries(mapAt(value, 'annotations'));
  const at = [...keys, 'annotations'];
  const size = entries.reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(`${text}`), 0);
  const tooLong = `${dottedPath(at)} has ${size} bytes, but the API server allows ${mostAnnotationBytes}`;
  return [
    ...(size > mostAnnotationBytes ? [{ keys: at, message: tooLong }] : []),
    ...entries.flatMap(([key]) => {
      return wrongName(
        [...at, key],
        `the key ${shortened(key)} in ${dottedPath(at)}`,
        labelKeyFormat(key.toLowerCase()),
      );
    }),
  ];
}

function wrongName(
  keys: ManifestError['keys'],
  what: string,
  allowed: string | undefined,
  found = '',
): readonly ManifestError[] {
  return allowed === undefined ? [] : [{ keys, message: `${what} must be ${allowed}${found}` }];
}

function values({ keys, value, title }: Visit): readonly ManifestError[] {
  const { operator, values: list } = value;
  const given = Array.isArray(list) ? list : [];
  const at = [...keys, 'values'];
  if ((operator === 'In' || operator === 'NotIn') && given.length === 0)
    return [{ keys, message: `${title} has no values, but operator ${operator} requires them`, missing: ['values'] }];
  if ((operator === 'Exists' || operator === 'DoesNotExist') && given.length > 0)
    return [{ keys: at, message: `${dottedPath(at)} is not allowed beside operator ${operator}` }];
  return given.flatMap((text, i) =>
    wrongName([...at, i], dottedPath([...at, i]), labelValueFormat(`${text}`), `, found ${describe(text)}`),
  );
}

function mapAt(value: JsonObject, field: string): JsonObject {
  const map = value[field];
  return isObject(map) ? map : {};
}
