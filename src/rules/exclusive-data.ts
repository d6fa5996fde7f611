// Data that one pod at a time can write: a new pod that starts beside the old one waits for its lock, and the old one stays until
// the new one is ready. Without a readinessProbe nobody waits for the new pod, and the rollout finishes.

import { isProbe } from '../workload/api-defaults.ts';
import { isObject, type JsonObject } from '../workload/json.ts';
import { runningContainers } from '../workload/native-sidecars.ts';
import type { Container } from '../workload/workload.ts';
import { replicasOf, waitsForOldPod } from './limits.ts';
import type { Subject } from './rule.ts';
import { oldFirst } from './surge-obstacle.ts';
import { limitOf, sourceIn, writableVolumes } from './volumes.ts';

/** `volume data is a writable hostPath`; undefined where the new pod starts after the old one, or where pods share nothing. */
export function exclusiveData(subject: Subject): string | undefined {
  return waitsForOldPod(subject) === undefined ? singleWriterData(subject) : undefined;
}

/** What two pods of one node would share, of a kind with one pod a node. */
export function nodeData({ kind, template }: Subject): string | undefined {
  if (kind.perNode !== true) return undefined;
  const shared = writableVolumes(template.spec).find((volume) => hasHostData(volume, ofTheKernel));
  return shared && `volume ${shared.name} is a writable hostPath, which two pods of a node would share`;
}

/** The same, however the pods are replaced. Several replicas share their data anyway. */
export function singleWriterData(subject: Subject): string | undefined {
  const { kind, template, surroundings } = subject;
  if (kind.strategy === undefined || kind.replicas === undefined || replicasOf(subject).most > 1) return undefined;
  const volumes = writableVolumes(template.spec);
  const limited = volumes.map((volume) => limitOf(volume, surroundings)).find((limit) => limit !== undefined);
  if (limited !== undefined) return limited.what;
  const shared = volumes.find((volume) => hasHostData(volume) || sourceIn(volume, networked) !== undefined);
  if (shared !== undefined) return `volume ${shared.name} is a writable ${sourceIn(shared, networked) ?? 'hostPath'}`;
  const database = volumes.some(isClaim) && runningContainers(template.spec).find(isDatabase);
  return database
    ? `container ${database.name} is a database with its data in volume ${volumes.find(isClaim)?.name}`
    : undefined;
}

/** True where a rollout waits for what a readinessProbe says, such as that a lock is taken. */
export function isReadinessProbed({ template }: Subject): boolean {
  return template.spec.containers.some(({ readinessProbe }) => isProbe(readinessProbe));
}

/** The message of a container that gets no probe. */
export function unprobed({ name }: Container, { kind }: Pick<Subject, 'kind'>, data: string): string {
  return `container ${name} has no readinessProbe, and none is written: ${data}, and with one replica the new pod may wait for a lock that the old one holds until the new one is ready. Use ${oldFirst(kind)}; then a probe is safe`;
}

const networked: ReadonlySet<string> = new Set(['nfs', 'cephfs', 'glusterfs', 'azureFile', 'quobyte']);

function isClaim(volume: JsonObject): boolean {
  return isObject(volume.persistentVolumeClaim);
}

/** A directory or a file, not what the node itself offers: a socket, a device, its time zone. */
function hasHostData({ hostPath }: JsonObject, offered: RegExp = ofTheNode): boolean {
  if (!isObject(hostPath)) return false;
  const { type, path } = hostPath;
  if (type === 'Socket' || type === 'CharDevice' || type === 'BlockDevice') return false;
  return typeof path === 'string' && !path.endsWith('.sock') && !offered.test(path);
}

const ofTheNode = /^\/(?:boot|dev|etc|lib|proc|run|sys|usr|var\/log|var\/run)?(?:\/|$)/;

// Agents keep files and sockets of their own in what else is the node's: two of one node would share them.
const ofTheKernel = /^\/(?:boot|dev|proc|sys)(?:\/|$)/;

const databases: ReadonlySet<string> = new Set([
  ...[
    'postgres',
    'postgresql',
    'postgis',
    'timescaledb',
    'timescaledb-ha',
    'mysql',
    'mysql-server',
    'mariadb',
    'percona',
  ],
  ...[
    'percona-server',
    'mongo',
    'mongodb',
    'mongodb-community-server',
    'redis',
    'redis-stack-server',
    'valkey',
    'influxdb',
  ],
  ...['couchdb', 'neo4j', 'elasticsearch', 'opensearch', 'clickhouse', 'clickhouse-server', 'etcd', 'mssql-server'],
]);

function isDatabase({ image }: Container): boolean {
  if (typeof image !== 'string') return false;
  const [repository = ''] = image.slice(image.lastIndexOf('/') + 1).split(/[:@]/);
  return databases.has(repository.toLowerCase()) || image.includes('/mssql/server');
}
