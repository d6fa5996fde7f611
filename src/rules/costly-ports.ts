// Ports on which a bare TCP connection costs something: a TLS handshake that fails, or a line in the log of a database or broker.

import type { ContainerPort } from '../workload/workload.ts';
import { hasPortWord } from './port-words.ts';

/** The shortest period of a TCP probe on such a port. */
export const costlyPeriodSeconds = 5;

const tls = [443, 465, 636, 853, 993, 995, 4443, 5671, 6443, 8443, 8883, 9443, 10250];
const databases = [1433, 1521, 3306, 5432, 6379, 6380, 7687, 9042, 11211, 26257, 26379, 27017, 27018, 27019, 33060];
const others = [22, 25, 110, 143, 389, 587, 1883, 2181, 2222, 2379, 4222, 5672, 9092, 9093, 9094, 9300, 61616];
const numbers: ReadonlySet<number> = new Set([...tls, ...databases, ...others]);

const words: ReadonlySet<string> = new Set([
  ...['https', 'tls', 'mtls', 'ssl', 'wss', 'grpcs', 'ldaps', 'amqps', 'mqtts', 'smtps', 'imaps', 'rediss'],
  ...['db', 'database', 'sql', 'postgres', 'postgresql', 'pgsql', 'pg', 'pgbouncer', 'mysql', 'mysqlx', 'mariadb'],
  ...[
    'mssql',
    'oracle',
    'mongo',
    'mongodb',
    'redis',
    'sentinel',
    'valkey',
    'memcache',
    'memcached',
    'cassandra',
    'cql',
  ],
  ...['bolt', 'etcd', 'zookeeper', 'amqp', 'kafka', 'nats', 'mqtt', 'ldap', 'smtp', 'imap', 'ssh', 'sftp'],
]);

/** `port`: as its container declares it. `appProtocol`: of the port of a Service that sends to it. */
export function isCostly({ containerPort, name = '' }: ContainerPort, appProtocol = ''): boolean {
  const protocol = appProtocol.slice(appProtocol.lastIndexOf('/') + 1);
  return numbers.has(containerPort) || hasPortWord(name, words) || hasPortWord(protocol, words);
}
