// The one style sheet, its beginning: colours, type, frame. Colours meet WCAG 2.2 AA (4.5:1 for
// text, 3:1 for edges of controls) in both schemes. System fonts only.

/// The style sheet in parts, in the order in which they are joined.
enum StyleSheet {
  /// Colours, type, frame.
  static let base = """
    :root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#17272a;--soft:#51646a;\
    --line:#d9dedb;--edge:#6f8388;--deep:#0d3b3e;--deep2:#124e52;--on-deep:#f3f7f5;--link:#0a5f63;\
    --lamp:#f4b223;--lamp-ink:#3d2a00;--wash:#eef3f0;--warn:#8f3a00;--warn-wash:#fdf0e3;\
    --stop:#9c1c22;--stop-wash:#fbe9e9;--good:#1d6b3a;--good-wash:#e6f3ea;--focus:#0a5fd0;\
    --f1:#2b5fa8;--f2:#7a3f9d;--f3:#9a5b00;--f4:#b0305c;--f5:#2a7136;\
    --s1:#a06c00;--s2:#c2571a;--s3:#1d7a45;--s4:#0d5e63;--s5:#767b7c;--radius:.6rem;\
    --shadow:0 1px 2px rgb(13 59 62/.08),0 6px 18px rgb(13 59 62/.06)}
    @media (prefers-color-scheme:dark){:root{--paper:#0f1819;--card:#172325;--ink:#e8efec;\
    --soft:#a3b5b5;--line:#2c3c3e;--edge:#7f9496;--deep:#0a2729;--deep2:#0f3437;\
    --on-deep:#eaf3f0;--link:#7fd0c8;--wash:#1a2a2b;--warn:#ffb877;--warn-wash:#33230f;\
    --stop:#ff9c9c;--stop-wash:#371a1c;--good:#8ad6a3;--good-wash:#152d1e;--focus:#8fc1ff;\
    --f1:#8db8f2;--f2:#cfa1ea;--f3:#eab65f;--f4:#f29ab9;--f5:#8fd09a;\
    --s1:#d9a93c;--s2:#f0935a;--s3:#57c084;--s4:#7fd0c8;--s5:#8d9a9b;--shadow:none}}
    *,*::before,*::after{box-sizing:border-box}
    html{font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
    -webkit-text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0;background:var(--paper);color:var(--ink);min-height:100vh;display:flex;\
    flex-direction:column}
    main{flex:1;width:100%;max-width:76rem;margin:0 auto;padding:0 1.25rem 4rem;outline:0}
    h1,h2,h3{line-height:1.18;letter-spacing:-.012em;text-wrap:balance;overflow-wrap:anywhere;\
    hyphens:manual}
    h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.9rem);font-weight:750;margin:2rem 0 .75rem}
    h2{font-size:clamp(1.3rem,1.1rem + .8vw,1.7rem);font-weight:700;margin:2.5rem 0 .9rem}
    h3{font-size:1.12rem;font-weight:650;margin:1.4rem 0 .4rem}
    p,ul,ol,dl{margin:0 0 1rem}
    a{color:var(--link);text-decoration-thickness:.07em;text-underline-offset:.18em}
    a:hover{text-decoration-thickness:.14em}
    a.out::after{content:"\\2197";font-size:.8em;margin-left:.2em;text-decoration:none;\
    display:inline-block}
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
    main:focus-visible{outline:0}
    .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
    white-space:nowrap}
    .skip{position:absolute;left:.5rem;top:-4rem;background:var(--lamp);color:var(--lamp-ink);\
    padding:.6rem 1rem;z-index:9;font-weight:600;border-radius:0 0 .4rem .4rem}
    .skip:focus{top:0}
    .wrap{max-width:76rem;margin:0 auto;padding:0 1.25rem}
    .top{background:var(--deep);color:var(--on-deep);border-bottom:4px solid var(--lamp)}
    .top .wrap{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.75rem;\
    padding-block:.8rem}
    .top a{color:inherit}
    .top :focus-visible,.hero :focus-visible,.bottom :focus-visible{outline-color:var(--lamp)}
    .brand{display:flex;gap:.7rem;align-items:center;text-decoration:none;margin-right:auto}
    .brand b{display:block;font-size:1.35rem;line-height:1.1;letter-spacing:-.02em}
    .brand small{font-size:.8rem;opacity:.85}
    .mark{width:2.6rem;height:2.6rem;fill:currentColor;flex:none}
    .mark .hub{fill:var(--lamp)}
    .top nav ul{display:flex;flex-wrap:wrap;gap:.1rem .35rem;list-style:none;margin:0;padding:0}
    .top nav a{display:block;padding:.55rem .75rem;text-decoration:none;font-weight:600;\
    border-radius:.4rem}
    .top nav a:hover{background:var(--deep2);text-decoration:underline}
    .top nav a[aria-current]{box-shadow:inset 0 -3px var(--lamp);border-radius:.4rem .4rem 0 0}
    .find{display:flex}
    .find input{width:11rem;border:1px solid #8ba5a6;border-right:0;border-radius:.4rem 0 0 .4rem;\
    padding:.5rem .7rem;font:inherit;background:#fff;color:#17272a}
    .find button{border:1px solid var(--lamp);background:var(--lamp);color:var(--lamp-ink);\
    border-radius:0 .4rem .4rem 0;padding:.45rem .75rem;cursor:pointer;font:inherit;\
    font-weight:600}
    .lens{width:1.15rem;height:1.15rem;fill:none;stroke:currentColor;stroke-width:2.4;\
    stroke-linecap:round;display:block}
    .bottom{background:var(--deep);color:var(--on-deep);padding:2rem 0;font-size:.95rem}
    .bottom .wrap{display:flex;flex-wrap:wrap;gap:1rem 4rem}
    .bottom p{margin-right:auto}
    .bottom ul{list-style:none;padding:0;margin:0}
    .bottom li{padding:.15rem 0}
    .bottom a{color:inherit}

    """

  /// What pages are made of.
  static let parts = """
    .hero{background:linear-gradient(160deg,var(--deep),var(--deep2));color:var(--on-deep);\
    margin:0 calc(50% - 50vw);padding:clamp(2rem,5vw,4rem) 0 clamp(4rem,7vw,5.5rem);\
    overflow:hidden}
    body{overflow-x:clip}
    .hero .in{max-width:76rem;margin:0 auto;padding:0 1.25rem;position:relative}
    .hero .mark{position:absolute;right:1rem;top:-7rem;width:30rem;height:30rem;opacity:.13}
    .hero h1{margin:0 0 .75rem;max-width:19ch;font-size:clamp(2rem,1.2rem + 3.6vw,3.6rem)}
    .hero p{max-width:54ch;font-size:1.1rem;margin:0}
    .fields{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));\
    list-style:none;margin:-2rem 0 0;padding:0;position:relative}
    .field{display:block;height:100%;background:var(--card);border:1px solid var(--line);\
    border-top:5px solid var(--hue);border-radius:var(--radius);padding:1rem 1.1rem;color:inherit;\
    text-decoration:none;box-shadow:var(--shadow)}
    .field b{display:block;margin:.4rem 0 .25rem;font-size:1.08rem}
    .field small{display:block;color:var(--soft);font-size:.9rem;line-height:1.4}
    .field .n{font-weight:600;color:var(--hue);display:block;margin-top:.6rem;font-size:.9rem}
    .field:hover b{text-decoration:underline}
    .sign{width:1.9rem;height:1.9rem;fill:none;stroke:var(--hue,currentColor);stroke-width:1.7;\
    stroke-linejoin:round;stroke-linecap:round}
    .hue-verwaltung{--hue:var(--f1)}.hue-mobilitaet{--hue:var(--f2)}\
    .hue-wirtschaft{--hue:var(--f3)}.hue-leben{--hue:var(--f4)}.hue-klima{--hue:var(--f5)}
    .split{display:grid;gap:0 3rem;\
    grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
    .rows{list-style:none;padding:0;margin:0 0 1rem}
    .rows>li{border-top:1px solid var(--line);padding:1rem 0;display:grid;\
    grid-template-columns:4.2rem 1fr;gap:1rem}
    .rows>li.plain{display:block}
    .rows h3{margin:0 0 .2rem}
    .rows h3 a,.cards h3 a{text-decoration:none;color:inherit}
    .rows h3 a:hover,.cards h3 a:hover{text-decoration:underline}
    .rows p,.cards p{margin:.25rem 0 0;color:var(--soft)}
    .leaf{text-align:center;border-radius:.5rem;background:var(--wash);line-height:1.15;\
    padding:.5rem .2rem;align-self:start;font-size:.85rem}
    .leaf b{display:block;font-size:1.55rem;font-weight:700}
    .meta{font-size:.9rem;color:var(--soft);display:flex;flex-wrap:wrap;gap:.25rem .9rem;\
    align-items:center;margin:.25rem 0}
    .cards{display:grid;gap:1rem;\
    grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));\
    list-style:none;padding:0}
    .cards.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
    .cards>li{background:var(--card);border:1px solid var(--line);\
    border-top:4px solid var(--hue,var(--edge));border-radius:var(--radius);padding:1.1rem 1.2rem;box-shadow:var(--shadow);display:flex;flex-direction:column}
    .cards h3{margin:.35rem 0 .2rem}
    .cards .meta{margin-top:auto;padding-top:.8rem}
    .tags{display:flex;flex-wrap:wrap;gap:.35rem}
    .tag{display:inline-block;border:1px solid var(--hue,var(--edge));color:var(--hue,var(--soft));\
    border-radius:2rem;padding:.05rem .65rem;font-size:.84rem;font-weight:600;text-decoration:none;\
    white-space:nowrap}
    .badge{display:inline-block;border-radius:.3rem;padding:.08rem .55rem;font-size:.84rem;\
    font-weight:650;background:var(--wash);color:var(--ink)}
    .badge.running{background:var(--good-wash);color:var(--good)}
    .badge.planned,.badge.idea,.badge.open,.badge.postponed,.badge.rescheduled\
    {background:var(--warn-wash);color:var(--warn)}
    .badge.stopped,.badge.cancelled{background:var(--stop-wash);color:var(--stop)}
    s{text-decoration-thickness:.1em}
    .cancelled .leaf,.postponed .leaf{background:var(--stop-wash);text-decoration:line-through}
    .postponed .leaf{background:var(--warn-wash)}
    figure{margin:0 0 1.4rem}
    figure img{display:block;max-width:100%;height:auto;border-radius:var(--radius)}
    figcaption{margin-top:.4rem;font-size:.92rem;color:var(--soft)}
    .note{border-left:5px solid var(--edge);background:var(--wash);padding:.8rem 1.1rem;\
    border-radius:0 var(--radius) var(--radius) 0;margin:1rem 0}
    .note>:last-child{margin-bottom:0}
    .note.warn{border-color:var(--warn);background:var(--warn-wash)}
    .note.stop{border-color:var(--stop);background:var(--stop-wash)}
    .note.good{border-color:var(--good);background:var(--good-wash)}
    .lead{margin-top:.75rem;font-size:1.2rem;line-height:1.5;color:var(--soft);max-width:62ch}
    .crumbs{font-size:.9rem;margin:1.25rem 0 -1rem;color:var(--soft)}
    .item{display:grid;gap:0 3.5rem;grid-template-columns:minmax(0,1fr);\
    grid-template-areas:"text" "facts" "past"}
    .item .text{grid-area:text}.item .facts{grid-area:facts}.item .past{grid-area:past}
    .text{max-width:68ch;overflow-wrap:anywhere}
    .facts{background:var(--card);border:1px solid var(--line);border-radius:var(--radius);\
    padding:.4rem 1.2rem 1rem;align-self:start;box-shadow:var(--shadow);margin-top:1.5rem}
    .facts h2{font-size:1.02rem;margin:1.1rem 0 .35rem}
    .facts ul{list-style:none;padding:0;margin:0}
    .facts li{padding:.25rem 0}
    .facts p{margin:0}
    .sites li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem .8rem;\
    border-top:1px solid var(--line);padding:.45rem 0}
    .sites li:first-child{border:0}
    .sites .badge{align-self:flex-start}
    .line{list-style:none;padding:0;margin:0;max-width:48rem}
    .line li{position:relative;padding:0 0 1.1rem 1.6rem;border-left:2px solid var(--line);\
    margin-left:.4rem}
    .line li::before{content:"";position:absolute;left:-.45rem;top:.4rem;width:.75rem;\
    height:.75rem;\
    border-radius:50%;background:var(--lamp);border:2px solid var(--paper)}
    .line li:last-child{border-color:transparent}
    .line time{color:var(--soft);font-size:.9rem}
    .pages{display:flex;gap:.75rem;flex-wrap:wrap;margin:2rem 0;align-items:center}
    mark{background:var(--lamp);color:var(--lamp-ink);padding:0 .1em;border-radius:.15em}
    .bigfind{display:flex;gap:.5rem;max-width:44rem;flex-wrap:wrap}
    .bigfind input{flex:1 1 14rem}

    """
}
