// Runs `kustomize build`, or the kustomize within kubectl, on a folder: without network, without plugins, for a limited time.

import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, sep } from 'node:path';

export interface Built {
  readonly text: string;
  /** The folder that the origins in it are relative to; absent where it has none. */
  readonly from?: string;
}

export type BuildResult = Built | { readonly failed: string };

/** The text that the kustomization in `folder` renders to, each object with the file that it comes from, if possible. */
export async function build(folder: string): Promise<BuildResult> {
  const program = programOnPath();
  if (program === undefined) return { failed: 'neither kustomize nor kubectl is on the PATH' };
  const wrapper = mkdtempSync(join(realpathSync(tmpdir()), 'hitless-render-'));
  try {
    const base = relative(wrapper, realpathSync(folder)).split(sep).join('/');
    const lines = ['resources:', `- ${JSON.stringify(base)}`, 'buildMetadata: [originAnnotations]', ''];
    writeFileSync(join(wrapper, 'kustomization.yaml'), lines.join('\n'));
    const wrapped = await run(program, wrapper);
    // An old kustomize knows no origins.
    return 'text' in wrapped ? { ...wrapped, from: wrapper } : await run(program, folder);
  } finally {
    rmSync(wrapper, { recursive: true });
  }
}

interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

function programOnPath(): Program | undefined {
  const kustomize = onPath('kustomize');
  if (kustomize !== undefined) return { file: kustomize, args: ['build'] };
  const kubectl = onPath('kubectl');
  return kubectl === undefined ? undefined : { file: kubectl, args: ['kustomize'] };
}

function onPath(name: string): string | undefined {
  const files = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  return files.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Nobody listens on the discard port, and git may use no protocol: a remote base fails at once. */
const offline = {
  ...Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, 'http://127.0.0.1:9']),
  ),
  ...{ NO_PROXY: '', no_proxy: '', GIT_ALLOW_PROTOCOL: 'none', GIT_TERMINAL_PROMPT: '0' },
};

const limitSeconds = 60;
const maximumBytes = 64 * 1024 * 1024;

function run({ file, args }: Program, folder: string): Promise<BuildResult> {
  return new Promise((resolve) => {
    const options = {
      env: { ...process.env, ...offline },
      timeout: limitSeconds * 1_000,
      killSignal: 'SIGKILL' as const,
      maxBuffer: maximumBytes,
    };
    execFile(file, [...args, folder], options, (error, stdout, stderr) => {
      if (error === null) resolve({ text: stdout });
      else if (error.killed === true)
        resolve({ failed: `${file} took longer than ${limitSeconds} s, or wrote too much` });
      else resolve({ failed: `${file} failed: ${reasonIn(stderr) || error.message}` });
    });
  });
}

/** The message without the log line around it that kubectl writes. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && line !== '>' && !/^[EWIF]\d{4} /.test(line));
  return said.join(' ').slice(0, 500);
}
