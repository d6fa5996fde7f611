// Whether two pod templates are the same to whoever runs the pods, so that one in place of the other starts no rollout.

import { equal, isObject, type Json } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Container, PodTemplate } from '../workload/workload.ts';
import { meaningOf } from './template-meaning.ts';

export function sameTemplate(kind: WorkloadKind, a: PodTemplate, b: PodTemplate): boolean {
  return equal(
    withContainers(asStored(kind, a), withoutEmptyHook),
    withContainers(asStored(kind, b), withoutEmptyHook),
  );
}

/** True when both are stored alike: only the controllers of custom resources write back more or less than they read. */
export function sameStored(kind: WorkloadKind, a: PodTemplate, b: PodTemplate): boolean {
  return equal(a, b) || (kind.custom === true && equal(asStored(kind, a), asStored(kind, b)));
}

/**
 * A controller that writes the whole of its custom resource, such as Argo's with each revision, sends it through Go types: they leave out
 * what is empty, add `resources: {}`, and write quantities in their own way. The next apply of the same manifest takes that back. Argo starts no
 * rollout for such a difference, nor for a default that is written out.
 */
function asStored({ custom }: WorkloadKind, template: PodTemplate): PodTemplate {
  return custom === true ? (meaningOf(template) as PodTemplate) : template;
}

function withContainers(template: PodTemplate, change: (container: Container) => Container): PodTemplate {
  const { containers, initContainers } = template.spec;
  const regular = changed(containers, change);
  const init = initContainers && changed(initContainers, change);
  if (regular === containers && init === initContainers) return template;
  return { ...template, spec: { ...template.spec, containers: regular, ...(init && { initContainers: init }) } };
}

/** The same list where nothing changes, as in most. */
function changed(containers: readonly Container[], change: (container: Container) => Container): readonly Container[] {
  const next = containers.map(change);
  return next.every((container, index) => container === containers[index]) ? containers : next;
}

/** An empty lifecycle or preStop means nothing, but one that holds our hook is removed together with the hook. */
function withoutEmptyHook(container: Container): Container {
  if (!isEmpty(container.lifecycle) && !isEmpty(container.lifecycle?.preStop)) return container;
  const { lifecycle, ...rest } = container;
  const { preStop: _empty, ...others } = lifecycle ?? {};
  return isEmpty(others) ? rest : { ...rest, lifecycle: others };
}

function isEmpty(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
