// Where a finding is, for consumers that know nothing but files.

import { isAbsolute, normalize, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectReference } from '../object-reference.ts';

/** Parts of a path relative to the working directory, or the absolute path of a file elsewhere. */
type Way = readonly string[] | string;

/** In a file, or in a cluster. */
export interface Placed {
  readonly file?: string;
  readonly object: ObjectReference;
}

/** As code scanning requires it: relative to the working directory; a file elsewhere by its absolute URL. */
export function uriOf(file: string): string {
  return uri(wayTo(file));
}

export function placeUri({ file, object }: Placed): string {
  return uri(file === undefined ? nameOf(object) : wayTo(file));
}

/** The same as a path. */
export function filePath(file: string): string {
  return path(wayTo(file));
}

export function placePath({ file, object }: Placed): string {
  return path(file === undefined ? nameOf(object) : wayTo(file));
}

function wayTo(file: string): Way {
  const way = isAbsolute(file) ? relative(process.cwd(), file) : normalize(file);
  return isAbsolute(way) || (isAbsolute(file) && way.startsWith('..')) ? file : way.split(sep);
}

/** What no file holds has its name for a path: `shop/Deployment/web`, below its cluster where there are several. */
function nameOf({ cluster, namespace, kind, name }: ObjectReference): Way {
  return [...(cluster === undefined ? [] : [cluster]), namespace, kind, name];
}

/** Half of a surrogate pair, which JSON can hold, has no place in a URI. */
function uri(way: Way): string {
  if (typeof way === 'string') return pathToFileURL(way).href;
  return way.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

function path(way: Way): string {
  return typeof way === 'string' ? way : way.join('/');
}
