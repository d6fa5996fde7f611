// Whether a write that failed says something about that object, or about all of them.

import type { ApiError } from './api.ts';

/** A missing permission or an API server that is too busy is not a matter of one object; an answer of a webhook is. */
export function concernsAll({ code, message }: ApiError): boolean {
  return [401, 429, 503].includes(code) || (code === 403 && /\bcannot \w+ resource\b/.test(message));
}
