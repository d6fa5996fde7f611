// Which shells keep SIGTERM to themselves. Measured with `SHELL -c SCRIPT`: is the process a shell afterwards, or the server?

import { describe, expect, it } from 'vitest';
import type { Subject } from '../../src/rules/rule.ts';
import { hiddenSignals, keepsSignals } from '../../src/rules/shell-signals.ts';
import { deployment as kind } from '../../src/workload/kinds/deployment.ts';
import type { Container, PodSpec } from '../../src/workload/workload.ts';

describe('a script', () => {
  it.each<[script: string, dash: boolean, bash: boolean, busybox: boolean]>([
    ['server', true, false, false],
    ['server 2>&1', true, true, false],
    ['server;', true, false, false],
    ['server # of the shop', true, false, false],
    ['\nserver\n', true, false, false],
    ['X=1 server', true, false, false],
    ['X=1; server', true, false, false],
    ['cd / && server', true, false, false],
    ['cd / && server 2>&1', true, true, false],
    ['true; server', true, false, false],
    ['true\nserver', true, false, false],
    ['false || server', true, false, false],
    ['server; true', true, true, true],
    ['server && true', true, true, true],
    ['server || true', true, true, true],
    ['server | tee', true, true, true],
    ['true | server', true, true, true],
    ['{ server; }', true, true, false],
    ['(server)', true, true, false],
    ['(server); true', true, true, true],
    ['! server', true, true, true],
    ['server &\nwait', true, true, true],
    ['server & server', true, true, false],
    ['set -e; server', true, false, false],
    ['command server', true, false, false],
    [`server \${X:-1}`, true, false, false],
    ['server $(echo 1)', true, false, false],
    ['exec 2>&1; server', true, false, false],
  ])('%j keeps it as measured', (script, dash, bash, busybox) => {
    expect([keepsSignals('dash', script), keepsSignals('bash', script), keepsSignals('busybox', script)]).toEqual([
      dash,
      bash,
      busybox,
    ]);
  });

  it.each([
    'exec server',
    'true; exec server',
    'if [ -f x ]; then exec server; fi',
    `trap 'kill 0' TERM; server & wait`,
    'eval "$SERVER"',
    '$SERVER --port 80',
    'tini -- server',
    'dumb-init server',
    '',
    '# nothing',
    'server "',
    `server;${' true;'.repeat(5_000)}`,
  ])('%j is not judged', (script) => {
    for (const shell of ['dash', 'bash', 'busybox'] as const) expect(keepsSignals(shell, script)).toBe(false);
  });
});

describe('a container', () => {
  const said = (container: Omit<Container, 'name'>, spec: Partial<PodSpec> = {}) => {
    const given: Container = { name: 'web', ...container };
    const subject = { kind, template: { spec: { containers: [given], ...spec } } } as unknown as Subject;
    return hiddenSignals('application', given, subject).map(({ message }) => message);
  };
  const sh = (...command: string[]) => ({ command: [...command, '-c', 'server'] });

  it.each([
    ['Debian by its release', { image: 'node:24-bookworm-slim', ...sh('/bin/sh') }],
    ['Debian by the default of an official image', { image: 'docker.io/library/python:3.14', ...sh('sh') }],
    ['Debian with a registry, a port and a digest', { image: 'r.example:5000/a/b:1-trixie@sha256:00', ...sh('sh') }],
    ['Ubuntu', { image: 'ubuntu:24.04', ...sh('sh') }],
    ['dash by its name', { image: 'x', ...sh('/usr/bin/dash') }],
    ['the arguments alone', { image: 'debian:13', args: ['sh', '-ec', 'server'] }],
    ['a command and its arguments', { image: 'debian:13', command: ['sh', '-c'], args: ['server'] }],
    ['a shell behind env', { image: 'debian:13', ...sh('/usr/bin/env', 'A=1', 'sh') }],
    ['flags before the script', { image: 'debian:13', ...sh('sh', '-e') }],
  ])('is told of a shell that keeps SIGTERM: %s', (_case, container) => {
    expect(said(container)).toEqual([
      'container web is started by a shell (dash) that keeps SIGTERM to itself: the application is killed without notice. Put exec before its last command',
    ]);
  });

  it('is told of another cure where exec before the last command is none', () => {
    expect(said({ image: 'alpine:3.22', command: ['sh', '-c', 'server | tee /log'] })).toEqual([
      'container web is started by a shell (busybox) that keeps SIGTERM to itself: the application is killed without notice. Make the application its last command, with exec before it',
    ]);
  });

  it.each<[string, Omit<Container, 'name'>, Partial<PodSpec>]>([
    ['an image that tells nothing', { image: 'registry.example.com/web:1', ...sh('sh') }, {}],
    ['an image whose registry has the name of a distribution', { image: 'debian.example.com/web:1', ...sh('sh') }, {}],
    ['an official name in another registry', { image: 'registry.example.com/node:24', ...sh('sh') }, {}],
    ['no image', sh('sh'), {}],
    ['an image of no string', { image: 5, ...sh('sh') }, {}],
    ['Alpine', { image: 'node:24-alpine3.22', ...sh('sh') }, {}],
    ['BusyBox', { image: 'x', command: ['busybox', 'sh', '-c', 'server'] }, {}],
    ['bash', { image: 'debian:13', ...sh('/bin/bash') }, {}],
    ['sh that is bash', { image: 'rockylinux:9', ...sh('sh') }, {}],
    ['another shell', { image: 'debian:13', ...sh('zsh') }, {}],
    ['an init before it', { image: 'debian:13', ...sh('/usr/bin/tini', '--', 'sh') }, {}],
    ['a file', { image: 'debian:13', command: ['sh', 'start.sh'] }, {}],
    ['no command', { image: 'debian:13' }, {}],
    ['one process namespace', { image: 'debian:13', ...sh('sh') }, { shareProcessNamespace: true }],
    ['the process namespace of the host', { image: 'debian:13', ...sh('sh') }, { hostPID: true }],
    ['Windows', { image: 'debian:13', ...sh('sh') }, { os: { name: 'windows' } }],
    ['a name like a property', { image: 'constructor:__proto__', ...sh('sh') }, {}],
  ])('is told nothing: %s', (_case, container, spec) => {
    expect(said(container, spec)).toEqual([]);
  });
});
