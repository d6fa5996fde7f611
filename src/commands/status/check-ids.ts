// The names of the checks, for the help and the command line: the checks themselves are loaded when the command runs.

export const checkIds = [
  'webhook',
  'pods',
  'dry-run',
  'certificate',
  'calls',
  'policies',
  'namespaces',
  'rollouts',
  'leftovers',
] as const;
