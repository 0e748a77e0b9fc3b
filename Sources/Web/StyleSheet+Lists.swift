// The one style sheet: filters, calendar, map and plots.

extension StyleSheet {
  /// Lists and what stands beside them, the calendar of a month, pictures of numbers.
  static let lists = """
    .browse{display:grid;gap:1rem 2.5rem;grid-template-columns:minmax(0,1fr);margin-top:1.25rem}
    .filters{font-size:.95rem}
    .filters h2{font-size:1rem;margin:1.2rem 0 .3rem}
    .filters ul{list-style:none;padding:0;margin:0}
    .filters li a{display:flex;gap:.5rem;justify-content:space-between;padding:.28rem .7rem;\
    border-radius:.35rem;text-decoration:none;color:inherit;overflow-wrap:anywhere}
    .filters li a:hover{background:var(--wash);text-decoration:underline}
    .filters a[aria-current]{background:var(--deep);color:var(--on-deep)}
    .filters .n{opacity:.8;font-variant-numeric:tabular-nums;margin-left:auto}
    .filters summary{cursor:pointer;font-weight:650;padding:.55rem 1rem;border:1px solid var(--edge);\
    border-radius:.4rem;background:var(--card)}
    .inlist label{font-weight:700;font-size:1rem}
    .inlist span{display:flex;gap:.4rem}
    .inlist .button{padding:.4rem .8rem}
    .bar{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;justify-content:space-between;\
    align-items:baseline;margin-bottom:.8rem}
    .bar p{margin:0}
    .orders{display:flex;flex-wrap:wrap;gap:.2rem .8rem;font-size:.92rem;color:var(--soft)}
    .orders b{color:var(--ink)}
    .chips{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;padding:0;margin:0 0 1rem}
    .chips a{display:inline-block;padding:.25rem .8rem;border-radius:2rem;background:var(--deep);\
    color:var(--on-deep);text-decoration:none;font-size:.92rem;overflow-wrap:anywhere}
    .chips a:hover{text-decoration:underline}
    .chips .all{background:none;color:var(--link);text-decoration:underline}
    .views ul,.numbers,.ways{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0;\
    margin:1rem 0}
    .views ul{gap:0}
    .views a{display:block;padding:.4rem 1.1rem;border:1px solid var(--edge);text-decoration:none;\
    color:inherit;margin-right:-1px;background:var(--card)}
    .views li:first-child a{border-radius:.4rem 0 0 .4rem}
    .views li:last-child a{border-radius:0 .4rem .4rem 0}
    .views a:hover{text-decoration:underline}
    .views a[aria-current]{background:var(--deep);color:var(--on-deep);border-color:var(--deep)}
    .numbers a{display:block;padding:.6rem 1.2rem;border-radius:var(--radius);text-decoration:none;\
    background:var(--wash);color:inherit}
    .numbers a:hover{text-decoration:underline}
    .numbers b{font-size:1.7rem;line-height:1.1;margin-right:.2rem;font-variant-numeric:tabular-nums}
    ul.tags{list-style:none;padding:0}
    .tag .n{opacity:.85;margin-left:.2rem}
    .tag:hover{text-decoration:underline}
    .banner{display:flex;align-items:center;gap:1rem;margin-top:2rem}
    .banner h1{margin:0}
    .banner .sign{width:3.4rem;height:3.4rem;flex:none;padding:.6rem;border-radius:var(--radius);\
    border:2px solid var(--hue)}
    .around{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;\
    gap:.2rem 1rem;margin-bottom:.6rem}
    .around h2{margin:0;order:-1;flex:1 0 100%}
    .month ul,.cites,.days{list-style:none;padding:0;margin:0}
    .month td p{margin:0 0 .2rem;font-weight:650}
    .month li{font-size:.86rem;line-height:1.3;border-left:3px solid var(--link);\
    padding:.1rem 0 .1rem .4rem;margin:.25rem 0;overflow-wrap:anywhere;hyphens:auto}
    .month li.postponed,.month li.rescheduled{border-color:var(--warn)}
    .month li.cancelled{border-color:var(--stop)}
    .month abbr{text-decoration:none}
    .month small{color:var(--soft)}
    .month a{color:inherit}
    .month [aria-current] p{color:var(--link);text-decoration:underline}
    .cites li{border-left:4px solid var(--lamp);padding:.2rem 0 .2rem .9rem;margin:.5rem 0}
    .map{display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));\
    list-style:none;padding:0}
    .map a{display:flex;align-items:baseline;justify-content:space-between;gap:.2rem .8rem;\
    height:100%;background:var(--card);border:1px solid var(--line);padding:.5rem .9rem;\
    border-radius:var(--radius);text-decoration:none;color:inherit;hyphens:auto}
    .map a:hover{border-color:var(--link)}
    .map a:hover b{text-decoration:underline}
    .map small{color:var(--soft);white-space:nowrap}
    .map .big{font-size:1.35rem;font-weight:700;color:var(--ink)}
    .map .n1 a{background:color-mix(in srgb,var(--link) 7%,var(--card))}
    .map .n2 a{background:color-mix(in srgb,var(--link) 16%,var(--card))}
    .map .n3 a{background:color-mix(in srgb,var(--link) 27%,var(--card))}
    .map li[class] small{color:inherit}
    .map .kreis a{background:var(--deep);color:var(--on-deep)}
    .map .kreis .big{color:inherit}
    .keys,.bars,.parts{list-style:none;padding:0;margin:0}
    .keys,.parts{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.92rem}
    .keys{margin-bottom:1rem;color:var(--soft)}
    .key{display:inline-block;width:.85rem;height:.85rem;border-radius:.2rem;margin-right:.4rem;\
    background:var(--fill)}
    .idea{--fill:var(--s1)}.planned{--fill:var(--s2)}.running{--fill:var(--s3)}\
    .done{--fill:var(--s4)}.stopped{--fill:var(--s5)}
    .bars{display:grid;gap:1.1rem}
    .bars h3{margin:0 0 .25rem;font-size:1rem}
    .bars h3 a{color:inherit;text-decoration:none}
    .bars h3 a:hover{text-decoration:underline}
    .bars small{color:var(--soft);font-weight:400}
    .bar-of{display:block;width:100%;height:1.15rem;margin-bottom:.25rem}
    .bar-of rect{fill:var(--fill)}

    """
}
