// The files that a range of git revisions touches, as git names them.

import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TouchedFiles, touchedBy } from './touched.ts';

/**
 * Those that were changed, added or renamed, and those that are untracked. `since`: what `git diff` takes for one revision, `A..B` or
 * `A...B`. `paths`: files and folders; their repositories are asked.
 */
export async function changedFiles(since: string, paths: readonly string[]): Promise<TouchedFiles> {
  if (paths.includes('-')) return { kind: 'failed', why: 'standard input has no revisions: name files or folders' };
  if (since.trim() === '') return { kind: 'failed', why: 'the revision is empty: name one, such as HEAD' };
  // To git the empty end is HEAD: a variable that was not set would compare nothing.
  if (since.startsWith('..')) return { kind: 'failed', why: `the range ${since} has no revision before its dots` };
  try {
    const tops = new Set<string>();
    for (const folder of new Set(paths.map(folderOf))) tops.add(await topOf(folder));
    const touched = new Set<string>();
    for (const top of tops) for (const name of await namesIn(top, since)) touched.add(join(top, name));
    // Of a submodule, and of a repository within an untracked folder, git names only the folder.
    return { kind: 'known', isTouched: touchedBy(touched) };
  } catch (error) {
    if (error instanceof GitError) return { kind: 'failed', why: error.message };
    throw error;
  }
}

class GitError extends Error {}

function folderOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}

async function topOf(folder: string): Promise<string> {
  const top = await git(
    folder,
    ['rev-parse', '--show-toplevel'],
    (said) => `git finds no repository for ${folder}${said}`,
  );
  return top.replace(/\n$/, '');
}

async function namesIn(top: string, since: string): Promise<readonly string[]> {
  // A renamed file is an added one here, and a deleted one holds nothing.
  const how = ['--name-only', '-z', '--no-renames', '--diff-filter=d', '--no-relative', '--no-ext-diff'];
  const unknown = (said: string) => {
    const advice = /bad revision|unknown revision|no merge base/.test(said)
      ? '. A shallow clone, as pipelines make them, may lack the revision: fetch it first'
      : '';
    return `git cannot compare with ${since} in ${top}${said}${advice}`;
  };
  const changed = await git(top, ['diff', ...how, '--end-of-options', since, '--'], unknown);
  const untracked = await git(top, ['ls-files', '--others', '--exclude-standard', '-z'], (said) => `git failed${said}`);
  return [...changed.split('\0'), ...untracked.split('\0')].filter((name) => name !== '');
}

const maximumBytes = 256 * 1024 * 1024;

/** What it writes. `failure`: the sentence for a failure, from what git says. @throws GitError */
function git(folder: string, args: readonly string[], failure: (said: string) => string): Promise<string> {
  // A monitor of the file system would be a program that the repository names.
  const all = ['-C', folder, '-c', 'core.fsmonitor=false', ...args];
  // To a hook git says which repository calls it, which need not be that of the files.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_COMMON_DIR: _common, GIT_PREFIX: _prefix, ...rest } = process.env;
  const options = { maxBuffer: maximumBytes, env: { ...rest, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' } };
  return new Promise((resolve, reject) => {
    execFile('git', all, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new GitError('git is not on the PATH'));
      else reject(new GitError(failure(saidIn(stderr))));
    });
  });
}

/** In one line, in brackets: a later line may say what to do. */
function saidIn(stderr: string): string {
  const line = stderr
    .trim()
    .replace(/^fatal: /, '')
    .replace(/\s+/g, ' ');
  return line === '' ? '' : ` (${line.slice(0, 400)})`;
}
