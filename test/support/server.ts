// The server's routes with everything around them given: calls go in by injection, log lines come out as objects.

import { readFileSync } from 'node:fs';
import type { Decision } from '../../src/admission/decision.ts';
import { type AppOptions, buildApp } from '../../src/server/app.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createCallTraffic } from '../../src/server/traffic.ts';

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export function complies(uid: string): Decision {
  return { response: { uid, allowed: true }, decision: 'complies', reason: 'nothing to patch', findings: [] };
}

/** A server that agrees with everything, unless told otherwise. */
export function givenServer(options: Partial<AppOptions> = {}) {
  const lines: Line[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const traffic = createCallTraffic();
  const metrics = createMetrics('0.0.0-test');
  const app = buildApp({
    admit: ({ uid }) => complies(uid),
    cap: 'enforce',
    metrics,
    log,
    traffic,
    overload: { check: () => undefined, stop: () => undefined },
    unready: () => [],
    draining: () => false,
    bodies: { oneBytes: 20 * 1024 * 1024, allBytes: 64 * 1024 * 1024 },
    ...options,
  });
  const post = (payload: string | Buffer, path = '/mutate/enforce', headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: path, payload, headers: { 'content-type': 'application/json', ...headers } });
  return { app, lines, metrics, traffic, post };
}

/** A recorded AdmissionReview, with some of its request replaced. */
export function recorded(name: '01-kubectl-create' | '04-kubectl-apply-image', request: object = {}): string {
  const review = JSON.parse(readFileSync(new URL(`../server/reviews/${name}.json`, import.meta.url), 'utf8'));
  return JSON.stringify({ ...review, request: { ...review.request, ...request } });
}
