// The wrapper around ECharts: renders an option as an SVG string, without a browser. Load it only when a chart is needed.

import {
  BarChart,
  type BarSeriesOption,
  CustomChart,
  type CustomSeriesOption,
  ScatterChart,
  type ScatterSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  MarkLineComponent,
  TitleComponent,
  type TitleComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escaped } from '../../../text/markup.ts';
import { chartClass, colour, darkStyle } from './palette.ts';
import { textWidth } from './text.ts';

use([
  BarChart,
  CustomChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

// There is no browser to measure text, and the library's own estimate assumes a narrow font.
setPlatformAPI({
  measureText: (words, font = '') => ({ width: textWidth(words, Number(/(?:^| )([\d.]+)px/.exec(font)?.[1] ?? 12)) }),
});

export type Option = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TitleComponentOption
>;

export interface Chart {
  readonly option: Option;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Description for screen readers. */
  readonly label: string;
}

/** Options for the look of a chart. */
export interface ChartOptions {
  /** Pixels; default 960. Below 600 labels move above what they name. */
  readonly width?: number;
  /** Whether it shows its own title; default true. */
  readonly headed?: boolean;
}

export const defaultWidth = 960;
export const narrowBelow = 600;

const family = 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif';

/** The same bytes for the same picture. */
export function renderSvg({ option, width, height, label }: Chart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const textStyle = { fontFamily: family, color: colour.text };
    chart.setOption({ animation: false, backgroundColor: colour.surface, textStyle, ...option });
    return named(chart.renderToSVGString(), label);
  } finally {
    chart.dispose();
  }
}

// Attributes that the library adds for hovering and repeats for each text. The texts themselves cannot contain them, because quotes
// are escaped there.
const superfluous: readonly (string | RegExp)[] = [
  /<style ?><!\[CDATA\[[^\]<]*\]\]>\s*<\/style>/g,
  / (?:ecmeta_\w+|pointer-events|class|xml:space)="[^"]*"/g,
  `font-family:${family};`,
];
const shape = /<path ([^<>]*)><\/path>\n?/g;

/** With our name and style. The library's classes go: it counts them up over the life of the process. */
function named(svg: string, label: string): string {
  const seen = svg.replace(shape, (path, attributes) => (attributes.includes('fill-opacity="0"') ? '' : path));
  const lean = superfluous.reduce<string>((text, what) => text.replaceAll(what, ''), seen);
  const root = `<svg class="${chartClass}" role="img" aria-label="${escaped(label)}" font-family="${family}" `;
  return lean.replace('<svg ', () => root).replace('>', `><style>${darkStyle}</style>`);
}
