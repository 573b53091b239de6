/** One style sheet inside the page; colours follow the reader's system. */
export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: light-dark(#d4d8de, #3a4048); --soft: light-dark(#5c6570, #9aa4b0); --raised: light-dark(#f5f6f8, #1d2126); --link: light-dark(#0b57a4, #7fb6f5);
  --heat1: light-dark(#fbe7a1, #7a641c); --heat2: light-dark(#f7c04a, #b07d10); --heat3: light-dark(#ef7d22, #cf5c12); --heat4: light-dark(#cf2222, #ef4444); }
body { max-width: 72rem; margin: 1.5rem auto; padding: 0 1rem; background: light-dark(#fff, #14171a); color: light-dark(#1a1d21, #e2e6ea); }
h1 { font-size: 1.5rem; margin: 0; }
h2 { display: inline; font: 600 1rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1.4rem 0 .3rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
p, ul, ol { margin: .3rem 0; } ul { padding-left: 1.4rem; } ol { padding-left: 1.9rem; }
li, td { overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: .92em; }
.soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-size: .82rem; font-weight: 600; color: var(--soft); }
.number { text-align: right; }
td.text { white-space: normal; min-width: 16rem; }
td ul { font-size: .88rem; padding-left: 1rem; }
section { margin: .6rem 0; border: 1px solid var(--line); border-radius: .5rem; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
section > details > summary { padding: .6rem .9rem; cursor: pointer; background: var(--raised); border-radius: .5rem; }
section > details > div { padding: .2rem .9rem .9rem; }
summary .facts { margin-left: .4rem; font-size: .9rem; }
details.rest > summary { cursor: pointer; color: var(--link); padding-left: 1.4rem; }
.score { display: inline-block; min-width: 2.1rem; padding: 0 .3rem; border-radius: .3rem; text-align: center; background: var(--line); }
.score.heat1 { background: var(--heat1); } .score.heat2 { background: var(--heat2); } .score.heat3 { background: var(--heat3); color: #fff; } .score.heat4 { background: var(--heat4); color: #fff; }
pre { overflow-x: auto; margin: .4rem 0; padding: .4rem 0; border: 1px solid var(--line); border-radius: .4rem; font: 13px/1.45 ui-monospace, monospace; counter-reset: line; tab-size: 4; }
pre > span { display: block; width: max-content; min-width: 100%; box-sizing: border-box; border-left: .5rem solid transparent; padding-right: .6rem; counter-increment: line; }
pre > span::before { content: counter(line); display: inline-block; width: 3.4rem; margin-right: .9rem; text-align: right; color: var(--soft); }
pre > span:target { background: light-dark(#dbeafe, #223448); }
pre > .heat1 { border-color: var(--heat1); } pre > .heat2 { border-color: var(--heat2); } pre > .heat3 { border-color: var(--heat3); } pre > .heat4 { border-color: var(--heat4); }
.legend span { display: inline-block; width: .9rem; height: .7rem; border-radius: .15rem; }
.legend .heat1 { background: var(--heat1); } .legend .heat2 { background: var(--heat2); } .legend .heat3 { background: var(--heat3); } .legend .heat4 { background: var(--heat4); }
@media (max-width: 40rem) {
  body { padding: 0 .6rem; } section > details > div { padding: .2rem .5rem .6rem; } th, td { padding: .25rem .45rem; }
  pre > span::before { width: 2.4rem; margin-right: .6rem; }
  td:not(.number) { white-space: normal; } td.text { min-width: 9rem; }
  .functions thead { display: none; } .functions table, .functions tbody { display: block; }
  .functions tr { display: flex; flex-wrap: wrap; align-items: baseline; padding: .3rem 0; border-bottom: 1px solid var(--line); }
  .functions td { border: 0; padding: .1rem .35rem; } .functions td:empty { display: none; } .functions td.text { flex-basis: 100%; min-width: 0; }
  .functions .number::before { color: var(--soft); font-size: .82rem; }
  .functions td:nth-child(3)::before { content: "cyclomatic "; } .functions td:nth-child(4)::before { content: "cognitive "; } .functions td:nth-child(5)::before { content: "loops "; } .functions td:nth-child(6)::before { content: "lines "; }
}
`;
