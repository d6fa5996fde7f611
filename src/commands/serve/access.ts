// Access to `hitless serve` and its metrics: the authorities of client certificates, and the token, each in a file.

import { readClientCa } from '../../certificates/client-ca.ts';
import { type FileEvent, type WatchedFile, type WatchedFileOptions, watchFile } from '../../files/watched-file.ts';
import type { WebhookServer } from '../../server/server.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Out } from './out.ts';

export interface AccessFiles {
  readonly clientCa: WatchedFile<string> | undefined;
  readonly metricsToken: WatchedFile<string> | undefined;
  readonly stop: () => void;
}

/** @throws Error with a sentence when one of the two is set and cannot be used. */
export async function openAccess({ tlsClientCa, metricsTokenFile }: Settings): Promise<AccessFiles> {
  const opened = await Promise.allSettled([
    open(tlsClientCa, { what: 'the authorities of --tls-client-ca', read: readClientCa }),
    open(metricsTokenFile, { what: 'the token of --metrics-token-file', read: readToken }),
  ]);
  const mistakes = opened.flatMap((part) => (part.status === 'rejected' ? [part.reason.message] : []));
  if (mistakes.length > 0) throw new Error(mistakes.join('; '));
  const [clientCa, metricsToken] = opened.map((part) => (part.status === 'fulfilled' ? part.value : undefined));
  const stop = () => {
    clientCa?.stop();
    metricsToken?.stop();
  };
  return { clientCa, metricsToken, stop };
}

async function open(
  file: string | undefined,
  reading: WatchedFileOptions<string>,
): Promise<WatchedFile<string> | undefined> {
  return file === undefined ? undefined : watchFile(file, reading);
}

/** Updates the server, the log and the metrics when one of the files changes. */
export function followAccess({ clientCa, metricsToken }: AccessFiles, server: WebhookServer, out: Out): void {
  clientCa?.subscribe((report) => {
    if (report.kind === 'loaded') server.swapClientCa(report.value);
    onEvent('client_ca', report, out);
  });
  metricsToken?.subscribe((report) => onEvent('metrics_token', report, out));
}

function onEvent(file: 'client_ca' | 'metrics_token', report: FileEvent<string>, { log, metrics }: Out): void {
  metrics.accessReload(file, report.kind);
  if (report.kind === 'loaded') log.info({ file }, 'access file reloaded, the new contents are in effect');
  else
    log.error({ file, reason: report.reason }, 'an access file cannot be used, the previous contents stay in effect');
}

// Only what a header can carry.
function readToken(text: string): string {
  const token = text.trim();
  if (!/^[!-~]+$/.test(token)) throw new Error('it must be one line of printable characters without spaces');
  return token;
}
