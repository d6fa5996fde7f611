// Runs `check` over real manifests and prints what it finds, by rule and severity, with a sample to judge: docs/precision.md.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LocatedDiagnostic } from '../src/lint/diagnostic.ts';
import type { InputFile } from '../src/lint/inputs/read-files.ts';
import { readInputs } from '../src/lint/inputs.ts';
import { type Examined, examineAll } from '../src/lint/lint.ts';
import { objectTitle } from '../src/lint/object-reference.ts';
import { visible, visibleJson } from '../src/text/hidden.ts';
import type { JsonObject } from '../src/workload/json.ts';
import { kindMeant } from '../src/workload/kinds/kinds.ts';
import { editText } from '../src/yaml/edit.ts';
import { unifiedDiff } from '../src/yaml/unified-diff.ts';
import { type FoundInCorpus, groupsOf, judgedTable, type Precision, precisionText } from './precision-report.ts';

const usage = `npm run precision -- [--sample N] [--seed N] [--policy FILE] [--json] [FOLDER...]
npm run precision -- --count FILE    # a file that --json wrote, with verdicts

Each file and each folder directly in a FOLDER is checked by itself, as one repository.
Without a FOLDER, ../shared/manifests is checked.
`;

const byDefault = '../shared/manifests';

interface Settings {
  readonly sample: number;
  readonly seed: number;
  readonly policy: readonly string[];
}

/** The exit code: 2 when the arguments are wrong or a folder cannot be read. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.count !== undefined) {
      process.stdout.write(judgedTable(JSON.parse(readFileSync(values.count, 'utf8'))));
      return 0;
    }
    if (positionals.length === 0 && !existsSync(byDefault))
      throw new Error(`there is no ${byDefault} here: name a folder`);
    const folders = positionals.length > 0 ? positionals : [byDefault];
    const settings = {
      sample: whole('sample', values.sample),
      seed: whole('seed', values.seed),
      policy: values.policy,
    };
    const result = await measure(folders, settings);
    process.stdout.write(values.json ? `${visibleJson(result)}\n` : precisionText(result));
    return 0;
  } catch (error) {
    process.stderr.write(`precision: ${visible((error as Error).message)}\n\n${usage}`);
    return 2;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sample: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      policy: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      count: { type: 'string' },
    },
  });
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, found ${text}`);
}

async function measure(folders: readonly string[], { sample, seed, policy }: Settings): Promise<Precision> {
  const counts = { inputs: 0, files: 0, workloads: 0, problems: 0 };
  const found: FoundInCorpus[] = [];
  for (const path of folders.flatMap(inputsIn)) {
    const inputs = await readInputs([path], { policy, namespace: 'default' }, silent);
    const examined = examineAll(inputs, 'default');
    counts.inputs += 1;
    counts.files += inputs.files.length;
    counts.workloads += examined.length;
    counts.problems += inputs.problems.length;
    const fileOf = new Map(inputs.files.flatMap((file) => file.documents.map((document) => [document, file])));
    for (const one of examined) {
      const file = fileOf.get(one.document);
      if (file !== undefined) found.push(...one.diagnostics.map((diagnostic) => locate(one, diagnostic, file)));
    }
  }
  return { version: 1, seed, sample, ...counts, groups: groupsOf(found, { sample, seed }) };
}

const silent = {
  stdin: async () => Buffer.from(''),
  out: () => undefined,
  err: () => undefined,
  colour: { out: false, err: false },
};

const isManifest = (name: string) => /\.(?:ya?ml|json)$/.test(name);

/** One input for each repository. A hidden folder holds no manifests. */
function inputsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || isManifest(entry.name)))
    .map(({ name }) => join(folder, name))
    .toSorted();
}

function locate({ document, object }: Examined, diagnostic: LocatedDiagnostic, file: InputFile): FoundInCorpus {
  const { rule, severity, line, message } = diagnostic;
  return {
    rule,
    severity,
    file: file.file,
    line,
    object: objectTitle(object),
    message,
    // Only for those of the sample: a diff of each would take long.
    diff: () => diffOf(document, diagnostic, file),
  };
}

/** What `fix` would write for this finding alone; empty for one without an edit. */
function diffOf(document: Examined['document'], { changes }: LocatedDiagnostic, file: InputFile): string {
  if (changes.length === 0) return '';
  const { order = {} } = kindMeant(document.value as JsonObject) ?? {};
  const edited = editText(file.text, file.documents, new Map([[document, { changes, order }]]));
  return edited.refused.get(document) ?? unifiedDiff(file.file, edited.segments);
}

process.exitCode = await main(process.argv.slice(2));
