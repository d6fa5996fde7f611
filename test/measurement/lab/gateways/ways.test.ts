// The ways to the application as rows, and that rows without a proxy stay what they were.

import { expect, it } from 'vitest';
import { onWays, type Ways } from '../../../../src/measurement/lab/gateways/ways.ts';
import { promisesNoLoss, rowKey, rowsOf } from '../../../../src/measurement/lab/rows.ts';

const rows = rowsOf({ fixes: ['nothing', 'all'], drains: [false, true], replicas: [2] });
const straight: Ways = {
  through: ['direct'],
  upstreams: ['service'],
  keepAlive: [true],
  proxies: [1],
  rolls: ['application'],
  retries: [],
  gatewayRetries: [],
};

it('straight to the Service, with one number of retries for all: the same rows, to the byte', () => {
  expect(JSON.stringify(onWays(rows, straight))).toBe(JSON.stringify(rows));
  expect(rows.map(rowKey)).toEqual(['nothing ends ×2', 'nothing drains ×2', 'all ends ×2', 'all drains ×2']);
});

it('every way has a key and a title of its own', () => {
  const all = onWays(rows, {
    through: ['direct', 'nginx', 'haproxy', 'caddy'],
    upstreams: ['service', 'pods'],
    keepAlive: [true, false],
    proxies: [1, 2],
    rolls: ['application', 'gateway'],
    retries: [0, 1, 3],
    gatewayRetries: [0, 3],
  });
  expect(all).toHaveLength(rows.length * (3 + (3 * 2 + 1 + 2 * 2) * 2 * 2 * 3 * 2));
  expect(new Set(all.map(rowKey)).size).toBe(all.length);
  expect(new Set(all.map(({ title, drains }) => `${title} ${drains}`)).size).toBe(all.length);
});

it('a row says what differs from the usual way', () => {
  const own = (changes: Partial<Ways>) => onWays(rows.slice(0, 1), { ...straight, ...changes })[0];
  expect(own({ through: ['nginx'] })).toMatchObject({ title: 'nothing fixed, through nginx', keepAlive: true });
  expect(own({ through: ['haproxy'], keepAlive: [false], proxies: [2] })).toMatchObject({
    title: 'nothing fixed, through 2 × HAProxy, without keep-alive',
    keepAlive: false,
    proxies: 2,
  });
  expect(own({ through: ['caddy'], gatewayRetries: [1] })?.title).toBe(
    'nothing fixed, through Caddy, proxy with 1 retry',
  );
  expect(own({ through: ['haproxy'], upstreams: ['pods'] })).toMatchObject({
    title: 'nothing fixed, through HAProxy to pod addresses',
    upstream: 'pods',
    keepAlive: true,
  });
  expect(own({ retries: [0, 3] })).toMatchObject({ title: 'nothing fixed, clients without retries', retries: 0 });
});

it('no loss is promised through a proxy either, but not while the proxy itself rolls', () => {
  const promised = (changes: Partial<Ways>) =>
    onWays(rows, { ...straight, through: ['nginx'], ...changes })
      .filter(promisesNoLoss)
      .map(rowKey);
  expect(promised({})).toEqual(['all drains ×2 nginx']);
  expect(promised({ rolls: ['gateway'] })).toEqual([]);
});
