// Checks that the fields that we read have the API's types. The API server guarantees that for the objects that it sends; a
// manifest on disk or another caller does not. Fields that we do not read are not checked.

import { isObject, type Json, type JsonObject, own } from './json.ts';
import type { Leaf, Shape, Shapes, WorkloadKind } from './kinds/kind.ts';
import type { PodTemplate, Workload } from './workload.ts';

export interface FieldTypeError {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}

/** `spec.replicas must be a whole number, found string "2"`. */
export function typeErrorText({ path, allowed, found }: FieldTypeError): string {
  return `${path} must be ${allowed}, found ${found}`;
}

export interface ShapeExamination {
  readonly mistakes: FieldTypeError[];
  /** True when a field that we read is null, which counts as absent. */
  nulls: boolean;
}

// An object can be wrong in as many places as it has bytes; an author who fixes this many can check again.
const mostMistakes = 100;

/** The fields of the wrong type, up to a limit. */
export function fieldTypeErrors(kind: WorkloadKind, value: Json): readonly FieldTypeError[] {
  return examineShape(kind, value).mistakes;
}

export function examineShape(kind: WorkloadKind, value: Json): ShapeExamination {
  const shaped: ShapeExamination = { mistakes: [], nulls: false };
  check(value, kind.shape, [], shaped);
  return shaped;
}

/** Missing parts without which there is nothing to plan; the API server also refuses such a workload. */
export function missingParts(kind: WorkloadKind, value: JsonObject): readonly FieldTypeError[] {
  const path = kind.containers;
  const template = kind.templateOf(value as Workload) as Partial<PodTemplate> | undefined;
  const containers = template?.spec?.containers;
  const missing = (found: string, allowed = 'a list of at least one container') => [{ path, found, allowed }];
  if (!Array.isArray(containers)) return missing('nothing');
  if (containers.length === 0) return missing('an empty list');
  const named = containers.every((item) => typeof item?.name === 'string');
  return named ? [] : missing('a container without a name', 'a list of containers with names');
}

/** Keys and indexes that lead to a value; joined only when needed: nearly every object is correct. */
type Trail = (string | number)[];

function check(value: Json | undefined, shape: Shape, trail: Trail, shaped: ShapeExamination): void {
  if (value === null) shaped.nulls = true;
  if (value === undefined || value === null) return;
  const wrong = (allowed: string) => blame(shaped, trail, describe(value), allowed);
  if (typeof shape === 'string') {
    if (!isOf(value, shape)) wrong(names[shape]);
  } else if (isList(shape)) {
    if (Array.isArray(value)) checkItems(value, shape[0], trail, shaped);
    else wrong('a list');
  } else if (isObject(value)) {
    checkFields(value, shape, trail, shaped);
  } else {
    wrong(names.object);
  }
}

function blame({ mistakes }: ShapeExamination, trail: Readonly<Trail>, found: string, allowed: string): void {
  if (mistakes.length < mostMistakes) mistakes.push({ path: trail.reduce<string>(joined, ''), found, allowed });
}

function joined(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

function isList(shape: Shapes | readonly [Shape]): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function checkFields(value: JsonObject, fields: Shapes, trail: Trail, shaped: ShapeExamination): void {
  for (const field in value) {
    const shape = own(fields as JsonObject, field) as Shape | undefined;
    if (shape === undefined) continue;
    trail.push(field);
    check(value[field], shape, trail, shaped);
    trail.pop();
  }
}

function checkItems(list: readonly Json[], shape: Shape, trail: Trail, shaped: ShapeExamination): void {
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index] ?? null;
    trail.push(index);
    if (item === null) blame(shaped, trail, 'null', 'an item');
    check(item, shape, trail, shaped);
    trail.pop();
  }
}

const names: Readonly<Record<Leaf, string>> = {
  string: 'a string',
  integer: 'a whole number',
  boolean: 'true or false',
  'integer or string': 'a whole number or a string',
  map: 'a map of strings to strings',
  object: 'an object',
};

function isOf(value: Json, shape: Leaf): boolean {
  if (shape === 'string') return typeof value === 'string';
  if (shape === 'integer') return Number.isInteger(value);
  if (shape === 'boolean') return typeof value === 'boolean';
  if (shape === 'integer or string') return typeof value === 'string' || Number.isInteger(value);
  return isObject(value) && (shape === 'object' || isMap(value));
}

function isMap(value: JsonObject): boolean {
  for (const key in value) if (typeof value[key] !== 'string') return false;
  return true;
}

/** `string "2"`, `a list`: always short. */
export function describe(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return `${typeof value} ${JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value)}`.slice(0, 60);
}
