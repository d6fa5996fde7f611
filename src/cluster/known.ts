// What was read of the cluster, or that it may not be read.

import { ApiError } from './client/api.ts';

/** Something that may be forbidden to read. */
export type Known<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly why: string };

export function known<T>(value: T): Known<T> {
  return { kind: 'known', value };
}

/** The value, or undefined where it may not be read. */
export function knownValue<T>(found: Known<T>): T | undefined {
  return found.kind === 'known' ? found.value : undefined;
}

/** Asks for something, and may answer that it is unknown. `permission` as in `list pods in namespace shop`. */
export type Guard = <T>(permission: string, ask: () => Promise<T>) => Promise<Known<T>>;

/** A Guard. @throws ApiError for any other refusal */
export async function ifAllowed<T>(permission: string, ask: () => Promise<T>): Promise<Known<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 403) throw error;
    return { kind: 'unknown', why: `no permission to ${permission}` };
  }
}

/** undefined where there is no such object. @throws ApiError for any other refusal */
export async function ifPresent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
    return undefined;
  }
}

/** What is said of each of these that may not be read. */
export function unknownOf(...all: readonly Known<unknown>[]): readonly string[] {
  return [...new Set(all.flatMap((one) => (one.kind === 'unknown' ? [one.why] : [])))];
}

const mostNames = 10;

/** `a, b and c`, or the first ten and how many more. */
export function namesOf(names: readonly string[]): string {
  const first = names.slice(0, mostNames).join(', ');
  return names.length > mostNames ? `${first} and ${names.length - mostNames} more` : first;
}
