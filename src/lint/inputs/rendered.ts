// The kustomizations among the inputs, rendered: their objects take the place of the files that they are made from.

import { dirname, relative, resolve } from 'node:path';
import { build } from '../../kustomize/build.ts';
import { documentsAt, type Kustomization } from '../../kustomize/kustomization.ts';
import { withSource } from '../../kustomize/sources.ts';
import { type Problem, readDocuments, type SourceDocument } from '../../yaml/documents.ts';
import type { InputOverlays } from './overlays.ts';

export interface RenderedInputs {
  /** The objects that were rendered, and those of files that no kustomization builds on. */
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** `documents`: those of the inputs. Renders every kustomization that no other one builds on. */
export async function renderInputs(
  overlays: InputOverlays,
  documents: readonly SourceDocument[],
): Promise<RenderedInputs> {
  const replaced = new Set<string>();
  const rendered: SourceDocument[] = [];
  const problems: Problem[] = [];
  const known = Map.groupBy(documents, ({ file }) => resolve(file));
  for (const one of overlays.roots) {
    const files = overlays.filesOf(one);
    for (const file of files) replaced.add(file);
    const result = await render(one, overlays.usesRemote(one));
    if ('failed' in result) {
      const folder = relative('', one.folder) || '.';
      const yourself = `\`kustomize build ${folder} | hitless check -\``;
      problems.push({
        file: one.file,
        message: `cannot be rendered: ${result.failed}. Render it yourself: ${yourself}`,
      });
      continue;
    }
    const byFile = new Map(files.map((file) => [file, known.get(file) ?? shortNamed(documentsAt(file))]));
    const sources = { kustomization: one, from: result.from, byFile };
    for (const document of result.documents) rendered.push(withSource(document, sources));
  }
  const notices = overlays.roots.length === 0 ? ['there is no kustomization among the inputs to render'] : [];
  return {
    documents: [...documents.filter(({ file }) => !replaced.has(resolve(file))), ...rendered],
    problems,
    notices,
  };
}

type RenderResult =
  | { readonly failed: string }
  | { readonly documents: readonly SourceDocument[]; readonly from: string | undefined };

async function render({ file, folder }: Kustomization, usesRemote: boolean): Promise<RenderResult> {
  if (usesRemote) return { failed: 'it builds on something remote, and nothing is fetched' };
  const result = await build(folder);
  if ('failed' in result) return result;
  const { documents, problems } = readDocuments(dirname(file), result.text);
  const [problem] = problems;
  if (problem !== undefined) return { failed: `what was rendered cannot be read: ${problem.message}` };
  return { documents, from: result.from };
}

/** Named from where we are, as an operator would. */
function shortNamed(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return documents.map((document) => ({ ...document, file: relative('', document.file) }));
}
