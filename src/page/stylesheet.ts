/** How the page looks: one file, for light and dark, wide and narrow. Colours keep a contrast of 4.5 to 1 and more. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --ink: #1b2230; --soft: #54607a; --line: #d5dae3; --link: #0b57b7;
  --good: #14713d; --good-back: #dff3e6; --warn: #845100; --warn-back: #fdf0d2; --bad: #b3261e; --bad-back: #fce4e2;
  --calm: #3d4a63; --calm-back: #e8ecf3; --act: #0b57b7; --act-ink: #ffffff; --bad-fill: #b3261e; --bad-ink: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161d; --card: #1a202a; --ink: #e7ebf2; --soft: #a5b0c5; --line: #333c4b; --link: #8ab8ff;
    --good: #7bdca2; --good-back: #17351f; --warn: #f3c667; --warn-back: #3b2e10; --bad: #ff9d95; --bad-back: #43191a;
    --calm: #c3cddf; --calm-back: #29313f; --act: #8ab8ff; --act-ink: #0c1420; --bad-fill: #ff9d95; --bad-ink: #200a08;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; top: 0; background: var(--card); padding: 8px 12px; z-index: 1; }
.skip:focus { left: 8px; }
header.top { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { max-width: 1200px; margin: 0 auto; padding: 8px 20px; display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: center; }
.brand { font-weight: 700; font-size: 17px; color: var(--ink); text-decoration: none; display: inline-flex; gap: 8px; align-items: center; }
.brand svg { width: 20px; height: 20px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 4px; margin: 0; padding: 0; }
nav a { display: block; padding: 6px 10px; border-radius: 6px; text-decoration: none; color: var(--ink); }
nav a:hover { background: var(--calm-back); }
nav a[aria-current] { background: var(--calm-back); font-weight: 600; }
.who { margin-left: auto; display: flex; gap: 10px; align-items: center; color: var(--soft); font-size: 13px; }
footer.foot { max-width: 1200px; margin: 0 auto; padding: 0 20px 24px; color: var(--soft); font-size: 13px; }
main { max-width: 1200px; margin: 0 auto; padding: 18px 20px 32px; }
h1 { font-size: 24px; line-height: 1.25; margin: 6px 0 14px; }
h2 { font-size: 18px; margin: 28px 0 10px; }
h3 { font-size: 15px; margin: 16px 0 6px; }
p { margin: 6px 0 10px; }
.soft, small { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.card h2, .card h3 { margin-top: 0; display: flex; gap: 10px; align-items: center; justify-content: space-between; flex-wrap: wrap; }
.card + .card { margin-top: 12px; }
.cards .card + .card { margin-top: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 8px 0; padding: 0; }
.figures div { min-width: 56px; }
.figures dt { color: var(--soft); font-size: 12px; }
.figures dd { margin: 0; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tag { display: inline-block; padding: 1px 9px; border-radius: 999px; font-size: 13px; font-weight: 600; white-space: nowrap; background: var(--calm-back); color: var(--calm); }
.tag.good { background: var(--good-back); color: var(--good); }
.tag.warn { background: var(--warn-back); color: var(--warn); }
.tag.bad { background: var(--bad-back); color: var(--bad); }
.note { border-left: 4px solid var(--line); background: var(--card); padding: 10px 14px; margin: 10px 0; border-radius: 4px; }
.note.good { border-color: var(--good); } .note.warn { border-color: var(--warn); } .note.bad { border-color: var(--bad); }
.note p:first-child { margin-top: 0; } .note p:last-child { margin-bottom: 0; }
.table { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; padding: 10px 12px; color: var(--soft); font-size: 13px; }
th, td { overflow-wrap: break-word; text-align: left; vertical-align: top; padding: 7px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 12px; color: var(--soft); white-space: nowrap; }
tbody th { font-weight: 600; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
time, .whole { white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--calm-back); padding: 1px 5px; border-radius: 4px; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; overflow-x: auto; white-space: pre-wrap; }
dl.pairs { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 8px 0; }
dl.pairs dt { color: var(--soft); } dl.pairs dd { margin: 0; min-width: 0; }
ul.changes { margin: 0; padding: 0; list-style: none; }
del { color: var(--bad); } ins { color: var(--good); text-decoration: none; }
form.find { display: flex; flex-wrap: wrap; gap: 10px 12px; align-items: end; margin: 0 0 14px; }
label { display: block; font-size: 13px; color: var(--soft); }
label.check { display: flex; gap: 8px; align-items: flex-start; color: var(--ink); font-size: 15px; margin: 10px 0; }
input, select, button { font: inherit; color: var(--ink); }
label input, label select { font-size: 15px; }
main > form { margin: 0 0 14px; }
input[type=text], input[type=search], input[type=password], select { padding: 7px 10px; border: 1px solid var(--soft); border-radius: 6px; background: var(--card); min-height: 38px; max-width: 100%; }
input[type=checkbox] { width: 20px; height: 20px; margin: 2px 0 0; flex: none; }
button { padding: 7px 16px; border-radius: 6px; border: 1px solid var(--soft); background: var(--card); cursor: pointer; min-height: 38px; }
button.act { background: var(--act); border-color: var(--act); color: var(--act-ink); font-weight: 600; }
button.danger { background: var(--bad-fill); border-color: var(--bad-fill); color: var(--bad-ink); font-weight: 600; }
a.button { display: inline-block; padding: 7px 16px; border-radius: 6px; border: 1px solid var(--soft); background: var(--card); color: var(--ink); text-decoration: none; }
a.button:hover { background: var(--calm-back); }
.decide { margin-top: 14px; max-width: 620px; }
.decide input[type=text] { width: 100%; }
button.plain { border: 0; padding: 2px 4px; min-height: 24px; color: var(--link); text-decoration: underline; background: none; }
.pages { display: flex; gap: 16px; margin: 12px 2px; flex-wrap: wrap; }
svg { display: block; max-width: 100%; }
svg text { fill: var(--soft); font-size: 12px; }
svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--line); stroke-dasharray: 3 4; }
svg .good { fill: var(--good); } svg .bad { fill: var(--bad); } svg .warn { fill: var(--warn); } svg .open { fill: var(--soft); }
svg .dots { fill: none; stroke: var(--link); stroke-opacity: .7; stroke-width: 7px; stroke-linecap: round; }
svg.trend { width: 100%; height: 40px; }
svg.lag { width: 100%; height: auto; max-width: 860px; }
svg.timeline { width: 100%; height: 48px; }
.ends { display: flex; justify-content: space-between; gap: 12px; margin: 2px 0 0; font-variant-numeric: tabular-nums; }
svg a:focus-visible rect { stroke: var(--link); stroke-width: 3px; }
.signin { max-width: 460px; margin: 8vh auto 0; }
.signin input { width: 100%; margin: 4px 0 12px; }
@media (max-width: 640px) {
  .bar { padding: 8px 12px; } main { padding: 12px 12px 24px; } footer.foot { padding: 0 12px 20px; }
  .bar nav { order: 1; width: 100%; }
  svg.lag text { font-size: 21px; }
  h1 { font-size: 21px; }
  dl.pairs { grid-template-columns: 1fr; gap: 0; } dl.pairs dd { margin-bottom: 8px; }
  table.stacks thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table.stacks tr { display: block; border-top: 1px solid var(--line); padding: 8px 0; }
  table.stacks tbody tr:first-child { border-top: 0; }
  table.stacks th, table.stacks td { display: block; border: 0; padding: 2px 12px; text-align: left; }
  table.stacks td[data-label]::before { content: attr(data-label) "  "; color: var(--soft); font-size: 12px; }
  table.stacks td:empty { display: none; }
}
@media (forced-colors: active) { .tag { border: 1px solid; } svg .good, svg .bad, svg .warn { fill: CanvasText; } svg .dots { stroke: CanvasText; } }
@media print { header.top, form, .pages { display: none; } body { background: #fff; } }
`.trimStart();

/** The mark of the page: a list of which one line is ticked. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="4" fill="#0b57b7"/><path d="M4 6h6M4 10h4M4 14h6" stroke="#fff" stroke-width="2" fill="none"/><path d="m10 11 3 3 4-7" stroke="#fff" stroke-width="2" fill="none"/></svg>`;
