// The names that the API server accepts: each function says what is allowed where a name is not.

import {
  isContainerName,
  isLabelKey,
  isLabelValue,
  isObjectName,
  isPortName,
} from '../../../policy/validation/names.ts';

export function dnsLabel(name: string): string | undefined {
  if (isContainerName(name)) return undefined;
  return 'a name of lower-case letters, digits and hyphens, with a letter or digit first and last, at most 63 characters';
}

export function dnsSubdomain(name: string): string | undefined {
  if (isObjectName(name)) return undefined;
  return 'a name of lower-case letters, digits, hyphens and dots, with a letter or digit first and last in each part, at most 253 characters';
}

/** The name of a container's port. */
export function portName(name: string): string | undefined {
  if (isPortName(name)) return undefined;
  return 'a name of lower-case letters, digits and single hyphens, with at least one letter, at most 15 characters';
}

/** The key of a label, or of an annotation in lower case. */
export function labelKeyFormat(key: string): string | undefined {
  if (isLabelKey(key)) return undefined;
  return 'a name of at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit first and last, after an optional domain and a slash';
}

export function labelValueFormat(value: string): string | undefined {
  if (isLabelValue(value)) return undefined;
  return 'at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit first and last';
}
