// Where the workloads were looked at.

import { count } from '../../text/count.ts';
import type { Scan } from './scan.ts';

export function placesOf({ namespaces }: Scan): string {
  if (namespaces === undefined) return 'in all namespaces';
  return `in ${count(namespaces, 'namespace')} with the label, whatever its value (--all-namespaces looks at all)`;
}
