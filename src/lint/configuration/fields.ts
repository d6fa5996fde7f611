// Every field of the configuration: what it may be and what it means. Validation, the JSON schema and the table in the documentation
// are made from this one.

import { allowedNames } from '../../policy/validation/names.ts';
import { workloadKinds } from '../../workload/kinds/kinds.ts';
import { outputNames } from '../reporters/names.ts';
import { severities } from '../result.ts';
import { topics } from '../topics.ts';
import type { FieldShape, ObjectShape, ValueShape } from './shapes.ts';

const path: ValueShape = { kind: 'text', allowed: 'a path, relative to the folder of this file', pattern: /\S/ };

const pathPattern: ValueShape = {
  kind: 'text',
  allowed: 'one line as in a .gitignore that is neither empty nor a comment, with ** at most four times',
  pattern: /^(?!#)[ \t]*[^\s][^\r\n]*$/,
  // Each one more multiplies the time for a path by its depth: a file from a fork could stop a pipeline with a few.
  isValid: (text) => text.split('**').length <= 5,
};

const namespaceName: ValueShape = {
  kind: 'text',
  allowed: allowedNames.namespace,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  maxLength: 63,
};

/** What is longer than a name can still match one: a `*` may stand for nothing. */
function pattern(of: string, characters: RegExp): ValueShape {
  return { kind: 'text', allowed: `${of}, in which * stands for any characters`, pattern: characters, maxLength: 253 };
}

function several(of: ValueShape, allowed: string): ValueShape {
  return { kind: 'list', orOne: true, of, allowed };
}

const ignoreFields: Readonly<Record<string, FieldShape>> = {
  kind: {
    shape: several({ kind: 'choice', choices: kindNames() }, 'a kind or a list of kinds'),
    description: 'The kind of the workload, or several. Without it, any.',
  },
  namespace: {
    shape: several(
      pattern('a namespace of lower-case letters, digits and "-"', /^[-a-z0-9*]+$/),
      'a namespace or a list of namespaces',
    ),
    description: 'Its namespace, or several; * stands for any characters. Without it, any.',
  },
  name: {
    shape: several(
      pattern('a name of lower-case letters, digits, "-" and "."', /^[-.a-z0-9*]+$/),
      'a name or a list of names',
    ),
    description: 'Its name, or several; * stands for any characters. Without it, any.',
  },
  rule: {
    shape: several({ kind: 'choice', choices: topics.map(({ id }) => id) }, 'a rule or a list of rules'),
    description: 'The rule, or several. Without it, all of them.',
  },
  reason: {
    shape: { kind: 'text', allowed: 'a string that says why', pattern: /\S/ },
    description: 'Why these findings are accepted: it is shown with them.',
    required: true,
  },
  until: {
    shape: {
      kind: 'text',
      allowed: 'a date, such as 2027-01-31',
      pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
      isValid: isDate,
    },
    description: 'The last day, in UTC, on which they are accepted. Afterwards they count again.',
  },
};

const output: ObjectShape = {
  kind: 'object',
  allowed: 'a format, or an object with a format and a file',
  shorthand: 'format',
  fields: {
    format: { shape: { kind: 'choice', choices: outputNames }, description: 'The format.', required: true },
    file: { shape: path, description: 'The file that it is written to. Without it, standard output.' },
  },
};

export const configurationShape: ObjectShape = {
  kind: 'object',
  allowed: 'an object with settings',
  fields: {
    policies: {
      shape: several(path, 'a path or a list of paths'),
      description: 'Files and folders of policies, like --policy.',
    },
    namespace: {
      shape: namespaceName,
      description: 'The namespace of documents that do not set one, like --namespace.',
    },
    failOn: {
      shape: { kind: 'choice', choices: [...severities, 'never'] },
      description: 'The lowest severity that makes the exit code 1, like --fail-on.',
    },
    outputs: {
      shape: { kind: 'list', of: output, allowed: 'a list of outputs' },
      description: 'What is written, and where to, like --output. At most one goes to standard output.',
    },
    baseline: {
      shape: path,
      description: 'A file of findings that do not count, like --baseline: hitless baseline writes it.',
    },
    ignoredPaths: {
      shape: several(pathPattern, 'a pattern or a list of patterns'),
      description: 'What is not read, as in a .gitignore in the folder of this file.',
    },
    ignores: {
      shape: {
        kind: 'list',
        allowed: 'a list of objects with a reason',
        of: {
          kind: 'object',
          allowed: 'an object with a reason, and with kind, namespace, name or rule',
          fields: ignoreFields,
          needsOneOf: ['kind', 'namespace', 'name', 'rule'],
        },
      },
      description: 'Findings that are accepted in workloads whose manifests cannot be annotated.',
    },
  },
};

/** Two groups can have a kind of one name. */
function kindNames(): readonly string[] {
  return [...new Set(workloadKinds().map(({ kind }) => kind))];
}

/** False for the 30th of February. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
