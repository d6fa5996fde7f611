// The Service that a load from within the cluster is sent to: found, named, or refused with the candidates.

import { describe, expect, it } from 'vitest';
import {
  movedAddress,
  readServiceName,
  type ServiceQuestion,
  serviceAddress,
} from '../../../src/measurement/verify/service-url.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { type Answers, fakeCluster, refused } from '../../support/lab/fake-cluster.ts';

const labels = { app: 'web' };
const http = { name: 'http', port: 80 };
const metrics = { name: 'metrics', port: 9090 };

const service = (name: string, spec: JsonObject = {}) => ({
  metadata: { name },
  spec: { selector: labels, clusterIP: '10.96.0.5', ports: [http], ...spec },
});

const cluster = (...services: readonly JsonObject[]) =>
  fakeCluster({
    'GET /api/v1/namespaces/shop/services': () => ({ metadata: {}, items: [...services] }),
    'GET /api/v1/namespaces/shop/services/.*': ({ path }) =>
      services.find(({ metadata }) => path.endsWith(`/${(metadata as JsonObject).name}`)) ?? refused(404, 'not found'),
  });

const urlOf = async (services: readonly JsonObject[], question: Partial<ServiceQuestion> = {}) =>
  (await serviceAddress(cluster(...services).api, { namespace: 'shop', labels, ...question })).url;

const named = (text: string) => ({ named: readServiceName(text) ?? { name: '', path: '' } });

describe('the name of a Service', () => {
  it.each([
    ['web', { name: 'web', path: '/' }],
    ['web:80', { name: 'web', port: '80', path: '/' }],
    ['web:http/a?b=c', { name: 'web', port: 'http', path: '/a?b=c' }],
    ['web/healthz', { name: 'web', path: '/healthz' }],
  ])('%s', (text, wanted) => expect(readServiceName(text)).toEqual(wanted));
  it.each(['', 'Web', 'web:', 'web:80:81', 'shop/ web', 'http://web/', '-web'])('is not %j', (text) =>
    expect(readServiceName(text)).toBeUndefined());
});

describe('the address', () => {
  it('is that of the only Service in front of the pods', async () => {
    const other = service('other', { selector: { app: 'other' } });
    expect(await urlOf([other, service('web')])).toBe('http://10.96.0.5:80/');
  });

  it('leaves out the headless Service beside it', async () => {
    expect(await urlOf([service('web-pods', { clusterIP: 'None' }), service('web')])).toBe('http://10.96.0.5:80/');
  });

  it('is the named one, with its port by number or name, and its path', async () => {
    const both = [service('web', { ports: [http, metrics] }), service('web-old')];
    expect(await urlOf(both, named('web:9090/metrics'))).toBe('http://10.96.0.5:9090/metrics');
    expect(await urlOf(both, named('web:http'))).toBe('http://10.96.0.5:80/');
    expect(await urlOf(both, { ...named('web-old'), labels: {} })).toBe('http://10.96.0.5:80/');
  });

  it.each([
    [{ ports: [{ port: 443 }] }, 'https://10.96.0.5:443/'],
    [{ ports: [{ port: 8443, name: 'https-web' }] }, 'https://10.96.0.5:8443/'],
    [{ ports: [{ port: 8443, appProtocol: 'https' }] }, 'https://10.96.0.5:8443/'],
    [{ ports: [http, { port: 53, protocol: 'UDP' }] }, 'http://10.96.0.5:80/'],
    [{ clusterIP: 'fd00::5' }, 'http://[fd00::5]:80/'],
  ])('of %j is %s', async (spec, url) => expect(await urlOf([service('web', spec)])).toBe(url));
});

describe('a Service is refused', () => {
  it.each<readonly [string, readonly JsonObject[], Partial<ServiceQuestion>, string]>([
    ['that is not there', [], {}, 'no Service in namespace shop selects its pods: name one with --service NAME:PORT'],
    [
      'that is one of several',
      [service('web', { ports: [http, metrics] }), service('web-old')],
      {},
      'several Services select its pods: choose one with --service NAME:PORT, of web:80 (http), web:9090 (metrics), web-old:80 (http)',
    ],
    [
      'with several ports',
      [service('web', { ports: [http, metrics] })],
      {},
      'Service web has several ports: choose one with --service NAME:PORT, of web:80 (http), web:9090 (metrics)',
    ],
    [
      'without the port that was named',
      [service('web')],
      named('web:81'),
      'Service web has no port 81: choose one with --service NAME:PORT, of web:80 (http)',
    ],
    [
      'that does not exist, with those that do',
      [service('web')],
      named('wbe'),
      'Service shop/wbe does not exist; the pods are behind web:80 (http)',
    ],
    ['that is headless', [service('web', { clusterIP: 'None' })], {}, 'has no address of its own'],
    ['that is an ExternalName', [service('web', { type: 'ExternalName' })], named('web'), 'has no address of its own'],
    ['without a TCP port', [service('web', { ports: [{ port: 53, protocol: 'UDP' }] })], {}, 'has no TCP port'],
  ])('%s', async (_what, services, question, words) => {
    await expect(urlOf(services, question)).rejects.toThrow(words);
  });
});

describe('an address that moves', () => {
  const address = {
    title: 'shop/web',
    url: 'http://10.96.0.5:80/',
    service: { namespace: 'shop', name: 'web' },
    clusterIp: '10.96.0.5',
  };
  const path = 'GET /api/v1/namespaces/shop/services/web';
  const moved = (answers: Answers) => movedAddress(fakeCluster(answers).api, address);

  it('is told with both addresses', async () => {
    expect(await moved({ [path]: () => service('web', { clusterIP: '10.96.9.9' }) })).toContain(
      'Service shop/web changed its address from 10.96.0.5 to 10.96.9.9 during the measurement, and the load went on to the old one',
    );
    expect(await moved({ [path]: () => refused(404, 'not found') })).toContain('was deleted during the measurement');
  });

  it('is not told of one that stays', async () => {
    expect(await moved({ [path]: () => service('web') })).toBeUndefined();
  });
});
