// The flags and the help of `hitless test`.

import { Argument, type Command, Option } from 'commander';
import type { Terminal } from '../../terminal/terminal.ts';
import { namespaceOfFiles, type OnExit, policyFiles } from '../options.ts';
import type { TestOptions } from './test.ts';

export function addTest(program: Command, terminal: Terminal, report: OnExit): void {
  program
    .command('test')
    .description('test policies: folders of manifests, each with what hitless is expected to write and to find')
    .addArgument(new Argument('<folder...>', 'folders with tests in them, at any depth; or one test'))
    .addOption(policyFiles())
    .addOption(namespaceOfFiles())
    .addOption(new Option('--update', 'write what is expected: what hitless writes and finds now'))
    .addOption(new Option('--junit <file>', 'also write the results as JUnit XML, with a case for each test'))
    .addHelpText('after', testHelp)
    .action(async (folders: string[], options: TestOptions) => {
      const { test } = await import('./test.ts');
      report(await test(folders, options, terminal));
    });
}

const testHelp = `
A test is a folder with these files, of which the first is required; .yml and .json are as good as .yaml:
  input.yaml      manifests as their author writes them, or a folder input/
  policy.yaml     policies for this test, and Nodes for the version of Kubernetes, or a folder policy/
  expected.yaml   the input with the edits of hitless fix, or a folder expected/ beside a folder input/
  expected.txt    what hitless finds
Policies for all tests are given by --policy; one of the same name in a test wins there. A test fails when one of the two
expectations differs, and when it has none: then --update writes both, and later those that are there.

Exit codes: 0 everything is as expected, 1 something is not, 2 something could not be read, or a policy is not valid.

Examples:
  hitless test policy-tests/
  hitless test policy-tests/ --policy policies/ --junit policies.xml
  hitless test policy-tests/ --update && git diff`;
