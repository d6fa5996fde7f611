// Which of a container's ports a name or number means.

import { describe, expect, it } from 'vitest';
import { declaredPort, servedPorts } from '../../src/rules/ports.ts';
import type { Service } from '../../src/workload/deployment.ts';

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
    expect(declaredPort(container, port)).toBe(expected);
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
    expect(servedPorts([service('admin'), service(8080)])(container)).toBe(8080);
  });

  it('is none for UDP, for what nobody declares, and without Services', () => {
    expect(servedPorts([service(8080, 'UDP'), service(53), service('grpc')])(container)).toBeUndefined();
    expect(servedPorts([])(container)).toBeUndefined();
  });
});
