//! How the picture looks. Colours are variables, of which the dark theme has its own; those that distinguish things differ in
//! lightness, too, or have a texture.

pub(crate) const STYLE: &str = "\
:root{--paper:#fcfbf8;--ink:#1c2433;--soft:#5d6676;--line:#e8e5dd;--red:#c62a3d;--pale:#fdeeee;--card:#fff;--blue:#1b5f9e;--chip:#dcebf7;--path:#1c2433;--amber:#d97f1c;--note:#33425a;--num:#fff}
.c{--w:#d3e6f6;--s:#2f7dc0}.cn{--w:#e7e6e1;--s:#8d9099}.c1{--w:#f3e4c3;--s:#b07c1f}.c2{--w:#dbead4;--s:#4f8a42}.c3{--w:#eadcef;--s:#865a9e}.c4{--w:#f5dccf;--s:#b5623c}
@media(prefers-color-scheme:dark){:root{--paper:#14171d;--ink:#e8eaee;--soft:#9aa3b2;--line:#2a2f38;--red:#ff7384;--pale:#32191d;--card:#0e1014;--blue:#7fbcf2;--chip:#1d3347;--path:#f4f5f7;--amber:#f0a24a;--note:#c9d5e6;--num:#0e1014}
.c{--w:#1f3b54;--s:#4a9be0}.cn{--w:#2b2e34;--s:#7f848e}.c1{--w:#453819;--s:#d3a047}.c2{--w:#263d21;--s:#74b266}.c3{--w:#3b2b45;--s:#b184cb}.c4{--w:#47301f;--s:#d88a60}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#ddd;--red:#b3001b;--pale:#fff;--card:#fff;--blue:#1b5f9e;--chip:#eef4fa;--path:#000;--amber:#c46f10;--note:#222;--num:#fff}.c{--w:#d3e6f6;--s:#2f7dc0}.cn{--w:#e7e6e1;--s:#8d9099}.c1{--w:#f3e4c3;--s:#b07c1f}.c2{--w:#dbead4;--s:#4f8a42}.c3{--w:#eadcef;--s:#865a9e}.c4{--w:#f5dccf;--s:#b5623c}.l,.card{break-inside:avoid}details{display:none}}
*{box-sizing:border-box}html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif}
main{min-width:860px;max-width:1600px;margin:0 auto;padding:26px 28px 36px}
h1{font-size:21px;line-height:1.35;font-weight:600;margin:0 0 8px;overflow-wrap:anywhere}h1 b{color:var(--blue)}h1 i{font-style:normal;color:var(--red)}
.about{margin:0 0 14px;overflow-wrap:anywhere}.about span{display:inline-block;background:var(--chip);color:var(--blue);border-radius:20px;padding:1px 11px;margin:0 7px 3px 0;font-size:12.5px}.about small{color:var(--soft);font-size:12.5px}
.bar{display:flex;gap:2px;height:26px;margin:0 0 20px;border-radius:5px;overflow:hidden}.bar i{min-width:2px;overflow:hidden;font-style:normal}.bar em{display:block;font:600 12px/26px inherit;font-style:normal;font-size:12px;line-height:26px;padding:0 9px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.k{display:inline-block;width:26px;height:13px;margin-right:6px;vertical-align:-2px;border-radius:6px;background:var(--chip)}
.sw{background:#2f7dc0;color:#fff}.sr{background:repeating-linear-gradient(45deg,var(--amber) 0 2px,var(--line) 2px 6px)}.sr em{display:inline-block;background:var(--paper);line-height:18px;margin:4px;border-radius:3px}.si{background:var(--chip);color:var(--ink)}.so{background:#a06f17;color:#fff}.sx{background:var(--line);color:var(--ink)}
.p{position:relative}.o{position:absolute;left:220px;right:0;top:0;bottom:0;width:calc(100% - 220px);pointer-events:none}
.axis i{position:absolute;top:19px;bottom:0;border-left:1px solid var(--line)}.axis b{position:absolute;top:-19px;left:0;transform:translateX(-50%);font-weight:400;font-size:11px;color:var(--soft);font-style:normal;white-space:nowrap}.axis i:first-child b{transform:none}
.l{position:absolute;left:0;right:0;border-radius:4px}.l:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
.n{position:absolute;left:0;top:-4px;width:212px;line-height:1.25}.n b,.n small{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.n b{font-size:13px;font-weight:600}.n small{font-size:11px;color:var(--soft)}
.t{position:absolute;left:220px;right:0;top:0;height:20px}.t i{position:absolute;top:0;height:20px;font-style:normal}
.w{background:var(--w);border-radius:10px}.ol{border-top-left-radius:0;border-bottom-left-radius:0}.or{border-top-right-radius:0;border-bottom-right-radius:0}
.s{background:var(--s);min-width:2px;border-radius:2px;overflow:hidden}.s b{display:block;font-size:10px;line-height:20px;font-weight:600;color:var(--num);text-align:center}
.r{background:repeating-linear-gradient(45deg,var(--amber) 0 2px,transparent 2px 5px);min-width:1px}
.t em{position:absolute;top:0;height:20px;padding:0 6px;font-style:normal;font-size:11px;line-height:20px;color:var(--note);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.u{position:absolute;height:14px;padding:1px 3px 0;border-top:1px solid var(--s);font-size:10.5px;line-height:12px;color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.v{border-top-style:dashed}
.x{position:absolute;height:15px;font-size:11.5px;line-height:15px;font-weight:600;color:var(--red);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.d{position:absolute;left:0;right:0;margin:0;font-size:11px;line-height:14px;color:var(--soft);border-bottom:1px dashed var(--line)}
.tip{display:none;position:absolute;z-index:3;left:0;top:30px;max-width:560px;margin:0;padding:5px 10px;font-size:12px;background:var(--card);border:1px solid var(--soft);border-radius:5px}.n:hover~.tip,.l:focus-visible .tip{display:block}
.h{position:absolute;inset:0;width:100%;height:20px}.hp{fill:var(--s)}.hr{fill:var(--amber);opacity:.55}
.b{position:absolute;width:14px;border-left:6px solid var(--w);border-bottom-left-radius:10px}
.z{border-left-width:1px;width:1px}
.a{position:absolute;width:0;border-left:1px solid var(--soft)}.a:after{content:'';position:absolute;left:-4px;top:0;border:3.5px solid transparent;border-top:0;border-bottom:6px solid var(--soft)}.e:after{top:auto;bottom:0;border:3.5px solid transparent;border-bottom:0;border-top:6px solid var(--soft)}
svg .c{fill:none;stroke:var(--path);stroke-width:2.6;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.m{position:absolute;width:20px;height:20px;margin-left:-10px;border:2px solid var(--red);border-radius:50%;background:var(--card);color:var(--red);font:700 16px/16px sans-serif;text-align:center}
.card{border-left:3px solid var(--red);background:var(--pale);padding:9px 14px;margin:12px 0 0;border-radius:0 6px 6px 0;overflow-wrap:anywhere}.card b{color:var(--red)}.card p{margin:3px 0 0}code{font:12.5px/1.4 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;background:var(--card);padding:0 4px;border-radius:3px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;margin:18px 0 0;padding:0;color:var(--soft);font-size:12px}.kp{border-radius:2px;background:#2f7dc0}.kr{background:repeating-linear-gradient(45deg,var(--amber) 0 2px,var(--chip) 2px 5px)}.kc{height:3px;vertical-align:4px;background:var(--path)}.ka{position:relative;width:8px;background:none}.ka .a{left:4px;top:0;height:14px}.kf{border-radius:0;background:linear-gradient(30deg,#2f7dc0 45%,var(--amber) 46% 60%,var(--chip) 61%)}.ko{background:#b07c1f}.kn{background:#8d9099}.kx{width:13px;border:2px solid var(--red);border-radius:50%;background:none}
.more{margin:6px 0 0;color:var(--soft);font-size:12px}details{margin-top:16px;color:var(--soft);font-size:12.5px}summary{cursor:pointer}summary:focus-visible{outline:2px solid var(--blue)}table{border-collapse:collapse;margin-top:6px}td,th{text-align:left;padding:1px 18px 1px 0;font-weight:400}th{color:var(--ink)}
";
