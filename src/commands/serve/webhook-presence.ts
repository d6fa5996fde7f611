// What log and metrics say about the presence of the webhook configuration: a line when it goes, and one when it is back.

import type { WebhookPresence } from '../../cluster/certificates/webhook-presence.ts';
import type { Out } from './out.ts';

export function presenceReporter(configuration: string, { log, metrics }: Out): (presence: WebhookPresence) => void {
  let before = '';
  return (presence) => {
    const { kind, ...fields } = presence;
    metrics.webhookConfiguration(kind === 'unknown' ? undefined : kind === 'present');
    const now = JSON.stringify(kind === 'unknown' ? kind : presence);
    const isFirst = before === '';
    if (now === before) return;
    before = now;
    // Present from the start is how it should be.
    if (kind !== 'present' || !isFirst) log[levels[kind]]({ configuration, ...fields }, messages[kind]);
  };
}

const levels = { present: 'info', missing: 'error', unknown: 'warn' } as const;

const messages: Readonly<Record<WebhookPresence['kind'], string>> = {
  present: 'the webhook configuration has all of its entries again',
  missing: 'the webhook configuration is missing or lacks entries, API servers do not call hitless',
  unknown:
    'the webhook configuration may not be read, so its disappearance would go unnoticed: allow get and watch in the ClusterRole',
};
