// The example of docs/examples/policy-tests: run as its page says, and failing where the policy is another one.

import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hitless } from '../support/hitless.ts';
import { temporaryFolder } from '../support/pair.ts';

const folder = 'docs/examples/policy-tests';
const page = readFileSync(`${folder}/README.md`, 'utf8');
const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

it('passes by the command of its page', async () => {
  const [, command = ''] = /^npx hitless (.*)$/m.exec(page) ?? [];
  expect(await hitless(command.split(' '))).toEqual({
    code: 0,
    out: `${folders.length} tests: ${folders.length} passed.\n`,
    err: '',
  });
});

it('has each test on its page', () => {
  for (const { name } of folders) expect(page).toContain(`| [${name}](${name}) |`);
});

it.each([
  ['seconds: 15', 'seconds: 20', 3],
  ['locked:', '# locked:', 1],
  ['[Deployment, StatefulSet]', '[Deployment]', 1],
])('tells when %s becomes %s', async (before, after, failures) => {
  const policy = readFileSync('docs/examples/platform-policy.yaml', 'utf8');
  const file = join(await temporaryFolder(), 'policy.yaml');
  await writeFile(file, policy.replace(before, after));
  const { code, out } = await hitless(['test', folder, '--policy', file]);
  expect([code, out]).toEqual([1, expect.stringContaining(`, ${failures} failed. `)]);
});
