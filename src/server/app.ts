// The routes. No sockets here: see listener.ts.

import type { RequestListener, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Bodies, type BodyLimits, checkHeaders, createBodies, discardBody } from './body.ts';
import type { Callers } from './client-certificates.ts';
import { HttpError, statusBody, toHttpError } from './http-error.ts';
import type { Log } from './log.ts';
import type { EntryMode } from './metric-rows.ts';
import type { Metrics } from './metrics.ts';
import { checkToken } from './metrics-token.ts';
import { createMutate, type Mutate, type MutateOptions } from './mutate.ts';
import type { Overload } from './overload.ts';
import type { CallTraffic } from './traffic.ts';

export interface ProbeOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  /** Why not ready, one phrase each; empty: ready. */
  readonly unready: () => readonly string[];
  /** True from the first signal on: every answer asks its caller to close the connection. */
  readonly draining: () => boolean;
  /** The bearer token that /metrics requires; absent: none. */
  readonly metricsToken?: (() => string) | undefined;
  /** Whether /metrics is served at all. */
  readonly withMetrics?: boolean;
  /** Where the requests come from; absent: only what a test injects. */
  readonly server?: Server | TlsServer;
}

export interface AppOptions extends ProbeOptions, MutateOptions {
  readonly bodies: BodyLimits;
  readonly traffic: CallTraffic;
  readonly overload: Overload;
  /** Which callers may use the webhook's paths; absent: all. */
  readonly callers?: Callers | undefined;
}

/** /livez, /readyz and /metrics. */
export function buildProbes(options: ProbeOptions): FastifyInstance {
  const { metrics, log, unready, draining, server, withMetrics = true } = options;
  const failed = (error: unknown, reply: FastifyReply) => refuse(reply, draining, logged(error, log));
  const app = fastify({
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => failed(error, reply),
    ...(server !== undefined && { serverFactory: (listener: RequestListener) => server.on('request', listener) }),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => discardBody(payload, (failure) => done(failure ?? null)));
  app.get('/livez', (_request, reply) => text(reply, draining, 'ok\n'));
  app.get('/readyz', (_request, reply) => {
    const reasons = unready();
    if (reasons.length === 0) return text(reply, draining, 'ok\n');
    return text(reply.code(503), draining, `not ready: ${reasons.join(', ')}\n`);
  });
  if (withMetrics) {
    app.get('/metrics', async ({ headers }, reply) => {
      const token = options.metricsToken?.();
      const refusal = token === undefined ? undefined : checkToken(token, headers.authorization);
      if (refusal !== undefined) throw refusal;
      return text(reply.type(metrics.contentType), draining, await metrics.text());
    });
  }
  app.setNotFoundHandler((request, reply) => refuse(reply, draining, wrongRoute(app, request)));
  app.setErrorHandler((error, _request, reply) => failed(error, reply));
  return app;
}

/** The same and the webhook's two paths. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { traffic, draining, callers } = options;
  const app = buildProbes(options);
  const { answer, refusalFor } = createMutate(options);
  const bodies = createBodies(options.bodies);
  readBodies(app, bodies, { deadlineMs: options.bodies.deadlineMs, callers });
  const decide = decider({ ...options, answer, bodies });
  for (const mode of ['enforce', 'audit'] as const) {
    app.post(`/mutate/${mode}`, {
      onRequest: (request, reply, done) => {
        traffic.add(reply.raw);
        reply.raw.once('close', () => bodies.release(request.raw));
        done();
      },
      handler: (request, reply) => decide(request, reply, mode),
      errorHandler: (error, request, reply) => {
        bodies.release(request.raw);
        refuse(reply, draining, refusalFor(error, mode));
      },
    });
  }
  return app;
}

type Decider = Pick<AppOptions, 'traffic' | 'overload' | 'draining' | 'callers'> & {
  readonly answer: Mutate['answer'];
  readonly bodies: Bodies;
};

/** Answers one call whose body has arrived. */
function decider({ traffic, overload, draining, callers, answer, bodies }: Decider) {
  return (request: FastifyRequest, reply: FastifyReply, mode: EntryMode): void | Promise<void> => {
    const { socket } = request.raw;
    const refusal = callers?.refusal(socket) ?? overload.check(traffic.answering());
    if (refusal !== undefined) throw refusal;
    if (callers?.isOutdated(socket)) reply.header('connection', 'close');
    const answered = answer(request.body as Buffer | undefined, mode, socket.remoteAddress);
    if (typeof answered === 'string') {
      bodies.release(request.raw);
      return send(reply, draining, answered);
    }
    const done = traffic.waits();
    const end = () => {
      done();
      bodies.release(request.raw);
    };
    return answered.then((body) => send(reply, draining, body)).finally(end);
  };
}

interface Reading {
  readonly deadlineMs: number | undefined;
  /** Nothing is kept of a caller that may not call. */
  readonly callers: Callers | undefined;
}

// Fastify's own JSON parser refuses a key `__proto__`, which anyone may write into a label; this one takes the bytes as they are.
function readBodies(app: FastifyInstance, bodies: Bodies, { deadlineMs, callers }: Reading): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload, done) => {
    const refusal = request.is404 ? null : (callers?.refusal(request.raw.socket) ?? checkHeaders(payload));
    if (refusal === undefined) return bodies.collect(request.raw, done);
    discardBody(payload, (failure) => done(failure ?? refusal), deadlineMs);
  });
}

const json = 'application/json; charset=utf-8';

function send(reply: FastifyReply, draining: () => boolean, body: string): void {
  if (draining()) reply.header('connection', 'close');
  reply.header('content-type', json).send(body);
}

function text(reply: FastifyReply, draining: () => boolean, body: string): FastifyReply {
  if (draining()) reply.header('connection', 'close');
  return reply.send(body);
}

function refuse(reply: FastifyReply, draining: () => boolean, { code, message, headers }: HttpError): void {
  reply.code(code).headers(headers);
  send(reply, draining, statusBody(code, message));
}

function logged(error: unknown, log: Log): HttpError {
  const message = 'hitless failed on this request: see its log';
  const refusal = toHttpError(error, message);
  if (refusal.code >= 500 && refusal !== error) log.error({ err: error }, 'a request failed, this is a bug in hitless');
  return refusal;
}

function wrongRoute(app: FastifyInstance, { method, url }: FastifyRequest): HttpError {
  const path = url.replace(/\?.*/s, '');
  const allowed = (['GET', 'POST'] as const).filter((known) => app.hasRoute({ method: known, url: path }));
  if (allowed.length === 0) return new HttpError(404, `there is nothing at ${path.slice(0, 100)}`);
  return new HttpError(405, `${method} is not allowed at ${path}: use ${allowed.join(' or ')}`, {
    allow: allowed.join(', '),
  });
}
