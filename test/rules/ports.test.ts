// Which of a container's ports a name or number means.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredByAny, declaredPort, declaresName, servedPorts } from '../../src/rules/ports.ts';
import type { Service } from '../../src/workload/kubernetes.ts';
import type { Container, ContainerPort } from '../../src/workload/workload.ts';

const container = {
  name: 'web',
  ports: [
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { name: 'http', containerPort: 8080 },
    { name: 'admin', containerPort: 9901, protocol: 'TCP' },
  ],
};

describe('a port that a container declares', () => {
  it.each([
    [8080, 8080],
    ['8080', 8080],
    ['http', 8080],
    ['admin', 9901],
    ['dns', undefined],
    [53, undefined],
    [80, undefined],
    ['HTTP', undefined],
    ['', undefined],
  ])('%j is %s', (port, expected) => {
    expect(declaredPort(container, port)?.containerPort).toBe(expected);
  });

  it('is none where no port is declared', () => {
    expect(declaredPort({ name: 'web' }, 'http')).toBeUndefined();
  });
});

describe('a port that Services send to', () => {
  const service = (targetPort: number | string, protocol = 'TCP'): Service => ({
    name: 'web',
    namespace: 'shop',
    selector: { app: 'web' },
    ports: [{ port: 80, targetPort, protocol }],
  });

  it('is the first in the order of the container', () => {
    expect(servedPorts([service('admin'), service(8080)], [container])(container)?.port).toBe(container.ports[1]);
  });

  it('is none for UDP, for what nobody declares, and without Services', () => {
    expect(servedPorts([service(8080, 'UDP'), service(53), service('grpc')], [container])(container)).toBeUndefined();
    expect(servedPorts([], [container])(container)).toBeUndefined();
  });
});

describe('a name that two containers have', () => {
  const other = { name: 'metrics', ports: [{ name: 'http', containerPort: 9090 }] };
  const ports = [{ port: 80, targetPort: 'http', protocol: 'TCP' }];

  it('is that of the first, as in an EndpointSlice', () => {
    const served = servedPorts([{ name: 'web', namespace: 'shop', selector: {}, ports }], [container, other]);
    expect(served(container)?.port.containerPort).toBe(8080);
    expect(served(other)).toBeUndefined();
  });
});

describe('a name of any protocol', () => {
  it('is found by the kubelet', () => {
    expect(['dns', 'http', 'grpc', ''].map((name) => declaresName(container, name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a port of a headless Service', () => {
  const port = { port: 80, targetPort: 8080, protocol: 'TCP', appProtocol: 'https' };
  const usual = { name: 'peers', namespace: 'shop', selector: {}, ports: [port] };
  const headless = { ...usual, headless: true as const };

  it('is told from one that another Service sends to as well', () => {
    expect(servedPorts([headless], [container])(container)).toMatchObject({ headless: true, appProtocol: 'https' });
    for (const services of [
      [headless, usual],
      [usual, headless],
    ])
      expect(servedPorts(services, [container])(container)).toMatchObject({ headless: false });
  });
});

describe('ports that are looked up', () => {
  const protocol = fc.constantFrom(undefined, 'TCP', 'UDP');
  const number = fc.integer({ min: 1, max: 6 });
  const name = fc.constantFrom(undefined, 'a', 'b', 'c', '');
  // Beyond sixteen an index is made.
  const ports = fc.array(fc.record({ name, containerPort: number, protocol }), { maxLength: 24, size: 'max' });
  const targetPort = fc.oneof(number, fc.constantFrom('a', 'b', 'c', '1', '02', ''));
  const services = fc.array(fc.array(fc.record({ targetPort, protocol }), { maxLength: 4 }), { maxLength: 3 });

  it('are those that are found one by one', () => {
    fc.assert(
      fc.property(ports, services, (some, given) => {
        const container = { name: 'web', ports: some } as Container;
        const all = given.map((list) => ({
          name: 's',
          namespace: 'n',
          selector: {},
          ports: list,
        })) as unknown as Service[];
        const targets = all.flatMap((service) => service.ports.filter(isTcp)).map((port) => port.targetPort);
        for (const target of targets) {
          expect(declaredPort(container, target)?.containerPort).toBe(slowly(container, target));
          expect(declaredByAny([container])(target)?.containerPort).toBe(slowly(container, target));
        }
        const served = targets.map((target) => slowly(container, target));
        const first = some.find((port) => isTcp(port) && served.includes(port.containerPort))?.containerPort;
        expect(servedPorts(all, [container])(container)?.port.containerPort).toBe(first);
      }),
      { numRuns: 500 },
    );
  });

  function isTcp({ protocol }: { readonly protocol?: string | undefined }): boolean {
    return protocol === undefined || protocol === 'TCP';
  }

  function slowly({ ports = [] }: Container, port: number | string): number | undefined {
    const named = typeof port === 'string' && !/^\d+$/.test(port);
    const means = (one: ContainerPort) => (named ? one.name === port : one.containerPort === Number(port));
    return ports.filter(isTcp).find(means)?.containerPort;
  }
});
