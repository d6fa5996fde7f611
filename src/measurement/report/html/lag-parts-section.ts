// The section of the lab's report about the parts of the network's lag; there is none where they were not recorded.

import type { Section } from '../../../page/page.ts';
import { htmlTable } from '../../../page/parts.ts';
import { count } from '../../../text/count.ts';
import { html } from '../../../text/markup.ts';
import type { LabResult } from '../../lab/result.ts';
import { lagPartCells, lagPartLabels, lagPartsNote, shownParts } from '../lag-parts.ts';

export function lagPartsSection({ lagParts }: Pick<LabResult, 'lagParts'>): readonly Section[] {
  if (lagParts === undefined) return [];
  const { mode, reads, resolutionMs, parts, pods } = lagParts;
  const figures = true;
  const columns = [
    { title: 'part' },
    { title: 'half of the pods', figures },
    { title: '99 %', figures },
    { title: 'the slowest', figures },
    { title: 'pods', figures },
  ];
  const rows = shownParts([parts]).map((name) => [lagPartLabels[name], ...lagPartCells(name, parts[name])]);
  const caption = `Lag by part, of ${count(pods.length, 'terminating pod')}, with kube-proxy in the mode ${mode}`;
  const how = `The rules of the node were read by ${reads}; a change is known to ${resolutionMs} ms, and later only where the node was busy.`;
  return [
    {
      id: 'lag-parts',
      title: 'Where the time goes',
      body: [htmlTable({ caption, columns, rows }), html`<p>${lagPartsNote} ${how}</p>`],
    },
  ];
}
