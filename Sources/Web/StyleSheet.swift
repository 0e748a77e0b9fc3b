// The one style sheet, its beginning: colours, type, frame. Colours meet WCAG 2.2 AA (4.5:1 for
// text, 3:1 for edges of controls) in both schemes. System fonts only. The sheet is one line, and
// what several rules say alike stands once, before them: it is to stay below 15 KB.

/// The style sheet in parts, in the order in which they are joined.
enum StyleSheet {
  /// Colours, type, frame.
  static let base = """
    :root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#17272a;--soft:#51646a;\
    --line:#d9dedb;--edge:#6f8388;--deep:#0d3b3e;--deep2:#124e52;--on-deep:#f3f7f5;\
    --link:#0a5f63;--lamp:#f4b223;--lamp-ink:#3d2a00;--wash:#eef3f0;--warn:#8f3a00;\
    --warn-wash:#fdf0e3;--stop:#9c1c22;--stop-wash:#fbe9e9;--good:#1d6b3a;--good-wash:#e6f3ea;\
    --focus:#0a5fd0;--f1:#2b5fa8;--f2:#7a3f9d;--f3:#9a5b00;--f4:#b0305c;--f5:#2a7136;\
    --s1:#a06c00;--s2:#c2571a;--radius:.6rem;--shadow:0 1px 2px rgb(13 59 62/.08),\
    0 6px 18px rgb(13 59 62/.06)}\
    @media (prefers-color-scheme:dark){:root{--paper:#0f1819;--card:#172325;--ink:#e8efec;\
    --soft:#a3b5b5;--line:#2c3c3e;--edge:#7f9496;--deep:#0a2729;--deep2:#0f3437;\
    --on-deep:#eaf3f0;--link:#7fd0c8;--wash:#1a2a2b;--warn:#ffb877;--warn-wash:#33230f;\
    --stop:#ff9c9c;--stop-wash:#371a1c;--good:#8ad6a3;--good-wash:#152d1e;--focus:#8fc1ff;\
    --f1:#8db8f2;--f2:#cfa1ea;--f3:#eab65f;--f4:#f29ab9;--f5:#8fd09a;--s1:#d9a93c;--s2:#f0935a;\
    --shadow:none}}\
    *,::before,::after{box-sizing:border-box}\
    html{font:100%/1.55 system-ui,sans-serif;-webkit-text-size-adjust:100%}\
    body,.badge,.orders b,.map .big{color:var(--ink)}\
    body,.brand,.find,.cards>li,.banner,.map a{display:flex}\
    body,.hero p,.facts p,.bar p,.banner h1{margin:0}\
    body{background:var(--paper);min-height:100vh;flex-direction:column;overflow-x:clip}\
    main,.wrap,.hero .in{width:100%;max-width:76rem;margin:0 auto;padding:0 1.25rem}\
    main{flex:1;padding-bottom:4rem;outline:0!important}\
    h1,h2,h3,.text,.filters li a,.chips a,.month li{overflow-wrap:anywhere}\
    h1,h2,h3{line-height:1.18;letter-spacing:-.012em;text-wrap:balance}\
    h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.9rem);font-weight:750;margin:2rem 0 .75rem}\
    h2{font-size:clamp(1.3rem,1.1rem + .8vw,1.7rem);font-weight:700;margin:2.5rem 0 .9rem}\
    h3{font-size:1.12rem;font-weight:650;margin:1.4rem 0 .4rem}\
    :where(p,ul,ol,dl){margin:0 0 1rem}\
    :where(nav,.bottom,.facts,.month) :where(ul),:where(ul[class],.line){list-style:none;\
    padding:0;margin:0}\
    .rows,.cards,.chips,.map,ul.tags,.keys{margin-bottom:1rem}\
    a{color:var(--link);text-decoration-thickness:.07em;text-underline-offset:.18em}\
    a:not(.field,.map a):hover,button:hover,.field:hover b,.map a:hover b{\
    text-decoration:underline .14em}\
    a.out::after,.tag,.badge,.chips a,.key{display:inline-block}\
    a.out::after{content:"\\2197";font-size:.8em;margin-left:.2em}\
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}\
    .hidden,.far,.tag,.map small{white-space:nowrap}\
    .hidden,.far{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\
    .skip,.find button,mark{background:var(--lamp);color:var(--lamp-ink)}\
    .skip,.top nav a,.find button,.field .n,.tag,.form label,.error,th{font-weight:600}\
    .skip{position:absolute;left:.5rem;top:-4rem;padding:.6rem 1rem;z-index:9;\
    border-radius:0 0 .4rem .4rem}\
    .skip:focus{top:0}\
    .top,.bottom,.filters a[aria-current],.chips a,.views a[aria-current],.map .kreis a{\
    background:var(--deep);color:var(--on-deep)}\
    .top{border-bottom:4px solid var(--lamp)}\
    .top .wrap,.top nav ul,.bottom .wrap,.meta,.tags,.sites li,.pages,.bigfind,.bar,.orders,\
    .chips,.views ul,.numbers,.ways,.around,.keys,.parts{display:flex;flex-wrap:wrap}\
    .top .wrap,.brand,.meta,.pages,.banner{align-items:center}\
    .top .wrap{gap:.5rem 1.75rem;padding-block:.8rem}\
    .top a,.bottom a,.month a,.map li small,.map .kreis .big{color:inherit}\
    :is(.top,.hero,.bottom) :focus-visible{outline-color:var(--lamp)}\
    .brand,.top nav a,.tag,.chips a,.month abbr{text-decoration:none}\
    .brand{gap:.7rem;margin-right:auto}\
    .brand b,.top nav a,.lens,.field,.field b,.field small,.field .n,.rows>li.plain,.leaf b,\
    .form label,.hint,.views a,.numbers a,.bar-of{display:block}\
    .brand b{font-size:1.35rem;line-height:1.1}\
    .brand small{font-size:.8rem;opacity:.85}\
    .mark{width:2.6rem;fill:currentColor;flex:none}\
    .mark .hub{fill:var(--lamp)}\
    .top nav ul{gap:.1rem .35rem}\
    .top nav a{padding:.55rem .75rem;border-radius:.4rem}\
    .top nav a:hover{background:var(--deep2)}\
    .top nav a[aria-current]{box-shadow:inset 0 -3px var(--lamp);border-radius:.4rem .4rem 0 0}\
    .find input,.views li:first-child a{border-radius:.4rem 0 0 .4rem}\
    .find input{width:11rem;border:1px solid #8ba5a6;border-right:0;padding:.5rem .7rem;\
    font:inherit;background:#fff;color:#17272a}\
    .find button,.views li:last-child a{border-radius:0 .4rem .4rem 0}\
    .find button{border:1px solid var(--lamp);padding:.45rem .75rem;cursor:pointer;font:inherit}\
    .lens,.sign{fill:none;stroke-linecap:round}\
    .lens{width:1.15rem;stroke:currentColor;stroke-width:2.4}\
    .bottom{padding:2rem 0;font-size:.95rem}\
    .bottom .wrap{gap:1rem 4rem}\
    .bottom p{margin-right:auto}\
    .bottom li{padding:.15rem 0}
    """

  /// What pages are made of.
  static let parts = """
    .hero{background:linear-gradient(160deg,var(--deep),var(--deep2));color:var(--on-deep);\
    margin:0 calc(50% - 50vw);padding:clamp(2rem,5vw,4rem) 0 clamp(4rem,7vw,5.5rem);\
    overflow:hidden}\
    .hero .in,.fields,.line li{position:relative}\
    .hero .mark{position:absolute;right:1rem;top:-7rem;width:30rem;opacity:.13}\
    .hero h1{margin:0 0 .75rem;max-width:19ch;font-size:clamp(2rem,1.2rem + 3.6vw,3.6rem)}\
    .hero p{max-width:54ch;font-size:1.1rem}\
    .fields,.split,.rows>li,.cards,.item,.browse,.map,.bars{display:grid}\
    .fields{gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));\
    margin:-2rem 0 0}\
    .field,.cards>li,.facts,.map a{background:var(--card);border:1px solid var(--line);\
    border-radius:var(--radius)}\
    .field,:is(.rows,.cards,.bars) h3 a,.filters li a,.views a,.numbers a,.map a{color:inherit;\
    text-decoration:none}\
    .field,.cards>li,.facts{box-shadow:var(--shadow)}\
    .field{height:100%;border-top:5px solid var(--hue);padding:1rem 1.1rem}\
    .field b{margin:.4rem 0 .25rem;font-size:1.08rem}\
    .field small,.meta,.lead,.crumbs,.line time,.hint,figcaption,th,.orders,\
    .month small,.map small,.keys,.bars small{color:var(--soft)}\
    .field small,.field .n,.meta,.crumbs,.line time,.hint,figcaption{font-size:.9rem}\
    .field .n{color:var(--hue);margin-top:.6rem}\
    .sign{width:1.9rem;stroke:var(--hue,currentColor);stroke-width:1.7;stroke-linejoin:round}\
    .hue-verwaltung{--hue:var(--f1)}\
    .hue-mobilitaet{--hue:var(--f2)}\
    .hue-wirtschaft{--hue:var(--f3)}\
    .hue-leben{--hue:var(--f4)}\
    .hue-klima{--hue:var(--f5)}\
    .split{gap:0 3rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}\
    .rows>li,.sites li,th,td{border-top:1px solid var(--line)}\
    .rows>li{padding:1rem 0;grid-template-columns:4.2rem 1fr;gap:1rem}\
    .rows h3{margin:0 0 .2rem}\
    :is(.rows,.cards) p{margin:.25rem 0 0;color:var(--soft)}\
    .leaf,.badge,.note,.filters li a:hover,.numbers a{background:var(--wash)}\
    .leaf{text-align:center;border-radius:.5rem;line-height:1.15;padding:.5rem .2rem;\
    align-self:start;font-size:.85rem}\
    .leaf b{font-size:1.55rem;font-weight:700}\
    .meta{gap:.25rem .9rem;margin:.25rem 0}\
    .cards{gap:1rem;--w:17rem}\
    .cards.wide{--w:20rem}\
    .cards>li{border-top:4px solid var(--hue,var(--edge));padding:1.1rem 1.2rem;\
    flex-direction:column}\
    .cards h3{margin:.35rem 0 .2rem}\
    .cards .meta{margin-top:auto;padding-top:.8rem}\
    .tags{gap:.35rem}\
    .tag{border:1px solid var(--hue,var(--edge));color:var(--hue,var(--soft));\
    border-radius:2rem;padding:.05rem .65rem;font-size:.84rem}\
    .badge{border-radius:.3rem;padding:.08rem .55rem;font-size:.84rem;font-weight:650}\
    .badge.running{background:var(--good-wash);color:var(--good)}\
    .badge:is(.planned,.idea,.open,.postponed,.rescheduled){background:var(--warn-wash);\
    color:var(--warn)}\
    .badge:is(.stopped,.cancelled){background:var(--stop-wash);color:var(--stop)}\
    s{text-decoration-thickness:.1em}\
    .cancelled .leaf,.postponed .leaf{background:var(--stop-wash);text-decoration:line-through}\
    .postponed .leaf,.note.warn{background:var(--warn-wash)}\
    figure{margin:0 0 1.4rem}\
    figure img{max-width:100%;height:auto}\
    .note{border-left:5px solid var(--edge);padding:.8rem 1.1rem;margin:1rem 0}\
    .note>:last-child{margin-bottom:0}\
    .note.warn,.month li.postponed,.month li.rescheduled{border-color:var(--warn)}\
    .note.stop,.month li.cancelled{border-color:var(--stop)}\
    .note.stop{background:var(--stop-wash)}\
    .note.good{border-color:var(--good);background:var(--good-wash)}\
    .lead{margin-top:.75rem;font-size:1.2rem;line-height:1.5;max-width:62ch}\
    .crumbs{margin:1.25rem 0 -1rem}\
    .item,.browse{grid-template-columns:minmax(0,1fr)}\
    .item{gap:0 3.5rem;grid-template-areas:"text" "facts" "past"}\
    .item .text{grid-area:text}\
    .item .facts{grid-area:facts}\
    .item .past{grid-area:past}\
    .text{max-width:68ch}\
    .facts{padding:.4rem 1.2rem 1rem;align-self:start;margin-top:1.5rem}\
    .facts h2{font-size:1.02rem;margin:1.1rem 0 .35rem}\
    .facts li{padding:.25rem 0}\
    .sites li,.filters li a,.bar,.around,.map a{justify-content:space-between}\
    .sites li{gap:.2rem .8rem;padding:.45rem 0}\
    .sites li:first-child{border:0}\
    .sites .badge{align-self:flex-start}\
    .line{max-width:48rem}\
    .line li{padding:0 0 1.1rem 1.6rem;border-left:2px solid var(--line);margin-left:.4rem}\
    .line li::before{content:"";position:absolute;left:-.45rem;top:.4rem;width:.75rem;\
    height:.75rem;border-radius:50%;background:var(--lamp);border:2px solid var(--paper)}\
    .line li:last-child{border-color:transparent}\
    .pages{gap:.75rem;margin:2rem 0}\
    mark{padding:0 .1em;border-radius:.15em}\
    .bigfind{gap:.5rem;max-width:44rem}\
    .bigfind input{flex:1 1 14rem}
    """
}
