// `hitless lab` as a command: what it refuses before it touches a cluster, its exit codes, and the command that it writes down.

import { describe, expect, it } from 'vitest';
import { commandText } from '../../../src/commands/command-line.ts';
import { exitCodeOf } from '../../../src/commands/lab/lab.ts';
import { replicaCounts, words } from '../../../src/commands/options.ts';
import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { interruptible } from '../../../src/terminal/interrupt.ts';
import { hitless } from '../../support/hitless.ts';
import { labResult } from '../../support/report/lab-result.ts';

describe('lab refuses', () => {
  it.each([
    ['--rows nothing,everything', '--rows: each row must be one of nothing, only/readiness-probe'],
    ['--namespace Shop', '--namespace: must be at most 63 lower-case letters'],
    [`--namespace ${'a'.repeat(64)}`, 'must be at most 63'],
    ['--route route.yaml', '--route requires --target'],
    ['--target shop.example.com', '--target: must be an http or https URL, found "shop.example.com"'],
    ['--target http://shop/', '--target requires --route FILE, or --namespace NAME'],
    ['--target http://shop/ --namespace lab --parallel 2', 'omit --parallel'],
    ['--target http://shop/ --namespace lab --traffic get-new,grpc-unary', 'remove grpc-unary from --traffic'],
    ['--through nginx --target http://shop/', '--target and --through are two ways'],
    ['--through direct,caddy --traffic get-new,websocket', 'remove websocket from --traffic'],
    ['--through direct,nginx --roll gateway', 'has no rows without a proxy: remove direct'],
    ['--roll both', '--roll both requires a proxy in --through'],
    ['--gateway-retries 1,3', '--gateway-retries requires a proxy in --through'],
    ['--gateway-upstream pods', '--gateway-upstream pods requires a proxy in --through'],
    ['--through nginx --gateway-dns 10.96.0.10', '--gateway-dns requires --gateway-upstream pods or both'],
    [
      '--through nginx --gateway-upstream both --gateway-dns kube-dns',
      '--gateway-dns: must be an IP address, found "kube-dns"',
    ],
    ['--through nginx --gateway-upstream pods --gateway-dns-domain x', '--gateway-dns-domain requires --gateway-dns'],
    [
      '--through nginx --gateway-upstream pods --gateway-dns fd00::a --gateway-dns-domain /x',
      '--gateway-dns-domain: must be at most 253',
    ],
    ['--json /nowhere/at/all/lab.json', '/nowhere/at/all/lab.json cannot be written'],
    ['--report /nowhere/at/all/lab.html', '/nowhere/at/all/lab.html cannot be written'],
    ['--json new.json --resume ./new.json', 'two outputs go to ./new.json: name another file for one of them'],
    ['--target http://shop/ --route a.yaml --report a.yaml', 'a.yaml is an input, and is not overwritten'],
    ['--kubeconfig k.yaml --resume k.yaml', 'k.yaml is an input, and is not overwritten'],
  ])('%s', async (flags, sentence) => {
    const { code, out, err } = await hitless(['lab', ...flags.split(' ')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^hitless lab: .*\n$/);
    expect(err).toContain(sentence);
  });

  it('a cluster that is not there', async () => {
    const { code, err } = await hitless(['lab', '--kubeconfig', '/nowhere/kubeconfig']);
    expect(code).toBe(2);
    expect(err).toContain('/nowhere/kubeconfig');
  });
});

describe('the exit code', () => {
  const rows = (change: (row: LabResult['rows'][number]) => object) => ({
    ...labResult(),
    rows: labResult().rows.map((row) => ({ ...row, ...change(row) })),
  });

  it('is 0 when all was measured, and all of hitless lost nothing of an application that drains', () => {
    expect(exitCodeOf(labResult(), { rollouts: 20 })).toBe(0);
  });

  it('is 1 when it did', () => {
    const result = rows(({ fixes, drains }) => (fixes === 'all' && drains ? { lost: 1 } : {}));
    expect(exitCodeOf(result, { rollouts: 20 })).toBe(1);
    expect(exitCodeOf(result, { rollouts: 21 })).toBe(1);
  });

  it('is 2 when something was not measured', () => {
    expect(exitCodeOf(labResult(), { rollouts: 21 })).toBe(2);
    const result = rows(({ fixes }) => (fixes === 'nothing' ? { rollouts: [] } : {}));
    expect(exitCodeOf(result, { rollouts: 20 })).toBe(2);
  });
});

describe('flags', () => {
  it('that name a row twice measure it once', () => {
    expect(words('all, nothing,all')).toEqual(['all', 'nothing']);
    expect(replicaCounts('2,4,2')).toEqual([2, 4]);
  });

  it('are written down so that they can be given again, without what belongs to one machine', () => {
    const options = {
      rows: ['nothing', 'all'],
      quick: true,
      webhook: false,
      startUp: 1000,
      target: "http://me:secret@shop/?a=1&b='2'",
      namespace: undefined,
      kubeconfig: '/home/me/config',
      json: '/tmp/lab.json',
    };
    expect(commandText('hitless lab', options)).toBe(
      "hitless lab --rows nothing,all --quick --no-webhook --start-up 1000 --target 'http://shop/?a=1&b='\\''2'\\'''",
    );
  });
});

describe('Ctrl-C', () => {
  it('ends the work once, and the second one is no longer caught', () => {
    const before = [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
    let said = 0;
    const { signal, end } = interruptible(() => {
      said += 1;
    });
    process.emit('SIGINT', 'SIGINT');
    expect([signal.aborted, said]).toEqual([true, 1]);
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual(before);
    end();
  });

  it('is not caught any more when the work is done', () => {
    const before = process.listenerCount('SIGTERM');
    interruptible(() => undefined).end();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
