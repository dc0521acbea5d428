namespace Cqlite.Migration.Reports;

/// <summary>How a page looks. Colours are few, by meaning, and of enough contrast on both papers; nothing is told by colour alone.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet. It holds nothing that XML would take for markup.</summary>
    public static ReadOnlySpan<byte> Sheet => """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f5f6f8; --ink: #1a1f26; --quiet: #5a6472; --rule: #d9dde3; --link: #0b5cad;
          --good: #1a7336; --warn: #8a5a00; --bad: #c0182b; --open: #5b4fb3; --mark: #ffe2a8;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #10141a; --panel: #181e26; --ink: #e7eaef; --quiet: #a0aab8; --rule: #2d3540; --link: #7cb7ff;
            --good: #5cc97d; --warn: #e5b34a; --bad: #ff8a85; --open: #b3a7ff; --mark: #5c4308;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 76rem; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
        h1, h2, h3, p, ul, ol, dl, figure { margin: 0; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
        h3 { font-size: 1.05rem; line-height: 1.4; margin: 1.75rem 0 .5rem; }
        p, ul, ol { max-width: 48rem; }
        p + p, .scroll + p, dl + p { margin-top: .5rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        code, .value, .digest { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; overflow-wrap: anywhere; }
        .quiet, .none { color: var(--quiet); }
        .quiet { font-size: .875rem; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 1; }

        .good { --tone: var(--good); } .warn { --tone: var(--warn); } .bad { --tone: var(--bad); } .open { --tone: var(--open); }
        .verdict { border-left: .6rem solid var(--tone); padding: .25rem 0 .25rem 1.1rem; }
        .verdict .title { color: var(--quiet); overflow-wrap: anywhere; }
        .verdict h1 { font-size: clamp(2rem, 7vw, 3.25rem); line-height: 1.1; letter-spacing: -.02em; color: var(--tone); }
        .verdict h1 .sign { margin-right: .35em; }
        .verdict .headline { font-size: 1.15rem; margin-top: .35rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); margin: 1.25rem 0 0; padding: 0 1px 1px 0; }
        .figures div { border: 1px solid var(--rule); margin: 0 -1px -1px 0; padding: .55rem .8rem; }
        .figures dt { font-size: .8rem; color: var(--quiet); }
        .figures dd { margin: 0; font-size: 1.35rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; color: var(--tone, var(--ink)); }
        nav { margin-top: 1rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; max-width: none; font-size: .9rem; }

        .findings { list-style: none; padding: 0; max-width: 60rem; display: grid; gap: .6rem; }
        .findings li { background: var(--panel); border-left: .3rem solid var(--tone); padding: .7rem 1rem; }
        .findings h3 { margin: 0 0 .2rem; }
        .findings p { overflow-wrap: anywhere; }
        .findings p + p { margin-top: .2rem; }
        .names code { white-space: nowrap; }
        #todo h2 { margin-top: 1.5rem; border-top: 0; padding-top: 0; }
        .badge { color: var(--tone); font-weight: 600; white-space: nowrap; font-size: .9em; }
        .sign { display: inline-block; min-width: 1.1em; }

        .facts { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin-bottom: .75rem; font-size: .925rem; }
        .facts dt { color: var(--quiet); font-size: .8rem; }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .notes { margin: .75rem 0 0; padding-left: 1.2rem; font-size: .925rem; overflow-wrap: anywhere; }
        section ul { padding-left: 1.2rem; }
        .certificate { margin: .5rem 0; overflow-wrap: anywhere; }
        .scroll { position: relative; overflow-x: auto; margin: .75rem 0 0; border: 1px solid var(--rule); }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.4; }
        caption { text-align: left; color: var(--quiet); font-size: .8rem; padding: .4rem .7rem; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .7rem; border-top: 1px solid var(--rule); }
        thead th { font-size: .8rem; font-weight: 600; color: var(--quiet); vertical-align: bottom; white-space: nowrap; }
        tbody th { font-weight: 600; background: var(--paper); position: sticky; left: 0; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .wrong { color: var(--bad); font-weight: 600; }
        .value { white-space: pre-wrap; }
        .values tbody th { font-weight: 400; position: static; min-width: 11rem; }
        .values td { min-width: 9rem; }
        .values .quiet, .kind { display: block; }
        .digest { min-width: 17rem; }
        mark { background: var(--mark); color: inherit; border-radius: .15em; padding: 0 .05em; }
        .cut { color: var(--quiet); font-style: italic; }
        .c { font-style: normal; color: var(--open); }
        details { margin-top: .6rem; }
        summary { cursor: pointer; color: var(--link); width: fit-content; }

        figure { margin-top: 1.5rem; }
        .plot { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .6rem; margin-top: .6rem; font-size: .8rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
        .axis-y { display: flex; flex-direction: column; justify-content: space-between; text-align: right; line-height: 1; margin: -.4em 0; }
        .axis-x { grid-column: 2; display: flex; justify-content: space-between; }
        .plot svg { width: 100%; height: 11rem; overflow: visible; }
        svg .grid { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
        svg .line { fill: none; stroke: var(--link); stroke-width: 2; vector-effect: non-scaling-stroke; }
        svg .area { fill: var(--link); opacity: .14; }
        svg .mean { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 6 5; vector-effect: non-scaling-stroke; }
        .ring { display: block; width: 9rem; height: .6rem; margin-top: .25rem; margin-left: auto; background: var(--rule); }
        .ring rect { fill: var(--good); }
        .rounds { display: block; width: 100%; height: 2.5rem; margin-top: .75rem; border-bottom: 1px solid var(--rule); }
        .rounds rect { fill: var(--tone); }
        footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: .875rem; }

        @media (max-width: 40rem) {
          .figures { grid-template-columns: 1fr 1fr; }
          .matrix .word { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
          .matrix { font-size: .8rem; }
          .matrix th, .matrix td { padding: .4rem .3rem; }
          .matrix tbody th { overflow-wrap: anywhere; min-width: 6rem; }
          .matrix thead th { font-size: .7rem; white-space: normal; }
          .values thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
          .values, .values tbody, .values tr, .values th, .values td, .values caption { display: block; }
          .values tr { padding: .5rem 0; border-top: 1px solid var(--rule); }
          .values th, .values td { border: 0; padding: .15rem .7rem; min-width: 0; }
          .values .whole td[data-of] { display: none; }
          .values td[data-of]::before { content: attr(data-of); color: var(--quiet); font-size: .8rem; display: block; }
          .digest { min-width: 12rem; }
        }

        @page { margin: 16mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5a6472; } }
        @media print {
          :root {
            --paper: #ffffff; --panel: #f5f6f8; --ink: #000000; --quiet: #4a5260; --rule: #c4c9d0; --link: #0b4a8a;
            --good: #1a7336; --warn: #8a5a00; --bad: #c0182b; --open: #5b4fb3; --mark: #ffe2a8;
          }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          body { font-size: 9.5pt; max-width: none; padding: 0; }
          nav, .skip { display: none; }
          a { color: inherit; text-decoration: none; }
          h2 { margin-top: 1.6rem; }
          h2, h3, figcaption, caption { break-after: avoid; }
          tr, figure, .findings li, .verdict, .figures { break-inside: avoid; }
          .scroll { overflow: visible; border: 0; }
          table { font-size: 7.5pt; }
          th, td { padding: .2rem .3rem; }
          tbody th { position: static; overflow-wrap: break-word; }
          thead th { font-size: 6.5pt; white-space: normal; }
          .digest { min-width: 0; font-size: 6.5pt; }
          .values tbody th, .values td { min-width: 0; }
          figure details { display: none; }
          .facts { break-inside: avoid; }
          details::details-content { content-visibility: visible; block-size: auto; }
          summary { color: inherit; font-weight: 600; }
        }

        """u8;
}
