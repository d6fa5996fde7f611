// The inputs of the GitHub action and of the GitLab component, as rows of their tables.

import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

interface Input {
  readonly description: string;
  readonly default?: string;
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

export const actionInputs: Readonly<Record<string, Input>> = parse(read('action.yml')).inputs;
export const componentInputs: Readonly<Record<string, Input>> = parseAllDocuments(
  read('templates/check.yml'),
)[0]?.toJS().spec.inputs;

export function inputRows(inputs: Readonly<Record<string, Input>>): readonly (readonly string[])[] {
  return Object.entries(inputs).map(([name, { description, default: fallback }]) => [
    `\`${name}\``,
    fallback === undefined ? 'required' : fallback === '' ? '' : `\`${fallback}\``,
    description,
  ]);
}
