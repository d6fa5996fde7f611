// The routes. No sockets here: see listener.ts.

import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type BodyLimits, bodyCollector, checkHeaders, discardBody } from './body.ts';
import type { Metrics } from './metrics.ts';
import { createMutate, type MutateOptions } from './mutate.ts';
import type { Overload } from './overload.ts';
import { Refusal, statusBody } from './status.ts';
import type { Traffic } from './traffic.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Decided when the headers came, answered when the body has been read. */
    refusal: Refusal | undefined;
  }
}

export interface ProbeOptions {
  readonly metrics: Metrics;
  /** Why not ready, one phrase each; empty: ready. */
  readonly unready: () => readonly string[];
  /** True from the first signal on: every answer asks its caller to close the connection. */
  readonly leaving: () => boolean;
  /** Where the requests come from; absent: only what a test injects. */
  readonly server?: Server | TlsServer;
}

export interface AppOptions extends ProbeOptions, MutateOptions {
  readonly bodies: BodyLimits;
  readonly traffic: Traffic;
  readonly overload: Overload;
}

/** /livez, /readyz and /metrics. */
export function buildProbes(options: ProbeOptions): FastifyInstance {
  const { metrics, unready, leaving, server } = options;
  const app = fastify(server === undefined ? {} : { serverFactory: (listener) => server.on('request', listener) });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => discardBody(payload, () => done(null)));
  app.get('/livez', (_request, reply) => text(reply, leaving, 'ok\n'));
  app.get('/readyz', (_request, reply) => {
    const reasons = unready();
    if (reasons.length === 0) return text(reply, leaving, 'ok\n');
    return text(reply.code(503), leaving, `not ready: ${reasons.join(', ')}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    return text(reply.type(metrics.contentType), leaving, await metrics.text());
  });
  app.setNotFoundHandler((request, reply) => refuse(reply, leaving, wrongRoute(app, request)));
  app.setErrorHandler((error, _request, reply) => {
    refuse(reply, leaving, error instanceof Refusal ? error : new Refusal(500, 'hitless failed on this request'));
  });
  return app;
}

/** The same and the webhook's two paths. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { traffic, overload, leaving } = options;
  const app = buildProbes(options);
  const { answer, failed } = createMutate(options);
  app.decorateRequest('refusal', undefined);
  readBodies(app, options.bodies);
  for (const mode of ['enforce', 'audit'] as const) {
    app.post(`/mutate/${mode}`, {
      onRequest: (request, reply, done) => {
        request.refusal = overload.check(traffic.inFlight());
        traffic.add(reply.raw);
        done();
      },
      handler: (request, reply) => {
        send(reply, leaving, answer(request.body as Buffer | undefined, mode));
      },
      errorHandler: (error, _request, reply) => refuse(reply, leaving, failed(error, mode)),
    });
  }
  return app;
}

// Fastify's own JSON parser refuses a key `__proto__`, which anybody may write into a label; ours takes the bytes as they are.
function readBodies(app: FastifyInstance, limits: BodyLimits): void {
  const collect = bodyCollector(limits);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload, done) => {
    if (request.is404) return discardBody(payload, () => done(null));
    const refusal = request.refusal ?? checkHeaders(payload);
    if (refusal !== undefined) return discardBody(payload, () => done(refusal));
    collect(payload, done);
  });
}

const json = 'application/json; charset=utf-8';

function send(reply: FastifyReply, leaving: () => boolean, body: string): void {
  if (leaving()) reply.header('connection', 'close');
  reply.header('content-type', json).send(body);
}

function text(reply: FastifyReply, leaving: () => boolean, body: string): FastifyReply {
  if (leaving()) reply.header('connection', 'close');
  return reply.send(body);
}

function refuse(reply: FastifyReply, leaving: () => boolean, { code, message, headers }: Refusal): void {
  reply.code(code).headers(headers);
  send(reply, leaving, statusBody(code, message));
}

function wrongRoute(app: FastifyInstance, { method, url }: FastifyRequest): Refusal {
  const path = url.replace(/\?.*/s, '');
  const allowed = (['GET', 'POST'] as const).filter((known) => app.hasRoute({ method: known, url: path }));
  if (allowed.length === 0) return new Refusal(404, `there is nothing at ${path.slice(0, 100)}`);
  return new Refusal(405, `${method} is not allowed at ${path}, ${allowed.join(', ')} is`, {
    allow: allowed.join(', '),
  });
}
