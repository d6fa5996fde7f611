// Clients that drop our fields at every write: counted by object and client, said once per window, and never the reason for a step back.

import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import type { Decision } from '../../src/admission/decision.ts';
import { countCorrections } from '../../src/server/corrections.ts';
import type { Json } from '../../src/workload/json.ts';
import { clientSideApply, edit, put } from '../support/api-server.ts';
import { type Manifest, manifest } from '../support/cluster/shop.ts';
import { givenServer } from '../support/server.ts';
import { reviewOf, stateOf, write } from '../support/webhook.ts';

describe('corrections', () => {
  const one = { object: 'Deployment shop/web', user: 'operator', manager: 'operator' };
  const limits = { many: 3, manyOfUser: 100, windowMs: 100, most: 2 };

  it('are repeated from the limit on, and news once in a window', () => {
    let now = 0;
    const counted = countCorrections(limits, () => now);
    const told = () => {
      const { count, frequency, isNews } = counted(one);
      return [count, frequency, isNews];
    };
    expect([told(), told(), told(), told()]).toEqual([
      [1, 'rare', false],
      [2, 'rare', false],
      [3, 'repeated', true],
      [4, 'repeated', false],
    ]);
    now = 100;
    expect([told(), told(), told()].at(-1)).toEqual([3, 'repeated', true]);
  });

  it('that are spread over more than a window stay rare', () => {
    let now = 0;
    const counted = countCorrections(limits, () => now);
    for (; now < 1_000; now += 60) expect(counted(one).frequency).toBe('rare');
  });

  it('are counted by object and client', () => {
    const counted = countCorrections({ ...limits, most: 10 }, () => 0);
    const counts = [
      one,
      { ...one, user: 'other' },
      { ...one, manager: 'other' },
      { ...one, object: 'Deployment shop/api' },
      one,
    ].map((each) => counted(each).count);
    expect(counts).toEqual([1, 1, 1, 1, 2]);
  });

  it('are forgotten, the longest unseen first, when there are too many', () => {
    const counted = countCorrections(limits, () => 0);
    const count = (object: string) => counted({ ...one, object }).count;
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map(count)).toEqual([1, 1, 2, 1, 3, 1]);
  });
});

const service = {
  name: 'web',
  namespace: 'shop',
  selector: { app: 'web' },
  ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
};
const state = stateOf({ services: [service] });
const born = write({ object: clientSideApply(manifest()), state }).object;
const dropped = put(manifest(), born);

describe('in a large cluster', () => {
  const user = 'operator';
  const named = (at: number) => ({ object: `Deployment shop/web-${at}`, user, manager: user });

  it('5,000 objects in turn are each found to be written again and again', () => {
    const counted = countCorrections(undefined, () => 0);
    let news = 0;
    for (let round = 0; round < 10; round += 1)
      for (let at = 0; at < 5_000; at += 1) if (counted({ ...named(at), user: `${at % 50}` }).isNews) news += 1;
    expect(news).toBeGreaterThanOrEqual(5_000);
  });

  it('a user with a new field manager for each write is found, once, and hides nobody else', () => {
    const counted = countCorrections({ many: 3, manyOfUser: 50, windowMs: 100, most: 60 }, () => 0);
    const strange = (at: number) => counted({ ...named(0), user: 'tenant', manager: `m${at}` });
    const found = Array.from({ length: 100 }, (_, at) => {
      if (at % 20 === 0) counted(named(1));
      return strange(at);
    });
    expect(found.filter(({ isNews }) => isNews)).toEqual([
      { count: 50, of: 'user', frequency: 'repeated', isNews: true },
    ]);
    expect(found.map(({ frequency }) => frequency).lastIndexOf('rare')).toBe(48);
    expect(counted(named(1))).toMatchObject({ count: 6, of: 'object', frequency: 'repeated' });
  });

  it('names of any length take the same room', () => {
    const counted = countCorrections({ many: 3, manyOfUser: 9, windowMs: 100, most: 2 }, () => 0);
    const long = { object: 'x'.repeat(1e6), user: 'y'.repeat(1e6), manager: '' };
    expect([counted(long).count, counted(long).count]).toEqual([1, 2]);
    expect(
      counted({ object: 'a', user: 'b\nc', manager: '' }).count +
        counted({ object: 'a', user: 'b', manager: 'c\n' }).count,
    ).toBe(2);
  });
});

describe('what a decision puts back', () => {
  const putBack = (object: Manifest, old: Manifest | undefined, mode: 'enforce' | 'audit' = 'enforce') =>
    write({ object, old, state, mode }).verdict.putBack;
  const sleep = 'spec.template.spec.containers[web].lifecycle.preStop.sleep';

  it('is what the client dropped, in both modes', () => {
    expect(putBack(dropped, born)).toEqual(
      expect.arrayContaining([sleep, 'spec.strategy.rollingUpdate.maxUnavailable']),
    );
    expect(putBack(dropped, born, 'audit')).toContain(sleep);
  });

  it('is also what it dropped together with a change of its own', () => {
    const changed = put(
      manifest((m) => {
        m.spec.template.spec.containers[0].image = 'app:2';
      }),
      born,
    );
    expect(putBack(changed, born)).toContain(sleep);
  });

  it.each<[string, Manifest, Manifest | undefined]>([
    ['a new object', clientSideApply(manifest()), undefined],
    [
      'a first patch',
      clientSideApply(
        manifest((m) => {
          m.spec.template.spec.containers[0].image = 'app:2';
        }),
      ),
      clientSideApply(manifest()),
    ],
    [
      'a label',
      edit(born, (o: Manifest) => {
        o.metadata.labels.team = 'a';
      }),
      born,
    ],
    [
      'what the author has taken over',
      edit(born, (o: Manifest) => {
        o.spec.template.spec.containers[0].lifecycle.preStop = { exec: { command: ['/quit'] } };
      }),
      born,
    ],
  ])('is nothing for %s', (_what, object, old) => expect(putBack(object, old)).toEqual([]));
});

describe('the server', () => {
  const review = (request: Record<string, Json>) => {
    const whole = reviewOf(dropped, born) as { request: object };
    return JSON.stringify({ ...whole, request: { ...whole.request, ...request } });
  };
  const client = {
    userInfo: { username: 'system:serviceaccount:shop:operator' },
    options: { fieldManager: 'operator' },
  };
  const given = (answer?: (decision: Decision) => Decision) =>
    givenServer({ admit: (request, mode) => (answer ?? ((same) => same))(admit(request, state, mode)) });
  const told = ({ lines }: ReturnType<typeof givenServer>) =>
    lines.filter(({ message }) => message.includes('again and again'));
  const counts = async ({ metrics }: ReturnType<typeof givenServer>) => {
    const text = await metrics.text();
    return ['rare', 'repeated'].map(
      (one) => text.split(`hitless_corrections_total{frequency="${one}"} `)[1]?.split('\n')[0],
    );
  };

  it('says who, which object and what in one line, and keeps answering with the same patch', async () => {
    const server = given();
    const answers = new Set<string>();
    for (let i = 0; i < 15; i += 1) answers.add((await server.post(review(client))).body);
    expect(answers.size).toBe(1);
    expect(told(server)).toEqual([
      expect.objectContaining({
        level: 'warn',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'web',
        user: 'system:serviceaccount:shop:operator',
        manager: 'operator',
        times: 10,
        fields: expect.any(Number),
      }),
    ]);
    expect(await counts(server)).toEqual(['9', '6']);
  });

  it('counts no dry run', async () => {
    const server = given();
    for (let i = 0; i < 12; i += 1) await server.post(review({ ...client, dryRun: true }));
    expect(told(server)).toEqual([]);
    expect(await counts(server)).toEqual(['0', '0']);
  });

  it('keeps two clients apart, and takes the manager from the entry that it changed', async () => {
    const server = given();
    const entry = (manager: string, time: string) => ({ manager, operation: 'Update', time });
    const managed = (time: string) => ({
      ...dropped,
      metadata: { ...dropped.metadata, managedFields: [entry('kubectl', '1'), entry('helm', time)] },
    });
    const old = { ...born, metadata: { ...born.metadata, managedFields: [entry('kubectl', '1'), entry('helm', '1')] } };
    for (let i = 0; i < 9; i += 1) await server.post(review(client));
    const { userInfo } = client;
    for (let i = 0; i < 10; i += 1) await server.post(review({ userInfo, object: managed('2'), oldObject: old }));
    expect(told(server)).toMatchObject([{ manager: 'helm', times: 10 }]);
  });

  it('takes a review without a user, or with a strange one', async () => {
    const server = given();
    for (const userInfo of [null, 'x', {}, { username: 7 }, { username: 'x\n'.repeat(5_000) }])
      for (let i = 0; i < 10; i += 1) expect((await server.post(review({ userInfo }))).statusCode).toBe(200);
    for (const line of told(server)) expect(`${line.user}`.length).toBeLessThan(300);
  });
});
