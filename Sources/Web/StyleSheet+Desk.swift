// The style sheet of the desk; and of the common one the end: controls, wide screens, print and the
// wishes that people tell their browser.

extension StyleSheet {
  /// Forms and the status line of the desk.
  static let desk = """
    .form button.stop{background:var(--stop-wash);color:var(--stop);border-color:var(--stop)}
    .form{max-width:46rem}
    .form fieldset{border:1px solid var(--line);border-radius:var(--radius);\
    padding:.4rem 1.2rem 1.1rem;\
    margin:0 0 1.2rem;background:var(--card);min-width:0}
    .form legend{font-weight:700;padding:0 .4rem}
    .form .row{margin:.8rem 0 0}
    .form label{display:block;font-weight:600;margin-bottom:.2rem}
    .form .hint{display:block;font-weight:400;color:var(--soft);font-size:.9rem}
    .form .pair{display:grid;gap:0 1rem;\
    grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr))}
    .form .pair .row{display:flex;flex-direction:column;justify-content:flex-end}
    .form .group{font-weight:650;margin:1rem 0 -.5rem;color:var(--soft)}
    .form .checks{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
    .form .checks label{font-weight:400;display:flex;gap:.45rem;align-items:center}
    .form input[type=checkbox],.form input[type=radio]{width:1.15rem;height:1.15rem;flex:none;\
    accent-color:var(--link)}
    .form .error{color:var(--stop);font-weight:600;margin:.25rem 0 0}
    .form [aria-invalid]{border-color:var(--stop);border-width:2px}
    .state{background:var(--wash);border-bottom:1px solid var(--line);font-size:.92rem}
    .state .wrap{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;padding-block:.5rem}
    .state form{margin-left:auto}
    .state button{border:0;background:none;color:var(--link);text-decoration:underline;padding:0;\
    cursor:pointer}
    .lamp::before{content:"";display:inline-block;width:.7rem;height:.7rem;border-radius:50%;\
    margin-right:.4rem;background:var(--good)}
    .lamp.off::before{background:var(--warn)}
    .note code{overflow-wrap:anywhere}
    .acts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}
    .sides{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}
    .sides{margin-bottom:1rem}
    .side{border:1px solid var(--edge);border-radius:var(--radius);padding:.8rem 1.1rem;\
    background:var(--card);overflow-wrap:anywhere}
    .side.now{border-color:var(--good);box-shadow:inset 0 4px var(--good)}
    .side pre{white-space:pre-wrap;font:inherit;margin:.5rem 0}
    .side label{font-weight:650}
    .side h2{font-size:1.1rem;margin:0 0 .3rem}.side h3,.side h4{font-size:1rem;margin:.8rem 0 .2rem}
    .side.before{margin-bottom:1rem;background:var(--wash)}
    .form .row+.checks{margin-top:.8rem}
    .diff{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
    ins{background:var(--good-wash);text-decoration:underline;text-underline-offset:.2em}
    del{background:var(--stop-wash);text-decoration:line-through}
    .gap{color:var(--soft)}
    .changes,.plainrows{list-style:none;padding:0}
    .changes>li{margin:0 0 1rem}.plainrows>li{padding:.5rem 0;border-top:1px solid var(--line)}
    .thumb img{width:auto;height:auto;max-width:100%;max-height:16rem}
    .thumbs{list-style:none;padding:0;display:grid;gap:1rem;\
    grid-template-columns:repeat(auto-fill,minmax(min(100%,11rem),1fr))}
    .thumbs img{display:block;width:100%;height:8rem;object-fit:contain;background:var(--wash)}
    .panel{border:1px solid var(--line);border-radius:var(--radius);background:var(--card);\
    padding:0 1.2rem;margin:0 0 .8rem}
    .panel summary{cursor:pointer;font-weight:650;padding:.8rem 0}
    .panel summary .hint{display:inline;margin-left:.4rem;font-size:.85rem}
    .form .panel fieldset{border:0;padding:0 0 1rem;margin:0;background:none}
    .form.wide{max-width:none}
    .foot{background:var(--paper);border-top:1px solid var(--line);padding:.6rem 0}
    .foot .acts{margin:.4rem 0 0}
    @media (min-width:48rem) and (min-height:40rem){.foot{position:sticky;bottom:0}}
    .saved{margin:0}.saved.late{color:var(--stop);font-weight:650}
    .release{margin:1rem 0 1.4rem;max-width:46rem}
    .preview{border:1px dashed var(--edge);border-radius:var(--radius);padding:1rem 1.4rem}

    """

  /// Controls and tables, which the public pages have, too.
  static let controls = """
    input,textarea,select,button{font:inherit}
    input:not([type=checkbox],[type=radio]),textarea,select{width:100%;max-width:100%;\
    border:1px solid var(--edge);border-radius:.35rem;padding:.5rem .65rem;background:var(--card);\
    color:var(--ink)}
    textarea{min-height:7rem;resize:vertical;line-height:1.5}
    textarea.long{min-height:18rem}
    .button,.form button{display:inline-block;border:1px solid var(--deep2);\
    background:var(--deep2);\
    color:var(--on-deep);border-radius:.4rem;padding:.55rem 1.15rem;font-weight:650;cursor:pointer;\
    text-decoration:none}
    .button:hover,.form button:hover{text-decoration:underline}
    .button.quiet,.form button.quiet{background:transparent;color:var(--link);\
    border-color:var(--edge)}
    .scroll{overflow-x:auto;margin:0 0 1rem}
    table{border-collapse:collapse;width:100%}
    .text td:first-child{width:8rem;white-space:nowrap}
    th,td{text-align:left;vertical-align:top;padding:.6rem .8rem .6rem 0;\
    border-top:1px solid var(--line)}
    th{font-size:.88rem;color:var(--soft);font-weight:600;border:0}

    """

  /// Wide screens, print, forced colours, less motion.
  static let media = """
    @media (min-width:60rem){
    .item{grid-template-columns:minmax(0,1fr) 21rem;grid-template-rows:auto 1fr;\
    grid-template-areas:"text facts" "past facts"}
    .browse{grid-template-columns:15rem minmax(0,1fr)}
    .filters summary{display:none}.filters details::details-content{content-visibility:visible;\
    height:auto}
    .bars{grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:1.4rem 3rem}
    .map{grid-template-columns:repeat(9,1fr)}
    .map li[class*=c]{grid-column:var(--c) / span 2;grid-row:var(--r)}
    .map a{flex-direction:column;min-height:5.4rem;padding:.7rem .9rem}
    .map .kreis{grid-row:4;grid-column:1 / span 4}
    .c1{--c:1}.c2{--c:2}.c3{--c:3}.c4{--c:4}.c5{--c:5}.c6{--c:6}.c7{--c:7}.c8{--c:8}
    .r1{--r:1}.r2{--r:2}.r3{--r:3}.r4{--r:4}}
    @supports not selector(::details-content){.filters summary{display:block}}
    @media (max-width:59.99rem){.hero .mark{display:none}}
    @media (min-width:48rem){.month{table-layout:fixed}.month th,.month td{border:1px solid \
    var(--line);padding:.35rem .5rem}.month td{height:6.2rem;background:var(--card)}
    .month td:empty{background:none}.month .far{position:absolute;width:1px;height:1px;\
    overflow:hidden;clip-path:inset(50%)}.month .free p{font-weight:400;color:var(--soft)}
    .around h2{order:0;flex:none}}
    @media (max-width:47.99rem){.month,.month tbody,.month tr,.month td{display:block}
    .month thead,.month td:empty,.month .free{display:none}.month td{padding:.6rem 0}
    .month li{font-size:1rem}}
    @media (max-width:34rem){.find{flex:1 1 100%}.find input{flex:1;width:auto}
    .brand small{display:none}.rows>li{grid-template-columns:3.5rem 1fr;gap:.8rem}
    .field{display:grid;grid-template-columns:auto 1fr auto;gap:.2rem .8rem;align-items:center;\
    padding:.7rem .9rem;border-top-width:1px;border-left:5px solid var(--hue)}
    .field b{margin:0}.field .n{margin:0}.field small{display:none}.fields{gap:.5rem}
    .top nav a{padding:.45rem .5rem}.top nav ul{margin-left:-.5rem;gap:0}}
    @media (prefers-reduced-motion:no-preference){.field,.map a,.cards>li\
    {transition:transform .15s,box-shadow .15s}\
    .field:hover,.map a:hover{transform:translateY(-2px)}}
    @media (forced-colors:active){.bar-of rect,.key{forced-color-adjust:none}.badge,.tag,.note,.leaf{border:1px solid}
    .lamp::before{background:CanvasText;forced-color-adjust:none}
    [aria-current]{outline:2px solid Highlight}.mark,.mark .hub{fill:CanvasText}}
    @media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#333;--link:#000}
    .top nav,.find,.bottom,.filters,.skip,.pages,.acts,.views,\
    .orders,.bigfind,.ways{display:none}
    .top{background:none;color:#000;border-bottom:1pt solid #000}.mark,.mark .hub{fill:#000}
    .facts,.cards>li{box-shadow:none}.text a.out::after{content:" (" attr(href) ")"}
    .rows>li,.cards>li,.line li{break-inside:avoid}main{max-width:none}}

    """
}
