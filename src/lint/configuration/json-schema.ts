// The JSON schema of the configuration, with which editors complete it and show its mistakes.

import { docsUrl } from '../../names.ts';
import { configurationShape } from './fields.ts';
import type { FieldShape, ValueShape } from './shapes.ts';

type Schema = Readonly<Record<string, unknown>>;

export function configurationSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${docsUrl}/hitless.schema.json`,
    title: '.hitless.yaml',
    description: 'What hitless check, fix, explain and baseline do in this repository.',
    ...schemaOf(configurationShape),
  };
}

function schemaOf(shape: ValueShape): Schema {
  if (shape.kind === 'choice') return { type: 'string', enum: shape.choices };
  if (shape.kind === 'text') {
    const { pattern, maxLength } = shape;
    return { type: 'string', pattern: pattern.source, ...(maxLength !== undefined && { maxLength }) };
  }
  if (shape.kind === 'list') {
    const list = { type: 'array', items: schemaOf(shape.of) };
    return shape.orOne ? { anyOf: [schemaOf(shape.of), list] } : list;
  }
  const { fields, shorthand, needsOneOf } = shape;
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => field.required).map(([key]) => key);
  const object = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([key, field]) => [key, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    ...(needsOneOf !== undefined && { anyOf: needsOneOf.map((key) => ({ required: [key] })) }),
  };
  const short = shorthand === undefined ? undefined : fields[shorthand];
  return short === undefined ? object : { anyOf: [schemaOf(short.shape), object] };
}

function fieldSchema({ shape, description }: FieldShape): Schema {
  return { description, ...schemaOf(shape) };
}
