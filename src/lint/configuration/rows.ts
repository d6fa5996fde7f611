// The fields of the configuration as the rows of a table.

import { configurationShape } from './fields.ts';
import { allowedIn, type ObjectShape, type ValueShape } from './shapes.ts';

export interface ConfigurationRow {
  /** `ignores[].until` */
  readonly path: string;
  readonly allowed: string;
  readonly meaning: string;
}

export function configurationRows(): readonly ConfigurationRow[] {
  return rowsOf(configurationShape, '');
}

function rowsOf({ fields }: ObjectShape, before: string): readonly ConfigurationRow[] {
  return Object.entries(fields).flatMap(([key, { shape, description }]) => {
    const path = `${before}${key}`;
    const inner = shape.kind === 'list' ? shape.of : shape;
    const own = { path, allowed: allowedText(shape), meaning: description };
    return inner.kind === 'object' ? [own, ...rowsOf(inner, `${path}[].`)] : [own];
  });
}

/** With what the items may be, where the words for the list do not say it. */
function allowedText(shape: ValueShape): string {
  return shape.kind === 'list' && shape.of.kind !== 'object'
    ? `${shape.allowed}: ${allowedIn(shape.of)}`
    : allowedIn(shape);
}
