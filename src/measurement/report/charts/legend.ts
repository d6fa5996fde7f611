// Legends with our own line breaks.

import type { LegendComponentOption } from 'echarts/components';
import { colour } from './palette.ts';
import { textWidth } from './text.ts';

const legendIcon = 14;
const legendGap = 18;
const legendRow = 20;

export interface LegendItem {
  /** Of its series. */
  readonly name: string;
  readonly icon: string;
}

/** How tall the legend is in `width` pixels. */
export function legendHeight(items: readonly LegendItem[], width: number): number {
  return legendRows(items, width).length * legendRow;
}

/** One legend per row: the library would break rows by its own estimate of text widths. */
export function legend(items: readonly LegendItem[], { left, top, width }: Record<'left' | 'top' | 'width', number>) {
  return legendRows(items, width).map((data, at) => {
    return {
      data: [...data],
      left,
      top: top + at * legendRow,
      padding: 0,
      itemGap: legendGap,
      itemWidth: legendIcon,
      itemHeight: 10,
      selectedMode: false,
      textStyle: { fontSize: 12, color: colour.text },
    } satisfies LegendComponentOption;
  });
}

function legendRows(items: readonly LegendItem[], width: number): readonly (readonly LegendItem[])[] {
  const rows: LegendItem[][] = [[]];
  let used = 0;
  for (const item of items) {
    const wide = legendIcon + 5 + textWidth(item.name);
    if (used > 0 && used + wide > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(item);
    used += wide + legendGap;
  }
  return rows;
}
