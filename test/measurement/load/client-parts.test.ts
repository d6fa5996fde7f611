import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/measurement/load/classify.ts';
import { lossOf } from '../../../src/measurement/load/grpc-channel.ts';
import { latencyOf, percentile, spreadOf } from '../../../src/measurement/load/percentiles.ts';
import { createRecorder, unpack } from '../../../src/measurement/load/recorder.ts';
import { outcomes, type Sample } from '../../../src/measurement/load/sample.ts';
import { readLoadSettings } from '../../../src/measurement/load/settings.ts';
import { trafficKinds } from '../../../src/measurement/traffic.ts';

const error = (code: string, rest: object = {}) => Object.assign(new Error(`read ${code}`), { code, ...rest });

describe('classification', () => {
  const cases = [
    [error('ECONNREFUSED'), 'connecting', 'refused'],
    [error('ECONNRESET'), 'connecting', 'reset-unsent'],
    [error('DEPTH_ZERO_SELF_SIGNED_CERT'), 'connecting', 'reset-unsent'],
    [error('ECONNRESET', { syscall: 'read' }), 'sent', 'reset-sent'],
    [error('ECONNRESET', { syscall: 'write' }), 'sent', 'reset-unsent'],
    [error('EPIPE', { syscall: 'write' }), 'sent', 'reset-unsent'],
    [error('ECONNRESET'), 'answering', 'cut'],
    [error('EPIPE', { syscall: 'write' }), 'answering', 'cut'],
    [error('EHOSTUNREACH'), 'connecting', 'unreachable'],
    [error('ENETUNREACH'), 'connecting', 'unreachable'],
    [error('ENOTFOUND'), 'connecting', 'unreachable'],
    [error('EAI_AGAIN'), 'connecting', 'unreachable'],
    [error('EAI_FAIL'), 'connecting', 'unreachable'],
    [error('EADDRNOTAVAIL'), 'connecting', 'unreachable'],
    [error('EMFILE'), 'connecting', 'unreachable'],
    [error('ETIMEDOUT'), 'connecting', 'timeout'],
    [error('ETIMEDOUT'), 'sent', 'timeout'],
  ] as const;
  it.each(cases)('%s while %s is %s', (cause, stage, outcome) => {
    expect(classify(cause, stage)).toEqual({ outcome, detail: cause.code });
  });

  it('several addresses that were all tried have the code of the first', () => {
    const all = Object.assign(new AggregateError([error('ECONNREFUSED'), error('ECONNREFUSED')]), {
      code: 'ECONNREFUSED',
    });
    expect(classify(all, 'connecting').outcome).toBe('refused');
  });

  it('keeps what is said short', () => {
    expect(classify(new Error('a\nb '.repeat(100)), 'sent').detail.length).toBe(80);
  });
});

describe('what the gRPC library says of a connection that never came about', () => {
  const lost = (details: string) => lossOf({ code: 14, details }, 'sent');
  it.each([
    [
      'No connection established. Last error: connect ECONNREFUSED 10.0.0.1:80 (2026-01-02T03:04:05.678Z). Resolution note: ',
      'ECONNREFUSED',
    ],
    [
      'No connection established. Last error: Error: self-signed certificate (2026-01-02T03:04:05.678Z). Resolution note: none',
      'self-signed certificate',
    ],
    ['No connection established. Last error: closed. Resolution note: none', 'closed'],
    ['No connection established. Last error: null', 'No connection established. Last error: null'],
  ])('%s', (details, detail) => {
    expect(lost(details)).toMatchObject({ detail });
  });
});

describe('percentiles', () => {
  it('are values that were measured, by nearest rank', () => {
    expect([5, 30, 40, 50, 100].map((percent) => percentile([15, 20, 35, 40, 50], percent))).toEqual([
      15, 20, 20, 35, 50,
    ]);
    expect(percentile([1], 99)).toBe(1);
    expect(percentile([], 50)).toBe(0);
  });

  it('at least that share is not above it, and it is the least such value', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const ascending = values.toSorted((a, b) => a - b);
        const found = percentile(ascending, percent);
        const share = (limit: (value: number) => boolean) => 100 * values.filter(limit).length;
        expect(share((value) => value <= found)).toBeGreaterThanOrEqual(percent * values.length);
        expect(share((value) => value < found)).toBeLessThan(percent * values.length);
      }),
    );
  });

  it('latency counts from due, of what was answered', () => {
    const sample = { lane: 'get-new', dueMs: 0, sentMs: 900, connection: 'new' } as const;
    const samples = [
      { ...sample, endMs: 1000, outcome: 'ok' },
      { ...sample, endMs: 5000, outcome: 'timeout' },
    ] as const;
    expect(latencyOf(samples)).toEqual({ p50: 1000, p99: 1000, max: 1000 });
    expect(spreadOf([10, 9, 100])).toEqual({ p50: 10, p99: 100, max: 100 });
  });
});

const micros = (max: number) => fc.integer({ min: 0, max }).map((value) => value / 1000);
const text = fc.string({ maxLength: 8 });
const anySample: fc.Arbitrary<Sample> = fc
  .record(
    {
      lane: fc.constantFrom(...trafficKinds),
      dueMs: micros(1e10),
      sentMs: micros(1e6),
      endMs: micros(1e6),
      connection: fc.constantFrom('new', 'reused'),
      outcome: fc.constantFrom(...outcomes),
      status: fc.integer({ min: 0, max: 599 }),
      detail: text,
      pod: text,
      retries: fc.integer({ min: 1, max: 10 }),
      request: fc.nat({ max: 2_000_000_000 }),
    },
    { requiredKeys: ['lane', 'dueMs', 'sentMs', 'endMs', 'connection', 'outcome'] },
  )
  .map((one) => ({ ...one, sentMs: one.dueMs + one.sentMs, endMs: one.dueMs + one.sentMs + one.endMs }) as Sample);

describe('packed samples', () => {
  const startMs = 1_790_000_000_000;
  const shift = (sample: Sample, ms: number) => ({
    ...sample,
    dueMs: sample.dueMs + ms,
    sentMs: sample.sentMs + ms,
    endMs: sample.endMs + ms,
  });
  it('come back as they were, in the order in which they were due', () => {
    fc.assert(
      fc.property(fc.array(anySample), (samples) => {
        const all = samples.map((sample) => shift(sample, startMs));
        const recorder = createRecorder();
        for (const sample of all) recorder.record(sample);
        const unpacked = unpack(JSON.parse(JSON.stringify(recorder.pack())));
        const expected = all.toSorted((a, b) => a.dueMs - b.dueMs);
        expect(unpacked.length).toBe(expected.length);
        for (const [i, sample] of unpacked.entries()) {
          const { dueMs, sentMs, endMs, ...rest } = sample;
          const { dueMs: due, sentMs: sent, endMs: end, ...same } = expected[i] as Sample;
          expect(rest).toEqual(same);
          expect(Math.abs(dueMs - due)).toBeLessThan(0.002);
          expect(Math.abs(sentMs - sent)).toBeLessThan(0.002);
          expect(Math.abs(endMs - end)).toBeLessThan(0.002);
        }
      }),
    );
  });

  it('are kept up to a number, and counted after that', () => {
    const recorder = createRecorder(3000);
    const sample = { lane: 'get-new', sentMs: 0, endMs: 0, connection: 'new', outcome: 'ok' } as const;
    for (let dueMs = 0; dueMs < 5000; dueMs++) recorder.record({ ...sample, dueMs });
    expect([recorder.size(), recorder.dropped(), recorder.pack().dropped]).toEqual([3000, 2000, 2000]);
    expect(unpack(recorder.pack()).at(-1)?.dueMs).toBe(2999);
  });

  it('what is none is refused', () => {
    for (const wrong of [null, undefined, {}, [], 'no', { format: 'hitless.dev/lab/v1alpha1' }])
      expect(() => unpack(wrong)).toThrow('not samples in the format hitless.dev/samples/v1alpha1');
  });
});

describe('settings of a load', () => {
  const lane = { lane: 'get-new', url: 'http://web/', rate: 100 };
  const good = { lanes: [lane], timeoutMs: 1000, retries: 0, connections: 4 };
  const mistakesOf = (change: object) => {
    const read = readLoadSettings({ ...good, ...change });
    return 'mistakes' in read ? read.mistakes : [];
  };
  const ofLane = (change: object) => mistakesOf({ lanes: [{ ...lane, ...change }] });

  it('are taken as they are when nothing is wrong', () => {
    expect(readLoadSettings(good)).toEqual({ settings: good });
    expect(mistakesOf({ tls: { ca: 'PEM', insecure: true }, localAddress: '10.0.0.1' })).toEqual([]);
    expect(ofLane({ lane: 'grpc-unary', url: 'grpcs://web/grpc.health.v1.Health/Check' })).toEqual([]);
    expect(ofLane({ lane: 'grpc-stream', url: 'grpc://[::1]:8081', rate: 0.5 })).toEqual([]);
  });

  it('have every mistake told, with its path', () => {
    expect(readLoadSettings({ lanes: [{ lane: 'get' }], timeoutMs: '1', speed: 1, tls: { cert: 1 } })).toEqual({
      mistakes: [
        'unknown setting speed: must be one of lanes, timeoutMs, retries, connections, localAddress, tls, requestIds',
        `lanes[0].lane must be one of ${trafficKinds.join(', ')}, found "get"`,
        'lanes[0].rate must be a number from 0.01 to 10000, found undefined',
        'timeoutMs must be a whole number from 1 to 600000, found "1"',
        'retries must be a whole number from 0 to 10, found undefined',
        'connections must be a whole number from 1 to 1000, found undefined',
        'unknown setting tls.cert: must be one of ca, insecure',
      ],
    });
  });

  it.each([
    [null, 'the settings must be a JSON object'],
    [[], 'the settings must be a JSON object'],
    [{ ...good, lanes: [] }, 'lanes must be a list of at least one lane'],
    [{ ...good, lanes: [1] }, 'lanes[0] must be an object with lane, url, rate'],
    [{ ...good, lanes: [lane, lane] }, 'lane get-new is given twice: its samples could not be told apart'],
    [{ ...good, connections: 1.5 }, 'connections must be a whole number from 1 to 1000, found 1.5'],
    [{ ...good, localAddress: 'eth0' }, 'localAddress must be an IP address, found "eth0"'],
    [{ ...good, localAddress: 7 }, 'localAddress must be an IP address, found 7'],
  ])('%j', (value, mistake) => {
    expect(readLoadSettings(value)).toEqual({ mistakes: [mistake] });
  });

  it.each([
    [{ url: 'web:8080' }, 'lanes[0].url must be an address such as http://web:8080/'],
    [{ url: 'ws://web/' }, 'lanes[0].url must begin with http: or https: for lane get-new'],
    [{ lane: 'websocket', url: 'ws://web/#a' }, 'lanes[0].url must not have anything after #'],
    [{ lane: 'websocket' }, 'lanes[0].url must begin with ws: or wss: for lane websocket'],
    [{ rate: Number.NaN }, 'lanes[0].rate must be a number from 0.01 to 10000, found null'],
    [
      { lane: 'grpc-unary', url: 'grpc://web/shop.Cart/Get' },
      'lanes[0].url must have the path /grpc.health.v1.Health/Check, or no path',
    ],
    [
      { lane: 'grpc-stream', url: 'grpc://web/grpc.health.v1.Health/Check' },
      "lanes[0].url must not have a path: streams go to the lab's own service",
    ],
  ])('%j in a lane', (change, mistake) => {
    expect(ofLane(change)).toEqual([mistake]);
  });

  it('gRPC connects from where the system says', () => {
    expect(
      mistakesOf({ localAddress: '10.0.0.1', lanes: [{ ...lane, lane: 'grpc-unary', url: 'grpc://web' }] }),
    ).toEqual(['localAddress cannot be set for lane grpc-unary']);
  });
});
