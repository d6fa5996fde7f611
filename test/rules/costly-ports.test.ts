// Ports that a TCP probe should not ask every second.

import { describe, expect, it } from 'vitest';
import { isCostly } from '../../src/rules/costly-ports.ts';

describe('a connection to a port', () => {
  it.each([
    [{ containerPort: 443 }, undefined],
    [{ containerPort: 5432 }, undefined],
    [{ containerPort: 9092 }, undefined],
    [{ containerPort: 8080, name: 'https' }, undefined],
    [{ containerPort: 8080, name: 'tcp-postgres' }, undefined],
    [{ containerPort: 8080, name: 'https-admin' }, undefined],
    [{ containerPort: 8080, name: 'http' }, 'https'],
    [{ containerPort: 8080 }, 'kubernetes.io/wss'],
    [{ containerPort: 8080 }, 'example.com/MySQL'],
  ])('%j of %s costs something', (port, appProtocol) => expect(isCostly(port, appProtocol)).toBe(true));

  it.each([
    [{ containerPort: 8080 }, undefined],
    [{ containerPort: 80, name: 'http' }, 'http'],
    [{ containerPort: 3000, name: 'web' }, 'kubernetes.io/h2c'],
    [{ containerPort: 9000, name: 'pgadmin' }, undefined],
  ])('%j of %s does not', (port, appProtocol) => expect(isCostly(port, appProtocol)).toBe(false));
});
