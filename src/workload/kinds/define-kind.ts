// A kind's record with its look-ups: made once, because every decision asks them many times.

import { isObject, type Json, own } from '../json.ts';
import type { PodTemplate } from '../workload.ts';
import type { KindRecord, Shape, Shapes, WorkloadKind } from './kind.ts';
import { metadataShape, podTemplateShape } from './pod-template.ts';

export function defineKind(record: KindRecord): WorkloadKind {
  const { group, version, template, fields } = record;
  const containers = `${template}.spec.containers`;
  const inContainer = `${containers}[*]`;
  const templateKeys = template.split('.');
  const byPath = new Map(fields.map((field) => [field.path, field]));
  return {
    ...record,
    apiVersion: group === '' ? version : `${group}/${version}`,
    shape: shapeOf(record),
    containers,
    containerPath: (name) => `${containers}[${name}]`,
    templateOf: (workload) => templateKeys.reduce<Json | undefined>(child, workload) as PodTemplate,
    inTemplate: (path) => path.startsWith(template) && path[template.length] === '.',
    fieldAt: (path) => {
      const end = path.startsWith(`${containers}[`) ? path.lastIndexOf(']') : -1;
      return byPath.get(end === -1 ? path : `${inContainer}${path.slice(end + 1)}`);
    },
  };
}

function child(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? own(value, key) : undefined;
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
