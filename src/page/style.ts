// The style sheet of every report that is a page: light or dark like the reader's system, readable on a phone and on paper.

import { pageColours } from './colours.ts';

const { surface, text, muted, grid, lost, zero, ready } = pageColours;

export const pageStyle = `
:root{color-scheme:light dark;--page:#f4f6f8;--surface:${surface.light};--text:${text.light};--muted:${muted.light};--line:${grid.light};--lost:${lost.light};--good:${zero.light};--link:${ready.light};--code:#f0f2f5;--bad-back:#fdeef0;--good-back:#eaf6f1;--shade:rgba(20,30,45,.3)}
@media screen and (prefers-color-scheme:dark){:root{--page:#0b0e12;--surface:${surface.dark};--text:${text.dark};--muted:${muted.dark};--line:${grid.dark};--lost:${lost.dark};--good:${zero.dark};--link:#79b8f3;--code:#1a2028;--bad-back:#2a1519;--good-back:#10231d;--shade:rgba(190,210,235,.3)}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header,main{max-width:1040px;margin:0 auto;padding:0 20px}
header{padding-top:36px}
h1{margin:0;font-size:30px;line-height:1.2;letter-spacing:-.01em}
h2{margin:0 0 12px;font-size:21px;line-height:1.3}
h3{margin:28px 0 8px;font-size:16px}
h2+h3,h2+.timeline h3{margin-top:0}
p{margin:0 0 14px;max-width:75ch}
a{color:var(--link)}
.about{margin:8px 0 0;color:var(--muted);font-size:14px;max-width:none}
.about span:not(:last-child)::after{content:"·";margin:0 .5em}
.verdict{margin:22px 0 16px;padding:14px 18px;border-left:4px solid var(--muted);border-radius:6px;background:var(--surface);font-size:18px;max-width:none}
.verdict.good{border-color:var(--good);background:var(--good-back)}
.verdict.bad{border-color:var(--lost);background:var(--bad-back)}
.failures{margin-top:20px;border:1px solid var(--lost);background:var(--bad-back)}
.failures h2{color:var(--lost)}
.failures ul{margin:0;padding-left:20px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(152px,1fr));gap:12px;margin:0 0 20px}
.figures div{padding:12px 14px;border:1px solid var(--line);border-radius:8px;background:var(--surface)}
.figures dt{color:var(--muted);font-size:13px;line-height:1.35}
.figures dd{margin:4px 0 0;white-space:nowrap;font-size:20px;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums}
.figures .good dd,td.good{color:var(--good);font-weight:600}
.figures .bad dd,td.bad{color:var(--lost);font-weight:600}
nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 20px;padding:0;list-style:none;font-size:14px}
section{margin:0 0 20px;padding:22px 24px;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
section>:last-child{margin-bottom:0}
figure{margin:0 0 20px}
figure svg{display:block;width:100%;height:auto}
figcaption{margin-top:6px;color:var(--muted);font-size:14px;max-width:80ch}
.narrow{display:none}
/* A shadow at each edge behind which there is more: the two covers scroll with the table, the two shadows do not. As narrow as can be seen, so that it shows when little is hidden. */
.scroll{margin:0 0 18px;overflow-x:auto;scrollbar-width:thin;background:linear-gradient(to right,var(--surface) 50%,transparent) left/20px 100% no-repeat local,linear-gradient(to left,var(--surface) 50%,transparent) right/20px 100% no-repeat local,linear-gradient(to right,var(--shade),transparent) left/10px 100% no-repeat scroll,linear-gradient(to left,var(--shade),transparent) right/10px 100% no-repeat scroll,var(--surface)}
table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.35;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{padding:0 0 8px;color:var(--muted);text-align:left}
caption span{position:sticky;left:0;display:inline-block;max-width:min(75ch,calc(100vw - 56px))}
.few table{width:auto;min-width:min(100%,24rem)}
th,td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:600;vertical-align:bottom}
tbody th{min-width:11em;font-weight:500;overflow-wrap:anywhere}
small{display:block;color:var(--muted);font-size:12px;font-weight:400}
.n{text-align:right}
td.n{white-space:nowrap}
pre{margin:0 0 16px;padding:14px 16px;border-radius:8px;background:var(--code);overflow-x:auto;font-size:14px;line-height:1.45}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.meanings{display:grid;grid-template-columns:fit-content(16rem) 1fr;gap:6px 20px;margin:0 0 16px;font-size:15px}
.meanings dt{font-weight:600}
.meanings dd{margin:0;max-width:75ch}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media screen and (max-width:700px){
header,main{padding:0 12px}
header{padding-top:20px}
h1{font-size:25px}
section{padding:16px 14px}
figure{margin-left:-14px;margin-right:-14px}
figcaption{padding:0 14px}
.wide{display:none}
.narrow{display:block}
.narrow svg{max-width:480px;margin:0 auto}
.figures{grid-template-columns:1fr 1fr}
.meanings{grid-template-columns:1fr;gap:0}
.meanings dd{margin-bottom:10px}
thead th:first-child,tbody th{position:sticky;left:0;max-width:9.5em;padding-right:10px;background:var(--surface);border-right:1px solid var(--line)}
td,thead th:not(:first-child){padding-left:10px}
}
@media print{
@page{margin:14mm}
:root{color-scheme:light;--page:#fff;--surface:#fff;--text:#000;--muted:#333;--line:#999;--lost:#a00;--good:#064;--code:#fff;--bad-back:#fff;--good-back:#fff}
body{font-size:10.5pt}
header,main{max-width:none;padding:0}
header{padding-top:0}
nav{display:none}
section{padding:0;border:0;margin:0 0 8mm}
.failures,.verdict{padding:3mm 4mm;border:1px solid}
h2,h3,caption{break-after:avoid}
figure,tr,.figures,.verdict,.meanings dd{break-inside:avoid}
.timeline{break-inside:avoid}
.narrow{display:none}
thead{display:table-header-group}
.scroll{overflow:visible;background:none}
table,small{font-size:8.5pt}
th,td{padding:1mm 2mm 1mm 0}
caption span{max-width:none}
pre{border:1px solid #999;white-space:pre-wrap}
a{color:inherit;text-decoration:none}
}
`;
