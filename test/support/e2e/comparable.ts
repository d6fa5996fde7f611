// An object of the model or of a real API server, without what only a real one keeps: identity, moments, status.

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export function comparable(object: Any): Any {
  if (object === undefined) return undefined;
  const { managedFields, uid, resourceVersion, creationTimestamp, ...metadata } = object.metadata;
  const entries = managedFields.map(({ time, fieldsV1: { 'f:status': _status, ...fieldsV1 }, ...entry }: Any) => ({
    ...entry,
    timed: time !== undefined,
    fieldsV1,
  }));
  const owners = entries.filter(({ fieldsV1 }: Any) => Object.keys(fieldsV1).length > 0);
  const byName = (a: Any, b: Any) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return { metadata, spec: object.spec, owners: owners.sort(byName) };
}
