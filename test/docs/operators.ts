// Which strings of the source reach operators: log lines, answers, skipped reviews, findings, reasons not to start.

import type { Literal } from './messages.ts';

interface Kind {
  readonly name: string;
  readonly files: RegExp;
  /** What stands before such a text in its statement. */
  readonly before: RegExp;
}

export const kinds: readonly Kind[] = [
  {
    name: 'log lines',
    files: /./,
    before: /\blog\.(?:debug|info|warn|error|fatal)\([\s\S]*$|\bconst messages\b[\s\S]*:\s*$/,
  },
  {
    name: 'refusals and errors of their own class',
    files: /./,
    before: /\bnew (?:Refusal|BadReview|NotReady|Stopped|BadPair|HttpError|VerifyError)\([^)]*$/,
  },
  { name: 'other texts of refusals', files: /\/server\//, before: /\bconst (?:message|late|who)\s*=\s*$/ },
  { name: 'errors', files: /\/(?:certificates|cluster|world|cluster-state|lab)\//, before: /\bthrow new Error\(\s*$/ },
  { name: 'reasons', files: /\/(?:skip|refused|sleep-mechanism)\.ts$/, before: /\breturn\s*$/ },
  { name: 'warnings', files: /\/admission\/(?:warnings|edit-lines|messages)\.ts$/, before: /(?:\breturn|\?|:)\s*$/ },
  {
    name: 'ignored annotations',
    files: /\/(?:annotations|labels|near-misses|opt-in)\.ts$/,
    before: /(?:\breturn|=>)\s*$/,
  },
  { name: 'findings', files: /\/(?:rules|workload\/kinds)\//, before: /\bmessage\s*[=:]\s*$/ },
  { name: 'notices', files: /\/lint\/(?:inputs|acceptance)\/notices\.ts$/, before: /(?:\breturn|=>)\s*\[?\s*$/ },
  {
    name: 'mistakes in a configuration or a baseline',
    files: /\/lint\/(?:configuration|baseline)\//,
    before: /\b(?:message|mistake):\s*$/,
  },
  { name: 'settings', files: /^(?!.*load).*\/settings\.ts$/, before: /(?:=>|push\(|\breturn)\s*$/ },
  { name: 'status', files: /\/commands\/status\//, before: /\bmessage\s*[=:]\s*$/ },
  { name: 'no cluster', files: /\/with-cluster\.ts$/, before: /\breturn\s*$/ },
];

/** Texts of one or two words are names, not sentences, but for those of the log. */
export function kindOf(file: string, { text, before }: Literal): Kind | undefined {
  return kinds.find(
    (kind) =>
      kind.files.test(file) && kind.before.test(before) && (kind.name === 'log lines' || /\S+ \S+ \S+ \S/.test(text)),
  );
}
