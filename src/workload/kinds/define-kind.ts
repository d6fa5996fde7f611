// A kind's record with its look-ups, built once because every decision uses them many times.

import { isObject, type Json, own } from '../json.ts';
import type { PodTemplate } from '../workload.ts';
import type { KindRecord, Shape, Shapes, WorkloadKind } from './kind.ts';
import { metadataShape, podTemplateShape } from './pod-template.ts';

export function defineKind(record: KindRecord): WorkloadKind {
  const { group, version, template, fields } = record;
  const containers = `${template}.spec.containers`;
  const item = `${containers}[`;
  const templateKeys = template.split('.');
  const byPath = new Map(fields.map((field) => [field.path, field]));
  // Keyed by the part of the path behind the container's name: `.readinessProbe.httpGet`.
  const inContainer = new Map(
    fields.filter(({ path }) => path.startsWith(item)).map((field) => [afterName(field.path), field]),
  );
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return {
    ...record,
    apiVersion,
    fullName: `${apiVersion} ${record.kind}`,
    shape: shapeOf(record),
    containers,
    containerPath: (name) => `${containers}[${name}]`,
    templateOf: (workload) => {
      let value: Json | undefined = workload;
      for (const key of templateKeys) value = isObject(value) ? own(value, key) : undefined;
      return value as PodTemplate;
    },
    inTemplate: (path) => path.startsWith(template) && path[template.length] === '.',
    fieldAt: (path) => (path.startsWith(item) ? inContainer.get(afterName(path)) : byPath.get(path)),
  };
}

function afterName(path: string): string {
  return path.slice(path.lastIndexOf(']') + 1);
}

function shapeOf({ template, fields, reads }: KindRecord): Shape {
  const all: (readonly [path: string, shape: Shape])[] = [
    ['metadata', metadataShape],
    [template, podTemplateShape],
    ...Object.entries(reads),
    ...fields.map(({ path, type }) => [path, type] as const),
  ];
  return all.reduce<Shape>(
    (shape, [path, type]) => withShape(shape, path.replaceAll('[*]', '.[*]').split('.'), type),
    {},
  );
}

function withShape(shape: Shape | undefined, [key, ...rest]: readonly string[], type: Shape): Shape {
  if (key === undefined) return type;
  if (key === '[*]') return [withShape(Array.isArray(shape) ? shape[0] : undefined, rest, type)];
  const fields = (isObject(shape) ? shape : {}) as Shapes;
  return { ...fields, [key]: withShape(fields[key], rest, type) };
}
