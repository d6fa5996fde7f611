// The style sheet of the findings, beside that of every page.

const severityRules = ['error', 'warning', 'note']
  .map(
    (one) => `#show-${one}:not(:checked)~.namespace .finding.${one}{display:none}
#show-${one}:checked~.namespace.with-${one},#show-${one}:checked~.namespace .with-${one}{display:block}
#show-${one}:checked~.filter .${one}{background:var(--code);text-decoration:none}
#show-${one}:focus-visible~.filter .${one}{outline:2px solid var(--link);outline-offset:2px}`,
  )
  .join('\n');

export const findingsStyle = `
:root{--warning:#8a5a00;--note:#44729b;--added:#e6f4ea;--removed:#fdeaec}
@media screen and (prefers-color-scheme:dark){:root{--warning:#e3b341;--note:#79b8f3;--added:#12301f;--removed:#3a1a1f}}
[hidden]{display:none!important}
.figures{grid-template-columns:repeat(auto-fit,minmax(112px,1fr))}
.filter{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;margin:0 0 16px;font-size:14px}
.filter input[type=search]{width:min(22rem,100%);padding:7px 10px;border:1px solid var(--line);border-radius:6px;background:var(--page);color:inherit;font:inherit}
.filter .words{flex:1 1 18rem;display:flex;gap:8px;align-items:center}
.filter .words input{flex:1}
.toggle{position:absolute;opacity:0;pointer-events:none}
.filter .labels{display:flex;flex-wrap:wrap;gap:6px}
.filter .labels label{padding:4px 12px;border:1px solid var(--line);border-radius:99px;font-weight:600;white-space:nowrap;text-decoration:line-through;cursor:pointer}
.filter output{color:var(--muted);font-variant-numeric:tabular-nums}
summary{cursor:pointer}
.namespace{margin:0 0 10px;border:1px solid var(--line);border-radius:8px}
.namespace>summary{padding:10px 14px;border-radius:8px}
.namespace>summary h3{display:inline;margin:0;font-size:16px}
.namespace>summary .counts{margin-left:8px;color:var(--muted);font-size:14px}
.namespace[open]>summary{border-bottom:1px solid var(--line);border-radius:8px 8px 0 0}
.workload{padding:12px 14px 8px}
.workload+.workload{border-top:1px solid var(--line)}
.workload h4{margin:0 0 6px;font-size:15px}
.workload .file{margin-left:6px;color:var(--muted);font-size:13px;font-weight:400}
.finding{margin:0 0 4px}
.finding>summary{display:grid;grid-template-columns:4.4rem 10.6rem 1fr;gap:0 10px;padding:4px 6px 4px 22px;border-radius:6px;font-size:14px;line-height:1.45;list-style:none;position:relative}
.finding>summary::-webkit-details-marker{display:none}
.finding>summary::before{content:"▸";position:absolute;left:6px;color:var(--muted)}
.finding[open]>summary::before{content:"▾"}
.finding>summary:hover,.finding[open]>summary{background:var(--code)}
.badge{font-weight:600}
.error .badge,.labels .error{color:var(--lost)}
.warning .badge,.labels .warning{color:var(--warning)}
.note .badge,.labels .note{color:var(--note)}
.rule{color:var(--muted);overflow-wrap:anywhere}
.finding>div{margin:0 0 12px;padding:8px 6px 0 22px;font-size:14px}
.finding>div p{margin:0 0 8px}
.finding .place{color:var(--muted);font-size:13px}
.finding pre{margin:0 0 8px;padding:10px 12px;font-size:13px}
.diff code{display:block;width:max-content;min-width:100%}
.diff span{display:block;padding:0 4px;white-space:pre}
.diff .added{background:var(--added)}
.diff .removed{background:var(--removed)}
.diff .hunk{color:var(--muted)}
.rest{margin-top:14px;color:var(--muted)}
.workload,.namespace{display:none}
${severityRules}
@media screen and (max-width:700px){
.finding>summary{grid-template-columns:auto 1fr}
.finding>summary .message{grid-column:1/-1}
.finding>div{padding-left:6px}
.workload{padding:10px 10px 6px}
.workload .file{display:block;margin:0}
.namespace>summary{padding:10px}
.namespace>summary .counts{display:block;margin-left:1.1em}
.filter .words{flex-basis:100%}
}
@media print{
.filter{display:none}
.figures{grid-template-columns:repeat(auto-fit,minmax(20mm,1fr));gap:2mm}
.figures div{padding:2mm}
:root{--warning:#5c3c00;--note:#234;--added:#fff;--removed:#fff}
.namespace{border:0}
.namespace::details-content{content-visibility:visible;height:auto}
.namespace>summary{padding:2mm 0;border:0;list-style:none}
.workload{padding:1mm 0;break-inside:avoid-page}
.workload h4{margin:0 0 .5mm;font-size:10pt}
.finding{margin:0 0 .5mm}
.finding>summary{grid-template-columns:5em 12.5em 1fr;padding:0;font-size:8.5pt;line-height:1.3}
.finding>summary::before{content:none}
.finding pre{font-size:8pt}
.namespace>summary,.workload h4{break-after:avoid}
}
`;
