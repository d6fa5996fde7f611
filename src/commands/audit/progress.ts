// How far the audit of several clusters is, for somebody who waits at a terminal.

import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { ClustersTask } from './audit-clusters.ts';

export function showClusters({ progress, quiet }: Terminal): ClustersTask['onProgress'] {
  if (progress === undefined || quiet) return () => undefined;
  return ({ done, failed, all, reading }) => {
    const without = failed === 0 ? '' : `, ${number(failed)} without success`;
    const now = reading.length === 0 ? '' : `: reading ${reading.join(', ')}`;
    progress(visible(`hitless audit: ${number(done)} of ${count(all, 'cluster')} done${without}${now}`));
  };
}
