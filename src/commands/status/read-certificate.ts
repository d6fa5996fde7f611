// What is known of a release's certificate: from its Secret, from the metrics of the pods, and from the caBundles.

import { type Certificate, readBundle } from '../../certificates/bundle.ts';
import { type Api, ApiError } from '../../cluster/client/api.ts';
import { apiResources, pathOf } from '../../cluster/client/resources.ts';
import { argumentOf, hitlessEntries, type Installation, podSpecOf } from '../../cluster/installation.ts';
import { ifAllowed, ifPresent, type Known, known, knownValue } from '../../cluster/known.ts';
import { readSamples } from '../../cluster/metrics-text.ts';
import { isReady } from '../../measurement/rollout/objects.ts';
import { metricRows } from '../../server/metric-rows.ts';
import { type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { Workload } from '../../workload/workload.ts';
import { isBug } from '../with-cluster.ts';

export interface CertificateFacts {
  /** `hitless-system/hitless`. */
  readonly title: string;
  /** The name that API servers call it by. */
  readonly host: string;
  /** undefined: it does not exist, or which one it is is not known. */
  readonly secret: Known<StoredCertificate | undefined>;
  /** What the pods say; undefined: none of them is ready. */
  readonly served: Known<ServedCertificate | undefined>;
  readonly bundles: readonly EntryBundle[];
  /** Who writes the caBundles: hitless, cert-manager, or whoever brought the certificate; undefined: not known. */
  readonly issuer: 'hitless' | 'cert-manager' | 'you' | undefined;
  /** An empty caBundle is meant: it is your own certificate, without an authority in the values. */
  readonly trustsMachines: boolean;
}

export interface StoredCertificate {
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  readonly authority?: Certificate;
}

export interface ServedCertificate {
  readonly notAfter: Date;
  readonly authorityNotAfter?: Date;
}

export interface EntryBundle {
  readonly name: string;
  readonly certificates: readonly Certificate[];
  readonly malformed: boolean;
}

/** @throws ApiError */
export async function readCertificate(api: Api, installation: Installation): Promise<CertificateFacts> {
  const { release } = installation;
  const deployments = knownValue(installation.deployments) ?? [];
  const [secret, served] = await Promise.all([readSecret(api, installation), readServed(api, installation)]);
  const annotations = objectAt(objectAt(release.configuration ?? {}, 'metadata'), 'annotations');
  const issuer = issuerOf(deployments, annotations);
  return {
    title: `${release.namespace}/${release.name}`,
    host: `${release.name}.${release.namespace}.svc`,
    secret,
    served,
    bundles: bundlesOf(release.configuration),
    issuer,
    trustsMachines: issuer === 'you' && argumentOf(deployments, '--tls-ca') === undefined,
  };
}

function issuerOf(deployments: readonly Workload[], annotations: JsonObject): CertificateFacts['issuer'] {
  if (own(annotations, 'cert-manager.io/inject-ca-from') !== undefined) return 'cert-manager';
  if (deployments.length === 0) return undefined;
  return argumentOf(deployments, '--tls-secret') === undefined ? 'you' : 'hitless';
}

function bundlesOf(configuration: JsonObject | undefined): readonly EntryBundle[] {
  return hitlessEntries(configuration ?? {}).map((entry) => {
    const caBundle = own(objectAt(entry, 'clientConfig'), 'caBundle');
    const text = typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString() : '';
    return { name: `${entry.name}`, ...readBundle(text) };
  });
}

async function readSecret(api: Api, { release, deployments }: Installation): Promise<CertificateFacts['secret']> {
  if (deployments.kind === 'unknown') return deployments;
  const secret = secretOf(deployments.value, release.namespace);
  if (secret === undefined) return known(undefined);
  const { namespace, name } = secret;
  const path = pathOf({ kind: apiResources.secrets, namespace, name });
  const permission = `get secrets/${name} in namespace ${namespace}`;
  const found = await ifAllowed(permission, () => ifPresent(() => api.json({ path })));
  if (found.kind === 'unknown') return found;
  return known(found.value === undefined ? undefined : storedOf(objectAt(found.value, 'data')));
}

/** The one that hitless keeps, or the one that is mounted. */
function secretOf(deployments: readonly Workload[], namespace: string): NamespacedName | undefined {
  const [home, name] = argumentOf(deployments, '--tls-secret')?.split('/') ?? [];
  if (home !== undefined && name !== undefined) return { namespace: home, name };
  for (const one of deployments) {
    const volumes = objectsAt(podSpecOf(one), 'volumes');
    const mounted = own(objectAt(volumes.find((volume) => volume.name === 'tls') ?? {}, 'secret'), 'secretName');
    if (typeof mounted === 'string') return { namespace, name: mounted };
  }
  return undefined;
}

/** The keys in it are not looked at. */
function storedOf(data: JsonObject): StoredCertificate {
  const read = (key: string) => readBundle(Buffer.from(`${own(data, key) ?? ''}`, 'base64').toString()).certificates;
  const [authority] = read('ca.crt');
  return { chain: read('tls.crt'), ...(authority !== undefined && { authority }) };
}

// Of many replicas a few say as much as all.
const mostPods = 5;
const silenceMs = 3000;
const longestAnswerMs = 5000;

async function readServed(api: Api, { release, pods, deployments }: Installation): Promise<CertificateFacts['served']> {
  if (pods.kind === 'unknown') return pods;
  const port = argumentOf(knownValue(deployments) ?? [], '--plain-listen')?.replace(/^.*:/, '') ?? '8080';
  const ready = pods.value.filter(isReady).slice(0, mostPods);
  const { certificateNotAfter, authorityNotAfter } = metricRows;
  const names = [certificateNotAfter.name, authorityNotAfter.name];
  const found = await ifAllowed(`get pods/proxy in namespace ${release.namespace}`, () =>
    Promise.all(
      ready.map((pod) => {
        const name = `${own(objectAt(pod, 'metadata'), 'name')}:${port}`;
        const path = `${pathOf({ kind: apiResources.pods, namespace: release.namespace, name })}/proxy/metrics`;
        return readSamples(api, { path, silenceMs, signal: AbortSignal.timeout(longestAnswerMs) }, names).catch(
          withoutAnswer,
        );
      }),
    ),
  );
  if (found.kind === 'unknown') return found;
  const earliest = (metric: string) => {
    const values = found.value.flat().filter(({ name, value }) => name === metric && value > 0);
    return values.length === 0 ? undefined : new Date(Math.min(...values.map(({ value }) => value)) * 1000);
  };
  const [notAfter, authority] = [earliest(certificateNotAfter.name), earliest(authorityNotAfter.name)];
  if (notAfter === undefined) return known(undefined);
  return known({ notAfter, ...(authority !== undefined && { authorityNotAfter: authority }) });
}

/** A pod that wants a token, has gone meanwhile, hangs or breaks off says nothing; that it may not be asked is another matter. */
function withoutAnswer(error: Error): [] {
  if (isBug(error) || (error instanceof ApiError && error.code === 403)) throw error;
  return [];
}
