// What the name of an image tells of the programs in it. Nothing is fetched: a name that tells nothing leaves it unknown.

import { isObject } from './json.ts';
import type { Container, PodSpec } from './workload.ts';

/** True where the nodes of the pods run Windows, as far as the pods say it. */
export function onWindows({ os, nodeSelector }: PodSpec): boolean {
  if (isObject(os) && os.name === 'windows') return true;
  if (!isObject(nodeSelector)) return false;
  return nodeSelector['kubernetes.io/os'] === 'windows' || nodeSelector['beta.kubernetes.io/os'] === 'windows';
}

/** True for an image whose name says that it holds the application and little else: distroless, scratch, static, Chainguard's. */
export function looksBare(container: Container): boolean {
  const { path, words } = nameOf(container);
  // Their variants for debugging and building have a shell.
  if (words.includes('debug') || words.includes('dev')) return false;
  return words.some((word) => bareWords.has(word)) || /distroless|chainguard|^cgr\.dev\//.test(path);
}

const bareWords = new Set(['distroless', 'scratch', 'static']);

/** The program behind the name `sh` in the image; undefined where its name does not tell. */
export function shellOf(container: Container): 'dash' | 'bash' | 'busybox' | undefined {
  if (looksBare(container)) return undefined;
  const { words, tag, path } = nameOf(container);
  const found = words.map((word) => shellByWord(word)).find((shell) => shell !== undefined);
  return found ?? (debianImages.has(path) && /^(?:latest$|\d|lts|current|$)/.test(tag) ? 'dash' : undefined);
}

const families: readonly (readonly ['dash' | 'bash' | 'busybox', RegExp])[] = [
  ['busybox', /^(?:alpine|busybox)[\d.]*$/],
  ['dash', /^(?:debian|ubuntu)[\d.]*$|^(?:buster|bullseye|bookworm|trixie|forky|bionic|focal|jammy|noble|slim)$/],
  [
    'bash',
    /^(?:centos|rocky|rockylinux|almalinux|fedora|amazonlinux|oraclelinux|rhel|archlinux|ubi|ubi-minimal)[\d.]*$/,
  ],
];

function shellByWord(word: string): 'dash' | 'bash' | 'busybox' | undefined {
  return families.find(([, names]) => names.test(word))?.[0];
}

// Official images that are built on Debian unless their tag names something else.
const debianImages = new Set([
  'node',
  'python',
  'ruby',
  'golang',
  'rust',
  'php',
  'perl',
  'nginx',
  'httpd',
  'redis',
  'postgres',
]);

const longestImage = 1_000;

/** `docker.io/library/node:24-slim@sha256:…` → path `node`, tag `24-slim`, and the words of the last part of both. */
function nameOf({ image }: Container): {
  readonly path: string;
  readonly tag: string;
  readonly words: readonly string[];
} {
  const text = typeof image === 'string' ? image.slice(0, longestImage).toLowerCase() : '';
  const [name = ''] = text.split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const path = (colon === -1 ? name : name.slice(0, colon)).replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  const tag = colon === -1 ? '' : name.slice(colon + 1);
  const last = path.slice(path.lastIndexOf('/') + 1);
  return { path, tag, words: `${last}-${tag}`.split(/[-_]/) };
}
