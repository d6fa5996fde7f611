// When an object was last changed, as far as it tells: by its creation and by the times of its managedFields.

import type { JsonObject } from './json.ts';
import { managedFieldsOf } from './managed-fields.ts';

/** The metadata of a stored object, which the API server has validated. */
export interface TimedMetadata {
  readonly creationTimestamp?: string;
  readonly generation?: number;
  readonly managedFields?: readonly JsonObject[];
}

/** In milliseconds since 1970; undefined where it is not known. */
export function createdAt({ creationTimestamp }: TimedMetadata): number | undefined {
  return momentOf(creationTimestamp);
}

/**
 * The last moment at which one of its managers changed the object itself, which its status and its scale are not. It is not known of an
 * object whose managedFields were removed, nor when a manager only removed what was its last field.
 */
export function changedAt(metadata: TimedMetadata): number | undefined {
  const created = createdAt(metadata);
  const times = managedFieldsOf(metadata)
    .filter(({ subresource }) => subresource === undefined)
    .map(({ time }) => momentOf(time));
  if (created === undefined || times.length === 0 || times.includes(undefined)) return undefined;
  return Math.max(created, ...(times as number[]));
}

/** The same of its specification alone, for kinds that count their generations. */
export function specChangedAt(metadata: TimedMetadata): number | undefined {
  return metadata.generation === 1 ? createdAt(metadata) : changedAt(metadata);
}

function momentOf(time: unknown): number | undefined {
  const moment = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}
