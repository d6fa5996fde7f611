import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type AdmissionRequest, BadReview } from '../../src/admission/review.ts';
import { HttpError } from '../../src/server/http-error.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { eventually } from '../support/pair.ts';
import { complies, givenServer, type Line, recorded } from '../support/server.ts';

const create = recorded('01-kubectl-create', { uid: 'u-1' });

describe('a review', () => {
  test('is answered with an AdmissionReview that carries the uid', async () => {
    const { post } = givenServer();
    const answer = await post(create, '/mutate/enforce?timeout=10s');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true },
    });
  });

  test.each([
    { path: 'enforce', cap: 'enforce', mode: 'enforce' },
    { path: 'audit', cap: 'enforce', mode: 'audit' },
    { path: 'enforce', cap: 'audit', mode: 'audit' },
    { path: 'audit', cap: 'audit', mode: 'audit' },
  ] as const)('at /mutate/$path under the cap $cap is decided in mode $mode', async ({ path, cap, mode }) => {
    const modes: string[] = [];
    const { post } = givenServer({
      cap,
      admit: ({ uid }, given) => {
        modes.push(given);
        return complies(uid);
      },
    });
    await post(create, `/mutate/${path}`);
    expect(modes).toEqual([mode]);
  });

  test('with a key __proto__ in labels and annotations is read as written and pollutes nothing', async () => {
    const requests: AdmissionRequest[] = [];
    const { post } = givenServer({
      admit: (request) => {
        requests.push(request);
        return complies(request.uid);
      },
    });
    const poisoned = create
      .replace('"labels":{', '"labels":{"__proto__":"polluted","constructor":"c",')
      .replace('"metadata":{', '"metadata":{"annotations":{"__proto__":{"polluted":"yes"}},');
    expect((await post(poisoned)).statusCode).toBeLessThan(500);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const plain = create.replace('"labels":{', '"labels":{"__proto__":"mine",');
    expect((await post(plain)).statusCode).toBe(200);
    expect(Object.entries(requests.at(-1)?.object?.metadata.labels ?? {})).toContainEqual(['__proto__', 'mine']);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/vnd.kubernetes+json',
    'text/json',
  ])('of content type %s is taken', async (type) => {
    const { post } = givenServer();
    expect((await post(create, '/mutate/enforce', { 'content-type': type })).statusCode).toBe(200);
  });
});

describe('what cannot be judged is refused with one sentence as a Kubernetes Status', () => {
  const big = `{"a":"${'x'.repeat(20 * 1024 * 1024)}"}`;
  test.each([
    { what: 'an empty body', body: '', code: 400, message: 'the body is empty: send an AdmissionReview' },
    {
      what: 'a truncated body',
      body: create.slice(0, -100),
      code: 400,
      message: /bytes is not valid JSON, or was truncated/,
    },
    {
      what: 'text',
      body: 'hello',
      code: 400,
      message: 'the body of 5 bytes is not valid JSON, or was truncated on the way',
    },
    { what: 'bytes that are no text', body: Buffer.from([0xff, 0xfe, 0]), code: 400, message: /not valid JSON/ },
    {
      what: 'more than 20 MiB',
      body: big,
      code: 413,
      message: /^the body must have at most 20971520 bytes, found 20971528$/,
    },
    { what: 'JSON null', body: 'null', code: 400, message: /AdmissionReview/ },
    { what: 'a list', body: '[]', code: 400, message: /AdmissionReview/ },
    { what: 'another kind', body: create.replace('"AdmissionReview"', '"Pod"'), code: 400, message: /AdmissionReview/ },
    {
      what: 'another version',
      body: create.replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
      code: 400,
      message: /v1/,
    },
    {
      what: 'no request',
      body: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}',
      code: 400,
      message: /request/,
    },
    { what: 'deep nesting', body: '['.repeat(100_000), code: 400, message: /not valid JSON/ },
    {
      what: 'deep nesting of a large body',
      body: '['.repeat(200_000),
      code: 400,
      message: /nested more than 200 deep/,
    },
    {
      what: 'too many objects',
      body: `[${'{},'.repeat(1_000_000)}{}]`,
      code: 400,
      message: /more than 400000 objects/,
    },
    { what: 'too many values', body: `[${'1,'.repeat(1_000_000)}1]`, code: 400, message: /more than 1000000 values/ },
    {
      what: 'as many commas in strings',
      body: JSON.stringify({ a: ',{[\\"'.repeat(500_000) }),
      code: 400,
      message: /AdmissionReview/,
    },
  ])('$what: $code', async ({ body, code, message }) => {
    const { post, app } = givenServer();
    const answer = await post(body);
    expect(answer.statusCode).toBe(code);
    expect(answer.headers['content-type']).toMatch('application/json');
    expect(answer.json()).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      message: expect.stringMatching(message),
    });
    expect(answer.json().message).not.toContain('\n');
    expect((await app.inject('/livez')).statusCode).toBe(200);
  });

  test.each([
    [{ 'content-type': 'text/plain' }, create],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, create],
    [{ 'content-type': 'application/jsonp' }, create],
    [{ 'content-type': '' }, create],
    [{ 'content-encoding': 'gzip' }, gzipSync(create)],
  ])('headers %j: 415', async (headers, body) => {
    const { post, metrics } = givenServer();
    const answer = await post(body, '/mutate/enforce', headers as Record<string, string>);
    expect(answer.json()).toMatchObject({
      kind: 'Status',
      code: 415,
      message: expect.stringMatching(/must (be application\/json|not be encoded)/),
    });
    expect(await metrics.text()).toContain('hitless_requests_total{mode="enforce",decision="bad_request"} 1');
  });

  test('a malformed object that the decision finds: 400 in its words', async () => {
    const { post } = givenServer({
      admit: () => {
        throw new BadReview('spec.template is no object');
      },
    });
    expect((await post(create)).json()).toMatchObject({ code: 400, message: 'spec.template is no object' });
  });

  test.each([
    { method: 'GET', url: '/mutate/enforce', code: 405, allow: 'POST' },
    { method: 'PUT', url: '/mutate/audit?timeout=1s', code: 405, allow: 'POST' },
    { method: 'POST', url: '/livez', code: 405, allow: 'GET' },
    { method: 'POST', url: '/mutate', code: 404, allow: undefined },
    { method: 'GET', url: '/', code: 404, allow: undefined },
    { method: 'POST', url: '/mutate/__proto__', code: 404, allow: undefined },
    { method: 'GET', url: '/%zz', code: 400, allow: undefined },
  ] as const)('$method $url: $code', async ({ method, url, code, allow }) => {
    const { app } = givenServer();
    const answer = await app.inject({ method, url, ...(method !== 'GET' && { payload: 'whatever' }) });
    expect(answer.statusCode).toBe(code);
    expect(answer.json()).toMatchObject({ kind: 'Status', code });
    expect(answer.headers.allow).toBe(allow);
  });
});

describe('a bug of ours', () => {
  const broken = givenServer({
    admit: () => {
      throw new TypeError('cannot read properties of undefined');
    },
  });

  test('is a 500 that does not judge, so that the failurePolicy decides', async () => {
    const answer = await broken.post(create);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({
      kind: 'Status',
      code: 500,
      message: expect.stringContaining('made no decision'),
    });
    expect(answer.body).not.toContain('allowed');
    expect(answer.body).not.toContain('cannot read');
  });

  test('is logged with its stack and the request, and counted', async () => {
    expect(broken.lines).toMatchObject([
      {
        level: 'error',
        uid: 'u-1',
        namespace: 'shop',
        name: 'web',
        operation: 'CREATE',
        err: { stack: expect.stringMatching(/TypeError: cannot read.*\n +at /) },
      },
    ]);
    expect(await broken.metrics.text()).toContain('hitless_requests_total{mode="enforce",decision="error"} 1');
  });
});

describe('outside the webhook', () => {
  test('a call that the framework refuses keeps its status, and is no bug', async () => {
    const { app, lines } = givenServer();
    const answer = await app.inject({ method: 'QUERY', url: '/mutate/enforce', headers: { 'content-length': '0' } });
    expect(answer.json()).toMatchObject({ kind: 'Status', code: 400, message: expect.stringMatching(/content-type/i) });
    expect(lines).toEqual([]);
  });

  test('a bug of ours is a 500 and stands in the log', async () => {
    const metrics = {
      ...createMetrics('0.0.0-test'),
      text: () => Promise.reject(new TypeError('no such gauge')),
    };
    const { app, lines } = givenServer({ metrics });
    expect((await app.inject('/metrics')).json()).toMatchObject({ kind: 'Status', code: 500 });
    expect(lines).toMatchObject([{ level: 'error', err: { stack: expect.stringContaining('no such gauge') } }]);
  });
});

describe('probes', () => {
  test('/livez says ok whatever else is', async () => {
    const { app } = givenServer({ unready: () => ['no objects'], draining: () => true });
    expect(await app.inject('/livez')).toMatchObject({ statusCode: 200, body: 'ok\n' });
  });

  test('/readyz says ok, or every reason why not', async () => {
    const reasons: string[] = [];
    const { app } = givenServer({ unready: () => reasons });
    expect(await app.inject('/readyz')).toMatchObject({ statusCode: 200, body: 'ok\n' });
    reasons.push('shutting down', 'no objects');
    expect(await app.inject('/readyz')).toMatchObject({
      statusCode: 503,
      body: 'not ready: shutting down, no objects\n',
    });
  });
});

test('while draining every answer asks to close the connection, also refusals and probes', async () => {
  let draining = false;
  const { app, post } = givenServer({ draining: () => draining });
  const connections = async () => {
    const answers = [
      await post(create),
      await post(''),
      await app.inject('/readyz'),
      await app.inject('/metrics'),
      await app.inject('/nope'),
    ];
    return answers.map(({ headers }) => headers.connection);
  };
  expect(await connections()).toEqual(Array(5).fill('keep-alive'));
  draining = true;
  expect(await connections()).toEqual(Array(5).fill('close'));
});

describe('overload', () => {
  test('is a 503 with the headers of the refusal, and the decision is not asked', async () => {
    let asked = 0;
    const refusal = new HttpError(503, 'overloaded', { 'retry-after': '1', connection: 'close' });
    const { post, app, metrics } = givenServer({
      overload: { check: () => refusal, stop: () => undefined },
      admit: ({ uid }) => {
        asked += 1;
        return complies(uid);
      },
    });
    const answer = await post(create);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(answer.json()).toMatchObject({ kind: 'Status', code: 503, message: 'overloaded' });
    expect(asked).toBe(0);
    expect((await app.inject('/livez')).statusCode).toBe(200);
    expect(await metrics.text()).toContain('hitless_requests_total{mode="enforce",decision="overloaded"} 1');
  });

  test('sees how many calls are being answered, and none is left when all are', async () => {
    const seen: number[] = [];
    const check = (answering: number) => void seen.push(answering);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { post, traffic } = givenServer({ overload: { check, stop: () => undefined }, prepare: () => promise });
    const answers = Promise.all([post(create), post(create), post(create)]);
    await eventually(
      () => seen.length,
      (count) => count === 3,
    );
    expect([seen, traffic.inFlight()]).toEqual([[0, 1, 2], 3]);
    resolve();
    await answers;
    expect([traffic.inFlight(), traffic.answering()]).toEqual([0, 0]);
  });

  test('does not see calls whose body is on its way; these get their time and a 408, and the drain sees them', async () => {
    const bodies = { oneBytes: 100, allBytes: 100, deadlineMs: 50 };
    const { app, traffic } = givenServer({ bodies });
    const headers = { 'content-type': 'application/json', 'content-length': '100' };
    const late = app.inject({ method: 'POST', url: '/mutate/enforce', headers, payload: new PassThrough() });
    await eventually(traffic.inFlight, (count) => count === 1);
    expect(traffic.answering()).toBe(0);
    const answer = await late;
    expect(answer).toMatchObject({ statusCode: 408, headers: { connection: 'close' } });
    expect(answer.json()).toMatchObject({ kind: 'Status', message: 'the body did not arrive within 0.05 s' });
    expect(traffic.inFlight()).toBe(0);
  });
});

describe('before the cluster state is known', () => {
  test('a call is a 503 that sends its caller to another instance, counted apart, and the decision is not asked', async () => {
    let asked = 0;
    const missing = ['the first list of ClusterRolloutPolicy is not complete yet'];
    const { post, app, metrics, lines } = givenServer({
      unknown: () => missing,
      admit: ({ uid }) => {
        asked += 1;
        return complies(uid);
      },
    });
    const answer = await post(create);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect(answer.json()).toMatchObject({
      kind: 'Status',
      code: 503,
      message: expect.stringContaining(missing[0] ?? ''),
    });
    expect(asked).toBe(0);
    expect((await app.inject('/livez')).statusCode).toBe(200);
    expect(await metrics.text()).toContain('hitless_requests_total{mode="enforce",decision="not_ready"} 1');
    expect(await metrics.text()).toContain('hitless_requests_total{mode="enforce",decision="overloaded"} 0');
    expect(lines).toMatchObject([{ level: 'warn', code: 503 }]);
    missing.length = 0;
    expect((await post(create)).statusCode).toBe(200);
    expect(asked).toBe(1);
  });

  test('once it is known nobody asks again', async () => {
    let asked = 0;
    const unknown = () => {
      asked += 1;
      return [];
    };
    const { post } = givenServer({ unknown });
    for (let call = 0; call < 3; call += 1) await post(create);
    expect(asked).toBe(1);
  });
});

test('what waits for a namespace is kept as it came, and decided when it is there', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { post } = givenServer({ prepare: () => promise });
  const answer = post(create);
  resolve();
  expect((await answer).json().response).toEqual({ uid: 'u-1', allowed: true });
});

describe('the log', () => {
  test('has one line for a review', async () => {
    const finding = { rule: 'pre-stop-sleep', path: 'p', message: 'm' } as const;
    const edit = { ...finding, kind: 'edit', severity: 'warning', summary: 's', changes: [] } as const;
    const { post, lines } = givenServer({
      admit: ({ uid }) => ({
        response: { uid, allowed: true },
        decision: 'patched',
        reason: 'patched by pre-stop-sleep',
        findings: [
          edit,
          edit,
          { ...finding, kind: 'fine' },
          { ...finding, rule: 'application', kind: 'report', severity: 'note' },
        ],
      }),
    });
    await post(create);
    const { time, milliseconds, ...line } = lines[0] as Line;
    expect(line).toEqual({
      level: 'info',
      uid: 'u-1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      operation: 'CREATE',
      mode: 'enforce',
      decision: 'patched',
      reason: 'patched by pre-stop-sleep',
      rules: 'pre-stop-sleep application',
      message: 'admission review',
    });
    expect(milliseconds).toEqual(expect.any(Number));
    expect(new Date(String(time)).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(lines).toHaveLength(1);
  });

  test('is safe from control characters and huge names', async () => {
    const { post, lines } = givenServer();
    await post(recorded('01-kubectl-create', { name: 'a\n{"level":"fatal"}\u001b[31m' }));
    await post(recorded('01-kubectl-create', { name: 'x'.repeat(1_000_000) }));
    expect(lines.map(({ name }) => String(name).length)).toEqual([24, 253]);
    expect(lines[0]?.name).toBe('a\n{"level":"fatal"}\u001b[31m');
  });

  test('names a generated name by its beginning', async () => {
    const { post, lines } = givenServer();
    const review = JSON.parse(recorded('01-kubectl-create', { name: '' }));
    review.request.object.metadata = { ...review.request.object.metadata, name: undefined, generateName: 'web-' };
    await post(JSON.stringify(review));
    expect(lines[0]?.name).toBe('web-');
  });
});
