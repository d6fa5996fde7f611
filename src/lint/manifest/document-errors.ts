// What keeps a document from being judged by the rules: it is not a whole workload, not of a version that the API server has, or
// holds mistakes that would make the rules judge something that the author did not mean.

import type { Severity } from '../../rules/finding.ts';
import { describe } from '../../workload/field-types.ts';
import { type Json, type JsonObject, own } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { hasVersion } from '../../workload/kinds/kinds.ts';
import { getAt } from '../../workload/path.ts';
import type { Workload } from '../../workload/workload.ts';
import { type ReadManifest, readManifest } from './manifest-errors.ts';
import { type ManifestError, shortened } from './mistake.ts';

export interface DocumentError extends ManifestError {
  /** An error where nothing else is said. */
  readonly severity?: Severity;
}

export interface ReadDocument extends ReadManifest {
  readonly errors: readonly DocumentError[];
}

export function readDocument(kind: WorkloadKind, document: JsonObject): ReadDocument {
  const read = readManifest(kind, document);
  return { ...read, errors: judged(kind, document, read.errors) };
}

function judged(kind: WorkloadKind, document: JsonObject, errors: readonly ManifestError[]): readonly DocumentError[] {
  const found = own(document, 'apiVersion');
  const version = versionErrors(kind, found);
  // Its fields are those of another version.
  if (kind.former?.apiVersions.includes(`${found}`)) return version;
  const isElsewhere = kind.templateElsewhere?.(document as Workload) !== undefined;
  const absent = isElsewhere ? [] : kind.whole.filter((path) => (getAt(document, path) ?? null) === null);
  if (absent.length === 0) {
    const first = [...kindErrors(kind, document), ...version];
    return [...first, ...errors.filter(({ keys: [top] }) => !first.some(({ keys }) => keys[0] === top))];
  }
  // A part that is there under another name or with another type is a mistake; otherwise the document is a patch.
  const explained = errors.filter((error) => explains(error, absent));
  return explained.length > 0 ? explained : [looksLikePatch(kind)];
}

function explains({ keys, meant, missing }: ManifestError, absent: readonly string[]): boolean {
  if (missing !== undefined) return false;
  return absent.some((path) => {
    const way = path.split('.');
    return (meant !== undefined && way.includes(meant)) || keys.every((key, i) => way[i] === key);
  });
}

function looksLikePatch({ kind, whole }: WorkloadKind): DocumentError {
  const message = `left alone because it looks like a patch: a complete ${kind} has ${whole.join(' and ')}. Check the output of \`kustomize build\``;
  return { keys: ['spec'], severity: 'note', message };
}

function kindErrors({ kind }: WorkloadKind, document: JsonObject): readonly DocumentError[] {
  const found = own(document, 'kind') || null;
  if (found === kind) return [];
  const message = found === null ? `kind is missing: write ${kind}` : `kind must be ${kind}, found ${describe(found)}`;
  return [{ keys: ['kind'], message }];
}

function versionErrors(one: WorkloadKind, found: Json | undefined): readonly DocumentError[] {
  const { kind, apiVersion, former } = one;
  if (hasVersion(one, found)) return [];
  const keys = ['apiVersion'];
  if (former?.apiVersions.includes(`${found}`)) {
    const message = `${found} was removed in Kubernetes ${former.removedIn}: write ${apiVersion}, which requires spec.selector`;
    return [{ keys, message }];
  }
  const what =
    found === undefined
      ? 'apiVersion is missing'
      : `apiVersion ${typeof found === 'string' ? shortened(JSON.stringify(found)) : describe(found)} has no ${kind}`;
  return [{ keys, message: `${what}: write ${apiVersion}` }];
}
