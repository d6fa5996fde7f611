// Short words for telling a history.

import type { History, Step, Write } from './steps.ts';

export const tcp = { tcpSocket: { port: 8080 } };
export const https = {
  httpGet: { path: '/live', port: 8443, scheme: 'HTTPS', httpHeaders: [{ name: 'X', value: 'y' }] },
};
export const sleep = (seconds: number) => ({ preStop: { sleep: { seconds } } });
export const exec = { preStop: { exec: { command: ['/quit'] } } };
export const nothing = undefined;

export const off = { action: 'off' };
export const fill15 = { preStopSleep: { action: 'fill', seconds: 15 } };
export const enforce15 = { preStopSleep: { action: 'enforce', seconds: 15 } };
export const exec15 = { preStopSleep: { action: 'fill', seconds: 15, mechanism: 'exec' } };
export const minReady = (action: string, seconds: number) => ({ minReadySeconds: { action, seconds } });
export const allOff = { readinessProbe: off, preStopSleep: off, rollingUpdate: off };

export const step = (write: Write, settings: Step['settings'] = {}): Step => ({ write, settings });
export const apply = (
  change: object,
  settings?: Step['settings'],
  by?: 'client-side' | 'server-side' | 'helm' | 'put',
) => step({ kind: 'apply', change, ...(by && { by }) }, settings);
export const ops = (change: object, settings?: Step['settings']) => step({ kind: 'ops', change }, settings);
export const edit = (change: object, settings?: Step['settings']) => step({ kind: 'edit', change }, settings);
export const annotate = (mode: string | null) => step({ kind: 'annotate', mode });
export const undo = (to = 0, settings?: Step['settings']) => step({ kind: 'undo', to }, settings);
export const forget = (settings?: Step['settings']) => step({ kind: 'forget' }, settings);
export const restart = (settings?: Step['settings']) => step({ kind: 'restart' }, settings);
export const away = { away: true };

export const told = (
  author: History['author'],
  first: History['first'],
  policy: object | undefined,
  steps: readonly Step[],
  neighbours: History['neighbours'] = [],
): History => ({ author, first, settings: { mode: 'enforce', ...(policy && { policy }) }, neighbours, steps });
