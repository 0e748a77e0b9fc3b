// The one style sheet: filters, calendar, map and plots.

extension StyleSheet {
  /// Lists and what stands beside them, the calendar of a month, pictures of numbers.
  static let lists = """
    .browse{gap:1rem 2.5rem;margin-top:1.25rem}\
    .filters{font-size:.95rem}\
    .filters h2{font-size:1rem;margin:1.2rem 0 .3rem}\
    .filters li a{display:flex;gap:.5rem;padding:.28rem .7rem;border-radius:.35rem}\
    .filters .n{opacity:.8;font-variant-numeric:tabular-nums;margin-left:auto}\
    .filters summary,.views a{border:1px solid var(--edge);background:var(--card)}\
    .filters summary{cursor:pointer;font-weight:650;padding:.55rem 1rem;border-radius:.4rem}\
    .inlist label{font-weight:700;font-size:1rem}\
    .inlist span{display:flex;gap:.4rem}\
    .inlist .button{padding:.4rem .8rem}\
    .bar,.around,.map a{align-items:baseline}\
    .bar{gap:.3rem 1.5rem;margin-bottom:.8rem}\
    .orders{gap:.2rem .8rem;font-size:.92rem}\
    .chips{gap:.4rem}\
    .chips a{padding:.25rem .8rem;border-radius:2rem;font-size:.92rem}\
    .chips .all,.month [aria-current] p{color:var(--link);text-decoration:underline}\
    .chips .all{background:none}\
    .views ul,.numbers,.ways{gap:.5rem;margin:1rem 0}\
    .views ul{gap:0}\
    .views a{padding:.4rem 1.1rem;margin-right:-1px}\
    .views a[aria-current]{border-color:var(--deep)}\
    .numbers a{padding:.6rem 1.2rem;border-radius:var(--radius)}\
    .numbers b{font-size:1.7rem;line-height:1.1;margin-right:.2rem}\
    .tag .n{opacity:.85;margin-left:.2rem}\
    .banner{gap:1rem;margin-top:2rem}\
    .banner .sign{width:3.4rem;flex:none;padding:.6rem;border-radius:var(--radius);\
    border:2px solid var(--hue)}\
    .around{gap:.2rem 1rem;margin-bottom:.6rem}\
    .around h2{margin:0;order:-1;flex:1 0 100%}\
    .month td p{margin:0 0 .2rem;font-weight:650}\
    .month li{font-size:.86rem;line-height:1.3;border-left:3px solid var(--link);\
    padding:.1rem 0 .1rem .4rem;margin:.25rem 0;hyphens:auto}\
    .cites li{border-left:4px solid var(--lamp);padding:.2rem 0 .2rem .9rem;margin:.5rem 0}\
    .map{gap:.5rem;--w:15rem}\
    .cards,.map{grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--w)),1fr))}\
    .map a{gap:.2rem .8rem;height:100%;padding:.5rem .9rem;hyphens:auto}\
    .map a:hover{border-color:var(--link)}\
    .map .big{font-size:1.35rem;font-weight:700}\
    .map .n1{--mix:7%}\
    .map .n2{--mix:16%}\
    .map .n3{--mix:27%}\
    .map [class^=c] a{background:color-mix(in srgb,var(--link) var(--mix,0%),var(--card))}\
    .keys,.parts{gap:.1rem 1.1rem;font-size:.92rem}\
    .key{width:.85rem;height:.85rem;border-radius:.2rem;margin-right:.4rem;\
    background:var(--fill,var(--hue))}\
    .idea{--fill:var(--s1)}\
    .planned{--fill:var(--s2)}\
    .running{--fill:var(--good)}\
    .done{--fill:var(--f1)}\
    .stopped{--fill:var(--edge)}\
    .bars{gap:1.1rem}\
    .bars h3{margin:0 0 .25rem;font-size:1rem}\
    .bar-of{width:100%;height:1.15rem;margin-bottom:.25rem}\
    .bar-of rect{fill:var(--fill,var(--hue))}
    """
}
