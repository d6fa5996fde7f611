// The Secret in which hitless keeps its own certificates. Without the label below it is not managed by hitless.

import { contentKeys } from '../../certificates/secret-contents.ts';
import type { Contents, SecretStore, StoredSecret } from '../../certificates/stores.ts';
import { certificatesLabel, rotateAnnotation } from '../../names.ts';
import { isObject, type JsonObject, own } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { type Api, ApiError } from '../client/api.ts';
import { apiResources, collectionOf, pathOf } from '../client/resources.ts';
import { isConflict, withContext } from './answers.ts';

export function secretStore(api: Api, { namespace, name }: NamespacedName): SecretStore {
  const collection = collectionOf(apiResources.secrets, namespace);
  const path = pathOf({ kind: apiResources.secrets, namespace, name });
  const what = `the Secret ${namespace}/${name}`;
  return {
    name: `${namespace}/${name}`,
    read: async () => {
      let now = new Date();
      const answered = (date: Date) => {
        now = date;
      };
      try {
        return { secret: readSecret(await api.json({ path, answered })), now };
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return { secret: undefined, now };
        throw withContext(error, `${what} cannot be read`);
      }
    },
    create: async (data) => {
      try {
        await api.json({ path: collection, method: 'POST', body: newSecret({ namespace, name }, data) });
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw withContext(error, `${what} does not exist and cannot be created`);
      }
    },
    replace: async (version, data) => {
      try {
        await api.json({
          path,
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: patch(version, data),
        });
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw withContext(error, `${what} cannot be written`);
      }
    },
  };
}

function readSecret({ metadata, data }: JsonObject): StoredSecret {
  const meta = isObject(metadata) ? metadata : {};
  const labels = own(meta, 'labels');
  const annotations = own(meta, 'annotations');
  const request = isObject(annotations) ? own(annotations, rotateAnnotation) : undefined;
  const texts = Object.entries(isObject(data) ? data : {}).map(([key, value]) => [key, decode(String(value))]);
  return {
    version: String(own(meta, 'resourceVersion')),
    ours: isObject(labels) && own(labels, certificatesLabel.key) === certificatesLabel.value,
    data: Object.fromEntries(texts),
    ...(typeof request === 'string' && { rotationRequest: request }),
  };
}

function newSecret({ namespace, name }: NamespacedName, data: Contents): JsonObject {
  const labels = { [certificatesLabel.key]: certificatesLabel.value, 'app.kubernetes.io/managed-by': 'hitless' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, labels },
    type: 'kubernetes.io/tls',
    data: encode(data),
  };
}

// A merge patch that names the version is refused with a conflict when it has changed since; a null removes a key.
function patch(version: string, data: Contents): JsonObject {
  const absent = Object.fromEntries(contentKeys.map((key) => [key, null]));
  return {
    metadata: { resourceVersion: version, annotations: { [rotateAnnotation]: null } },
    data: { ...absent, ...encode(data) },
  };
}

function encode(data: Contents): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString();
}
