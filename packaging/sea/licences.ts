// The licences of what is in the single-file program: of each package, the texts that it brings along.

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const isLicence = /^(?:licen[cs]e|copying|notice)/i;

/** `files`: paths of files in packages. */
export function licences(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => packageOf(file) ?? []));
  return [...folders]
    .map(entry)
    .toSorted()
    .join(`\n${'='.repeat(80)}\n\n`);
}

/** The folder of the package in node_modules that a file belongs to. */
function packageOf(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'))?.[0];
}

function entry(folder: string): string {
  const { name, version, license = 'see below' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile() && isLicence.test(one.name));
  const whole = texts.map((text) => readFileSync(join(folder, text.name), 'utf8').trim());
  return `${[`${name} ${version} (${license})`, ...whole].join('\n\n')}\n`;
}

/** A file of the package that Node.js itself is from; none where it is from elsewhere. */
export function nodePackage(): readonly string[] {
  const packages = globSync('node_modules/node/node_modules/node-*/package.json', { cwd: root });
  return packages.map((file) => join(root, file));
}
