// Each loss gets the cause, and the pod to blame, that the events of that moment speak for.

import { describe, expect, it } from 'vitest';
import { attribute } from '../../../src/measurement/analysis/attribute.ts';
import type { ProxiedLoss } from '../../../src/measurement/analysis/measurement.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { EndpointEvent, PodEvent, RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { inOrder } from '../../../src/measurement/rollout/order.ts';

const pod = (name: string, what: PodEvent['what'], atMs: number): PodEvent => ({ kind: 'pod', pod: name, what, atMs });
const endpoint = (name: string, what: EndpointEvent['what'], atMs: number, serving?: boolean): EndpointEvent => ({
  kind: 'endpoint',
  pod: name,
  slice: 'web-1',
  what,
  atMs,
  ...(serving !== undefined && { serving }),
});

/** There since before the load, ready. */
const old = (name: string): RolloutEvent[] => [
  ...(['created', 'started', 'ready'] as const).map((what) => pod(name, what, 0)),
  endpoint(name, 'ready', 0),
];
const arrives = (name: string, readyMs: number): RolloutEvent[] => [
  pod(name, 'created', readyMs - 800),
  pod(name, 'started', readyMs),
  pod(name, 'ready', readyMs),
  endpoint(name, 'ready', readyMs),
];
/** Sleeps, gets its SIGTERM, and ends 200 ms later. */
const leaves = (name: string, atMs: number, sleepMs: number): RolloutEvent[] => [
  pod(name, 'deleting', atMs),
  endpoint(name, 'terminating', atMs, true),
  pod(name, 'sleep-end', atMs + sleepMs),
  pod(name, 'stopped', atMs + sleepMs + 200),
  endpoint(name, 'removed', atMs + sleepMs + 210),
  pod(name, 'gone', atMs + sleepMs + 900),
];

function lost(outcome: Sample['outcome'], sentMs: number, changes: Partial<Sample> = {}): Sample {
  const lane = changes.connection === 'reused' ? 'get-kept' : 'get-new';
  return { lane, dueMs: sentMs, sentMs, endMs: sentMs + 1, connection: 'new', outcome, ...changes };
}
const answered = (name: string, sentMs: number): Sample => ({ ...lost('ok', sentMs), pod: name });

/** Of the first loss. */
function why(events: readonly RolloutEvent[], ...samples: readonly Sample[]) {
  const measurement = { startedMs: 100, endedMs: 300_000, samples, events: inOrder(events) };
  const [loss] = attribute(measurement);
  return `${loss?.cause}${loss?.pod === undefined ? '' : ` ${loss.pod}`}`;
}

describe('a new connection', () => {
  const noSleep = [...old('a'), ...old('b'), ...leaves('a', 10_000, 0)];
  const sleeping = [...old('a'), ...old('b'), ...leaves('a', 10_000, 5000)];

  it.each([
    'refused',
    'reset-unsent',
    'reset-sent',
    'unreachable',
    'timeout',
  ] as const)('%s as a pod has left is endpoint-lag', (outcome) => {
    expect(why(noSleep, lost(outcome, 10_300))).toBe('endpoint-lag a');
  });

  it('refused some seconds after the pod is gone is still endpoint-lag: a load balancer may be that slow', () => {
    expect(why(noSleep, lost('refused', 17_000))).toBe('endpoint-lag a');
  });

  it('refused long after it, or before it, is unexplained', () => {
    expect(why(noSleep, lost('refused', 60_000))).toBe('unexplained');
    expect(why(noSleep, lost('refused', 8000))).toBe('unexplained');
  });

  it('refused while the pod sleeps is not its fault: it still answers', () => {
    expect(why(sleeping, lost('refused', 12_000))).toBe('unexplained');
    expect(why(sleeping, lost('refused', 15_100))).toBe('endpoint-lag a');
  });

  it('refused by a pod whose hook failed is: it ended in the middle of its sleep', () => {
    const failed = sleeping.map((event) =>
      event.atMs > 10_000 && event.kind === 'pod' && event.what === 'stopped' ? { ...event, atMs: 10_500 } : event,
    );
    expect(why(failed, lost('refused', 10_600))).toBe('endpoint-lag a');
  });

  it('blames the pod that left last', () => {
    const both = [...old('a'), ...old('b'), ...old('c'), ...leaves('a', 10_000, 0), ...leaves('b', 14_000, 0)];
    expect(why(both, lost('refused', 10_300))).toBe('endpoint-lag a');
    expect(why(both, lost('refused', 14_300))).toBe('endpoint-lag b');
  });

  it('that nobody answers, a minute after a pod is gone, met a stale connection tracking entry: endpoint-lag', () => {
    expect(why(noSleep, lost('timeout', 70_000, { endMs: 75_000 }))).toBe('endpoint-lag a');
    expect(why(noSleep, lost('timeout', 200_000, { endMs: 205_000 }))).toBe('unexplained');
  });

  it('that was taken before SIGTERM and broken as the pod stopped was killed', () => {
    expect(why(noSleep, lost('reset-sent', 9980, { endMs: 10_020 }))).toBe('killed a');
    expect(why(sleeping, lost('reset-sent', 14_950, { endMs: 15_050 }))).toBe('killed a');
  });

  it('that was taken before SIGTERM by a pod at whose end no established connection broke was not killed: it drains', () => {
    const kept = { ...answered('a', 9900), connection: 'reused', lane: 'get-kept' } as const;
    const taken = lost('reset-sent', 9980, { endMs: 10_020 });
    expect(why(noSleep, kept, taken)).toBe('endpoint-lag a');
    const broken = lost('reset-sent', 10_100, { connection: 'reused', endMs: 10_110 });
    expect(why(noSleep, kept, taken, broken)).toBe('killed a');
    const log = [pod('a', 'closed', 10_001)];
    expect(why([...noSleep, ...log], kept, { ...taken, endMs: 10_180 })).toBe('killed a');
    expect(why([...noSleep, ...log], kept, taken, broken)).toBe('endpoint-lag a');
  });

  it('to a new pod that has not answered yet is not-ready, and no more once it has', () => {
    const events = [...old('a'), ...arrives('n', 10_000)];
    const first = answered('n', 11_000);
    expect(why(events, lost('refused', 10_500), first)).toBe('not-ready n');
    expect(why(events, lost('reset-sent', 10_500), first)).toBe('not-ready n');
    expect(why(events, lost('refused', 12_000), first)).toBe('unexplained');
    expect(why(events, lost('refused', 9000), first)).toBe('unexplained');
  });

  it('never blames an old pod for not having answered yet', () => {
    expect(why(old('a'), lost('refused', 150))).toBe('unexplained');
  });

  it('prefers the new pod while the old one sleeps and answers', () => {
    const events = [...sleeping, ...arrives('n', 9900)];
    expect(why(events, lost('refused', 10_500), answered('n', 11_500))).toBe('not-ready n');
  });

  describe('when an old pod and a new one cannot answer', () => {
    const events = [...noSleep, ...arrives('n', 9900)];
    const first = answered('n', 13_000);

    it('was refused by one of them, and nobody knows which', () => {
      expect(why(events, lost('refused', 10_400), first)).toBe('lag-or-not-ready');
      expect(why(events, lost('refused', 10_400))).toBe('lag-or-not-ready');
    });
    it('was refused by the new one once the old one is gone: a gone one is silent', () => {
      expect(why(events, lost('refused', 12_400), first)).toBe('not-ready n');
      expect(why(events, lost('refused', 12_400))).toBe('not-ready n');
    });
    it('was refused by the old one once the new one answered', () => {
      expect(why(events, lost('refused', 13_500), first)).toBe('endpoint-lag a');
    });
    it('was sent to the old one if it was taken: a new one that does not listen takes nothing', () => {
      expect(why(events, lost('reset-sent', 10_150, { endMs: 10_190 }), first)).toBe('endpoint-lag a');
    });
    it('was sent to the old one if nobody was there even to refuse', () => {
      const unanswered = { endMs: 17_400, detail: 'no connection' };
      expect(why(events, lost('timeout', 12_400, unanswered), first)).toBe('endpoint-lag a');
    });
    it('was sent to the old one if nobody refused it, also long after it is gone: one that does not listen yet refuses', () => {
      const slow = [...noSleep, ...arrives('n', 9900)];
      expect(why(slow, lost('timeout', 30_000, { endMs: 35_000, detail: 'no connection' }))).toBe('endpoint-lag a');
      expect(why(slow, lost('timeout', 30_000, { endMs: 35_000, detail: 'no answer' }))).toBe('not-ready n');
    });
    it('was sent to one of them if it was taken, and never answered', () => {
      const unanswered = { endMs: 17_400, detail: 'no answer' };
      expect(why(events, lost('timeout', 12_400, unanswered), first)).toBe('lag-or-not-ready');
    });

    describe('and the old one serves on after SIGTERM', () => {
      const serves = leaves('a', 10_000, 0).map((event) =>
        event.atMs > 10_000 ? { ...event, atMs: event.atMs + 9800 } : event,
      );
      const serving = [...old('a'), ...old('b'), ...serves, ...arrives('n', 9900)];

      it('was refused by the new one, as long as a later connection shows that the old one still listened', () => {
        expect(why(serving, lost('refused', 10_300), answered('a', 11_000))).toBe('not-ready n');
        expect(why(serving, lost('refused', 10_900), answered('a', 11_000))).toBe('not-ready n');
        expect(why(serving, lost('refused', 12_000), answered('a', 11_000))).toBe('lag-or-not-ready');
        const reused = { ...answered('a', 11_000), connection: 'reused' } as const;
        expect(why(serving, lost('refused', 10_900), reused)).toBe('lag-or-not-ready');
      });
      it('was refused by the new one, as the log of the old one shows', () => {
        expect(why([...serving, pod('a', 'closed', 19_800)], lost('refused', 12_000))).toBe('not-ready n');
        expect(why([...serving, pod('a', 'closed', 10_005)], lost('refused', 12_000))).toBe('lag-or-not-ready');
      });
      it('was refused by the old one, as the log of the new one shows', () => {
        expect(why([...serving, pod('n', 'listening', 11_000)], lost('refused', 12_000))).toBe('endpoint-lag a');
        expect(why([...serving, pod('n', 'listening', 11_000)], lost('refused', 10_900))).toBe('lag-or-not-ready');
      });
    });
  });

  it('is not blamed on a new pod that passed its probe as long as an old one can be blamed', () => {
    const probed = arrives('n', 9900).map((event) =>
      event.kind === 'pod' && event.what === 'started' ? { ...event, atMs: 9400 } : event,
    );
    const first = answered('n', 10_600);
    expect(why([...noSleep, ...probed], lost('refused', 10_200), first)).toBe('endpoint-lag a');
    expect(why([...old('a'), ...probed], lost('refused', 10_200), first)).toBe('not-ready n');
    const alone = [...old('a'), ...leaves('a', 5000, 0), ...probed];
    expect(why(alone, lost('refused', 10_200), first)).toBe('no-endpoint');
  });

  it('to a pod that crashed and starts again is not-ready, also in the second before anybody heard of it', () => {
    const events = [
      ...old('a'),
      ...old('b'),
      pod('a', 'stopped', 10_000),
      pod('a', 'started', 10_200),
      pod('a', 'ready', 11_500),
    ];
    const again = answered('a', 11_600);
    const before = answered('a', 8000);
    expect(why(events, before, lost('refused', 9500), again)).toBe('not-ready a');
    expect(why(events, before, lost('refused', 10_100), again)).toBe('not-ready a');
    expect(why(events, before, lost('refused', 12_000), again)).toBe('unexplained');
  });
});

describe('no endpoint', () => {
  const replaced = [...old('a'), ...leaves('a', 10_000, 0), ...arrives('n', 13_000)];

  it('is the cause from the end of the only pod until the next one is ready, and until proxies know it', () => {
    const first = answered('n', 13_010);
    for (const atMs of [10_100, 10_500, 12_900, 13_400])
      expect(why(replaced, lost('refused', atMs), first)).toMatch(/^no-endpoint/);
  });

  it('is not while the only pod sleeps and serves', () => {
    const events = [...old('a'), ...leaves('a', 10_000, 5000), ...arrives('n', 18_000)];
    expect(why(events, lost('refused', 12_000))).toBe('unexplained');
    expect(why(events, lost('refused', 16_000))).toBe('no-endpoint');
  });

  it('is not while another pod is ready', () => {
    expect(why([...old('b'), ...replaced], lost('refused', 10_500))).toBe('endpoint-lag a');
  });

  it('is the cause where a Service lost its pods that go on', () => {
    expect(why([...old('a'), endpoint('a', 'removed', 10_000)], lost('refused', 20_000))).toBe('no-endpoint');
  });

  it('cannot be the cause where no endpoints are watched', () => {
    const events = [...leaves('a', 10_000, 0)].filter(({ kind }) => kind === 'pod');
    expect(why(events, lost('refused', 10_300))).toBe('endpoint-lag a');
  });
});

describe('a reused connection', () => {
  const reused = { connection: 'reused' } as const;
  const events = [...old('a'), ...old('b'), ...leaves('a', 10_000, 5000)];

  it('that broke with nobody leaving was closed by the application', () => {
    expect(why([...old('a')], lost('reset-sent', 5000, reused))).toBe('closed-connection');
  });

  it('that broke at once as its pod closed it was closed, and that pod is named', () => {
    expect(why(events, lost('reset-sent', 15_010, { ...reused, endMs: 15_012 }))).toBe('closed-connection a');
    expect(why(events, lost('reset-unsent', 15_010, reused))).toBe('closed-connection a');
  });

  it('that broke while the pod worked on the request and stopped was killed', () => {
    expect(why(events, lost('reset-sent', 14_950, { ...reused, endMs: 15_050 }))).toBe('killed a');
  });

  it('that could not be opened again is judged as a new one', () => {
    expect(why(events, lost('refused', 15_100, { ...reused, lane: 'grpc-unary' }))).toBe('endpoint-lag a');
  });

  it('that nobody answered, sent long before its pod left, is unexplained: the pod was just slow', () => {
    expect(why(events, lost('timeout', 12_000, { ...reused, endMs: 17_000 }))).toBe('unexplained');
  });

  it('that broke in the sleep was not killed: no pod stopped', () => {
    expect(why(events, lost('reset-sent', 11_000, { ...reused, endMs: 11_100 }))).toBe('closed-connection');
  });

  it('cut by the end of its pod was killed, cut otherwise was closed', () => {
    expect(why(events, lost('cut', 15_000, { ...reused, pod: 'a' }))).toBe('killed a');
    expect(why(events, lost('cut', 15_000, { ...reused, pod: 'b' }))).toBe('closed-connection b');
    expect(why(events, lost('cut', 5000, reused))).toBe('closed-connection');
  });

  it('cut by a crash was killed', () => {
    const crash = [...old('a'), pod('a', 'stopped', 10_000), pod('a', 'started', 10_200)];
    expect(why(crash, lost('cut', 9400, { ...reused, endMs: 9500 }))).toBe('killed a');
  });

  it('that nobody answers is closed when a pod left, else unexplained', () => {
    expect(why(events, lost('timeout', 17_000, { ...reused, endMs: 22_000 }))).toBe('closed-connection a');
    expect(why(old('a'), lost('timeout', 5000, { ...reused, endMs: 10_000 }))).toBe('unexplained');
  });
});

it('an answer with an error is answered-error, of the pod that gave it', () => {
  const events = [...old('a'), ...leaves('a', 10_000, 0)];
  expect(why(events, lost('http-error', 10_100, { status: 503, pod: 'a' }))).toBe('answered-error a');
  expect(why(events, lost('http-error', 10_100, { status: 502 }))).toBe('answered-error');
});

it('what was answered is no loss', () => {
  expect(attribute({ startedMs: 0, endedMs: 1, samples: [answered('a', 1)], events: [] })).toEqual([]);
});

describe('through a proxy', () => {
  const events = [...old('a'), ...old('b'), ...leaves('a', 10_000, 0)];

  function whyBehind(proxied: ProxiedLoss, outcome: Sample['outcome'], changes: Partial<Sample> = {}) {
    const sample = lost(outcome, 10_100, { connection: 'reused', request: 7, ...changes });
    const measurement = { startedMs: 100, endedMs: 300_000, samples: [sample], events: inOrder(events) };
    const [loss] = attribute({ ...measurement, proxied: { 'get-kept-7': proxied } });
    return `${loss?.cause}${loss?.pod === undefined ? '' : ` ${loss.pod}`}`;
  }

  it('a 502 of the proxy is what kept it from the pod', () => {
    expect(whyBehind({ reason: 'could not connect' }, 'http-error', { status: 502 })).toBe('endpoint-lag a');
    expect(whyBehind({ reason: 'could not connect in time' }, 'http-error', { status: 504 })).toBe('endpoint-lag a');
  });

  it('a client that gave up waited for a pod that was gone, on whatever connection', () => {
    expect(whyBehind({ reason: 'the client had gone' }, 'timeout', { endMs: 20_100 })).toBe('endpoint-lag a');
    expect(whyBehind({}, 'timeout', { endMs: 20_100 })).toBe('endpoint-lag a');
  });

  it('a connection that the proxy kept was closed before the request reached a pod, or under it', () => {
    const early = { reason: 'closed before an answer' };
    expect(whyBehind(early, 'http-error', { status: 502 })).toBe('closed-connection');
    expect(whyBehind({ ...early, pod: 'a' }, 'http-error', { status: 502, endMs: 10_200 })).toBe('killed a');
    expect(whyBehind({ ...early, pod: 'b' }, 'http-error', { status: 502 })).toBe('closed-connection b');
  });

  it('an error of the application is its own', () => {
    expect(whyBehind({ pod: 'b' }, 'http-error', { status: 500 })).toBe('answered-error b');
  });

  it('what the proxy broke off itself is no fault of a pod', () => {
    expect(whyBehind({}, 'reset-sent')).toBe('unexplained');
  });
});
