// How near the end of a certificate is.

import { count } from '../../text/count.ts';
import type { Remark } from './check.ts';

const dayMs = 86_400_000;
/** hitless renews its own certificate with a third of 90 days left, and its authority with years. As the chart's alert. */
const alarmingDays = { certificate: 7, authority: 30 } as const;

export interface Expiry {
  readonly title: string;
  readonly what: keyof typeof alarmingDays;
  /** undefined: not known, or there is none. */
  readonly notAfter: Date | undefined;
  readonly now: Date;
}

export function expiryRemarks({ title, what, notAfter, now }: Expiry): readonly Remark[] {
  if (notAfter === undefined) return [];
  const leftMs = notAfter.getTime() - now.getTime();
  const action = 'the log of the pods, or of cert-manager, says why it was not renewed';
  if (leftMs <= 0)
    return [{ severity: 'error', message: `the ${what} of ${title} has expired: every call fails`, action }];
  const days = Math.floor(leftMs / dayMs);
  if (days >= alarmingDays[what]) return [];
  return [{ severity: 'warning', message: `the ${what} of ${title} expires in ${count(days, 'day')}`, action }];
}
