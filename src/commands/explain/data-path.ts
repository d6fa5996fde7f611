// The data path of a workload, as `hitless explain` prints it.

import type { Assessment } from '../../admission/assess.ts';
import type { DataPath } from '../../rules/known-paths.ts';
import { wrap } from '../../terminal/style.ts';
import { visible } from '../../text/hidden.ts';

export function pathText({ dataPath }: Assessment, width: number | undefined): string {
  if (dataPath === undefined) return '';
  const { name, by, seconds, targetsPods, minReadySeconds } = dataPath;
  const target = targetsPods ? 'sends to the pods themselves' : 'forwards on every node';
  const late = minReadySeconds === undefined ? '' : `, and can take ${minReadySeconds} s to settle on a new one`;
  const text = `${name} of ${by}: ${target}, for up to ${seconds} s after a pod is deleted${late}`;
  return `  data path\n    ${wrap(visible(text), 4, width)}\n`;
}

/** What consumers of the JSON may rely on. */
export function pathAsJson({ name, by, seconds, targetsPods, minReadySeconds }: DataPath) {
  return { name, by, seconds, targetsPods, ...(minReadySeconds !== undefined && { minReadySeconds }) };
}
