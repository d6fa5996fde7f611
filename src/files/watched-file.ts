// A file that is read again when it changes; if it is unusable, the last good contents stay in use.

import { readFile } from 'node:fs/promises';
import { fingerprint, poll } from './poll.ts';
import { reasonOf } from './reason.ts';

export interface WatchedFile<T> {
  readonly current: () => T;
  /** The listener gets every later attempt, good or not. */
  readonly subscribe: (listener: (report: FileEvent<T>) => void) => void;
  readonly stop: () => void;
}

/** kept: the new contents are unusable, so the previous ones stay. */
export type FileEvent<T> =
  | { readonly kind: 'loaded'; readonly value: T }
  | { readonly kind: 'kept'; readonly reason: string };

export interface WatchedFileOptions<T> {
  /** `the client authorities of --tls-client-ca`, for messages. */
  readonly what: string;
  /** Throws a phrase that says what is wrong with the text. */
  readonly read: (text: string) => T;
  readonly everyMs?: number;
}

/** @throws Error with a sentence when the file is unusable at the start. */
export async function watchFile<T>(
  file: string,
  { what, read, everyMs = 1000 }: WatchedFileOptions<T>,
): Promise<WatchedFile<T>> {
  const state = () => fingerprint(file);
  const load = async (): Promise<T> => {
    try {
      return read(await readFile(file, 'utf8'));
    } catch (error) {
      throw new Error(`${what}, ${file}, cannot be used: ${reasonOf(error)}`, { cause: error });
    }
  };
  const seen = await state();
  let value: T = await load();
  const listeners = new Set<(report: FileEvent<T>) => void>();
  const changed = async () => {
    const report = await attempt<T>(load);
    if (report.kind === 'loaded') value = report.value;
    for (const listener of listeners) listener(report);
  };
  const { stop } = poll(seen, { state, changed, everyMs });
  return { current: () => value, subscribe: (listener) => void listeners.add(listener), stop };
}

function attempt<T>(load: () => Promise<T>): Promise<FileEvent<T>> {
  return load().then(
    (value) => ({ kind: 'loaded', value }),
    (error: Error) => ({ kind: 'kept', reason: error.message }),
  );
}
