// A chart on a page.

import { asMarkup, html, type Markup } from '../../../text/markup.ts';
import type { ChartOptions } from '../charts/echarts.ts';

/** A chart in two widths, of which the page shows one. */
export function figure(caption: string, draw: (look: ChartOptions) => string): Markup {
  const wide = draw({ headed: false, width: 960 });
  const narrow = draw({ headed: false, width: 360 });
  return html`<figure>
<div class="wide">${asMarkup(wide)}</div>
<div class="narrow">${asMarkup(narrow)}</div>
<figcaption>${caption}</figcaption>
</figure>
`;
}
