"""Drawn pictures of products for the demo, as SVG.

A picture is a function of (category, seed): seed % n picks the composition, the seed also picks the colour set and
motif, so a demo of any size gets stable, varied pictures. 800 x 1000 (4:5). Print language: bold ink contour, flat
dyed grounds, "isen-isen" dots, as in Madurese coastal batik. Taken over from the design as it was drawn.
"""

import math
import random

RED, INK, OCHRE, INDIGO, SALT = "#B5121F", "#17141F", "#E6A71E", "#1D2B64", "#F4F6F5"
LEAF, CLAY, SKY, ROSE, SAND, DEEP, WOOD = "#2C6A4B", "#C4622F", "#BED2DB", "#EFC3B4", "#EBDCB6", "#7C0D19", "#7A4426"
W, H = 800, 1000


class Pic:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.d = []
        self.b = []
        self.n = 0

    def id(self):
        self.n += 1
        return f"p{self.n}"

    def add(self, *s):
        self.b += s

    def pattern(self, w, h, content, tf=""):
        i = self.id()
        self.d.append(
            f'<pattern id="{i}" width="{w}" height="{h}" patternUnits="userSpaceOnUse"'
            + (f' patternTransform="{tf}"' if tf else "")
            + f">{content}</pattern>"
        )
        return f"url(#{i})"

    def clip(self, shape):
        i = self.id()
        self.d.append(f'<clipPath id="{i}">{shape}</clipPath>')
        return f'clip-path="url(#{i})"'

    def grad(self, stops, x1=0, y1=0, x2=1, y2=0):
        i = self.id()
        self.d.append(
            f'<linearGradient id="{i}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">'
            + "".join(f'<stop offset="{o}" stop-color="{c}" stop-opacity="{a}"/>' for o, c, a in stops)
            + "</linearGradient>"
        )
        return f"url(#{i})"

    def svg(self, title):
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" width="{W}" height="{H}">'
            f"<title>{title}</title><defs>{''.join(self.d)}</defs>{''.join(self.b)}</svg>"
        )


# ---------- drawing primitives
def rect(x, y, w, h, f, extra=""):
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="{f}" {extra}/>'


def circ(x, y, r, f, extra=""):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{f}" {extra}/>'


def ell(x, y, rx, ry, f, extra=""):
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{f}" {extra}/>'


def path(d, f="none", s="", w=0, extra=""):
    return (
        f'<path d="{d}" fill="{f}"'
        + (f' stroke="{s}" stroke-width="{w}" stroke-linecap="round" stroke-linejoin="round"' if s else "")
        + f" {extra}/>"
    )


def g(c, tf="", extra=""):
    return f"<g{f' transform={chr(34)}{tf}{chr(34)}' if tf else ''} {extra}>{c}</g>"


def ink(w=7):
    return f'stroke="{INK}" stroke-width="{w}" stroke-linejoin="round" stroke-linecap="round"'


def dots_on(cx, cy, r, n, dr, f, a0=0.0):
    return "".join(
        circ(cx + r * math.cos(a0 + 2 * math.pi * i / n), cy + r * math.sin(a0 + 2 * math.pi * i / n), dr, f)
        for i in range(n)
    )


def flower(cx, cy, r, petal, core, line, n=8, dot=None):
    o = ""
    for i in range(n):
        o += g(
            path(
                f"M0,0C{-r * 0.52:.1f},{-r * 0.42:.1f} {-r * 0.3:.1f},{-r * 1.02:.1f} 0,{-r:.1f}C{r * 0.3:.1f},{-r * 1.02:.1f} {r * 0.52:.1f},{-r * 0.42:.1f} 0,0Z",
                petal,
                line,
                max(2, r * 0.06),
            )
            + path(f"M0,{-r * 0.35:.1f}V{-r * 0.74:.1f}", "none", line, max(1.5, r * 0.045)),
            f"translate({cx:g} {cy:g}) rotate({360 / n * i:g})",
        )
    o += circ(cx, cy, r * 0.3, core, f'stroke="{line}" stroke-width="{max(2, r * 0.06):g}"') + circ(
        cx, cy, r * 0.1, line
    )
    if dot:
        o += dots_on(cx, cy, r * 1.2, n * 2, max(2, r * 0.065), dot, math.pi / n / 2)
    return o


def leaf(x, y, L, a, fill, line):
    ribs = "".join(
        path(f"M{L * t:.1f},0L{L * (t + 0.13):.1f},{s * L * 0.17:.1f}", "none", line, max(1.5, L * 0.022))
        for t in (0.22, 0.4, 0.58)
        for s in (-1, 1)
    )
    return g(
        path(
            f"M0,0C{L * 0.25:.1f},{-L * 0.38:.1f} {L * 0.75:.1f},{-L * 0.3:.1f} {L:.1f},0C{L * 0.75:.1f},{L * 0.3:.1f} {L * 0.25:.1f},{L * 0.38:.1f} 0,0Z",
            fill,
            line,
            max(2, L * 0.04),
        )
        + path(f"M0,0H{L * 0.84:.1f}", "none", line, max(1.5, L * 0.03))
        + ribs,
        f"translate({x:.1f} {y:.1f}) rotate({a:g})",
    )


def bird(fill, wing, line, dot):
    tail = "".join(
        g(
            path("M0,0C-50,-30 -105,-34 -150,-8C-108,8 -58,22 0,18Z", f, line, 5)
            + "".join(circ(-34 - 24 * k, -2, 4.5, dot) for k in range(4)),
            f"translate(18 4) rotate({a})",
        )
        for a, f in ((34, wing), (10, fill), (-14, wing))
    )
    return (
        tail
        + path(
            "M0,8C14,-48 74,-58 112,-34C120,-62 160,-70 172,-40L200,-28L174,-20C168,6 140,50 78,50C40,50 10,34 0,8Z",
            fill,
            line,
            6,
        )
        + path("M34,4C48,-32 98,-34 112,-8C92,26 54,30 34,4Z", wing, line, 5)
        + "".join(path(f"M{54 + 16 * k},-14Q{60 + 16 * k},4 {52 + 16 * k},16", "none", line, 4) for k in range(3))
        + circ(152, -40, 7, line)
        + path("M146,-66Q138,-92 150,-100M156,-68Q160,-94 174,-96", "none", line, 5)
        + circ(150, -104, 6, dot)
        + circ(178, -98, 6, dot)
    )


# ---------- textile motifs (return a paint)
def m_beras(p, bg, fg, k=1.0):  # spilled rice, a Madurese background filler
    rr = random.Random(7)
    o = rect(0, 0, 90, 90, bg)
    for i in range(3):
        for j in range(3):
            o += g(
                ell(0, 0, 8.5, 3.4, fg),
                f"translate({15 + 30 * i + rr.randint(-4, 4)} {15 + 30 * j + rr.randint(-4, 4)}) rotate({rr.randint(0, 179)})",
            )
    return p.pattern(90, 90, o, f"scale({k})")


def m_titik(p, bg, fg, k=1.0, r=4):
    return p.pattern(32, 32, rect(0, 0, 32, 32, bg) + circ(8, 8, r, fg) + circ(24, 24, r, fg), f"scale({k})")


def m_sisik(p, bg, fg, dot, k=1.0):  # fish scales
    sc = lambda x, y: (
        circ(x, y, 40, bg, f'stroke="{fg}" stroke-width="6"')
        + circ(x, y, 22, "none", f'stroke="{fg}" stroke-width="3"')
        + circ(x, y + 8, 6, dot)
    )
    return p.pattern(
        80,
        80,
        rect(0, 0, 80, 80, bg) + sc(40, -40) + sc(0, 0) + sc(80, 0) + sc(40, 40) + sc(0, 80) + sc(80, 80),
        f"scale({k})",
    )


def m_ombak(p, bg, fg, dot, k=1.0):  # waves
    o = rect(0, 0, 120, 60, bg)
    for y in (0, 30, 60):
        o += path(f"M-30,{y + 12}Q0,{y - 16} 30,{y + 12}T90,{y + 12}T150,{y + 12}", "none", fg, 6)
    return p.pattern(120, 60, o + circ(0, 20, 4, dot) + circ(60, 38, 4, dot) + circ(120, 20, 4, dot), f"scale({k})")


def m_ceplok(p, bg, a, b, line, k=1.0):
    o = rect(0, 0, 160, 160, bg) + flower(80, 80, 54, a, b, line, 8, b) + flower(0, 0, 30, b, a, line, 6)
    for x, y in ((160, 0), (0, 160), (160, 160)):
        o += flower(x, y, 30, b, a, line, 6)
    return p.pattern(160, 160, o, f"scale({k})")


def vine_tile(bg, stem, a, b, line, grain, with_bird):
    rr = random.Random(11)
    o = rect(0, 0, 400, 400, bg)
    for i in range(9):
        for j in range(9):
            o += g(
                ell(0, 0, 7, 2.8, grain),
                f"translate({22 + 44 * i + rr.randint(-9, 9)} {22 + 44 * j + rr.randint(-9, 9)}) rotate({rr.randint(0, 179)})",
            )
    for dx in (0, 400, -400):
        o += g(
            path("M40,440V400C40,330 60,250 130,220S330,190 400,60C415,32 440,22 440,0V-40", "none", line, 15)
            + path("M40,440V400C40,330 60,250 130,220S330,190 400,60C415,32 440,22 440,0V-40", "none", stem, 7),
            f"translate({dx} 0)",
        )
    for x, y, L, an, f in (
        (64, 270, 84, -128, a),
        (96, 234, 74, 62, b),
        (196, 204, 84, 70, a),
        (262, 184, 82, -108, b),
        (352, 124, 76, 44, a),
        (330, 150, 66, -150, b),
        (42, 350, 72, 16, b),
    ):
        o += leaf(x, y, L, an, f, line)
    o += (
        flower(132, 110, 62, a, b, line, 8, b)
        if not with_bird
        else g(bird(a, b, line, bg if bg != line else b), "translate(142 112) scale(.86)")
    )
    o += flower(300, 318, 66, b, a, line, 8, a)
    return o


def m_ramo(p, bg, stem, a, b, line, grain, k=1.0, wb=False, rot=0):
    return p.pattern(400, 400, vine_tile(bg, stem, a, b, line, grain, wb), f"rotate({rot}) scale({k})")


def m_anyam(p, a, b, line, k=1.0, rot=45):  # twill plaiting
    o = rect(0, 0, 60, 60, line)
    for y, xs in ((0, (0, 40)), (20, (0, 20)), (40, (20, 40))):
        for x in (0, 20, 40):
            over = x in xs
            o += rect(
                x + (1 if over else 2.5),
                y + (2.5 if over else 1),
                18 if over else 15,
                15 if over else 18,
                a if over else b,
            )
    return p.pattern(60, 60, o, f"rotate({rot}) scale({k})")


def m_tumpal(p, bg, fg, dot, w=60, h=100, up=True):
    t = f"M0,{h}L{w / 2},8L{w},{h}Z" if up else f"M0,0L{w / 2},{h - 8}L{w},0Z"
    c = h * 0.68 if up else h * 0.32
    return p.pattern(
        w,
        h,
        rect(0, 0, w, h, bg)
        + path(t, fg)
        + circ(w / 2, c, 7, dot)
        + circ(w / 2, c - 22 if up else c + 22, 4.5, dot)
        + circ(0, 16 if up else h - 16, 5, fg)
        + circ(w, 16 if up else h - 16, 5, fg),
    )


SETS = [  # ground, cloth bg, a, b, line, grain
    (SKY, RED, OCHRE, SALT, INK, ROSE),
    (OCHRE, INDIGO, RED, SALT, INK, SKY),
    (ROSE, INK, RED, OCHRE, SALT, SALT),
    (SALT, DEEP, OCHRE, SKY, INK, OCHRE),
    (INDIGO, SALT, RED, OCHRE, INK, INDIGO),
    (RED, INK, OCHRE, SALT, DEEP, OCHRE),
    (SAND, LEAF, OCHRE, RED, INK, SALT),
]


def cloth_paint(p, s, k, which):
    _, bg, a, b, line, gr = s
    return [
        lambda: m_ramo(p, bg, b, a, b, line, gr, k, True),
        lambda: m_ceplok(p, bg, a, b, line, k * 1.1),
        lambda: m_ramo(p, bg, a, b, a, line, gr, k, False, 12),
        lambda: m_sisik(p, bg, b, a, k * 0.8),
    ][which % 4]()


def floor(p, ground, line_y=760):
    p.add(rect(0, 0, W, H, ground))
    p.add(rect(0, line_y, W, H - line_y, "#000", 'opacity=".10"'))


def shadow(x, y, rx, ry=26):
    return ell(x, y, rx, ry, "#000", 'opacity=".24"')


def tag(x, y, a=0, s=1.0):  # the consignment tag, the brand's sign
    return g(
        path("M0,-62Q-8,-30 0,0", "none", INK, 3)
        + path("M-34,0L-14,-22H14L34,0V92H-34Z", SALT, INK, 4)
        + circ(0, -4, 6, INK)
        + rect(-22, 22, 44, 7, RED)
        + rect(-22, 40, 30, 5, INK)
        + rect(-22, 54, 36, 5, INK)
        + "".join(rect(-22 + i * 6, 68, 2 + (i % 3), 15, INK) for i in range(8)),
        f"translate({x} {y}) rotate({a}) scale({s})",
    )


# ---------- categories
def batik(p, seed):
    s = SETS[seed % len(SETS)]
    G, bg, a, b, line, gr = s
    comp = seed % 4
    if comp == 0:  # hung cloth
        p.add(rect(0, 0, W, H, G))
        paint = cloth_paint(p, s, 0.72, seed // 4 + seed)
        sh = "M120,118H680V880C640,908 610,872 560,892S470,872 420,892S330,874 280,892S190,908 120,880Z"
        p.add(path(sh, "#000", extra='opacity=".2" transform="translate(26 30)"'), path(sh, paint))
        c = p.clip(f'<path d="{sh}"/>')
        tp = m_tumpal(p, bg, b, a, 70, 120)
        tq = m_tumpal(p, line, a, b, 40, 40)
        folds = p.grad(
            [
                (0, "#000", 0.0),
                (0.12, "#000", 0.22),
                (0.2, "#fff", 0.1),
                (0.36, "#000", 0.02),
                (0.5, "#000", 0.24),
                (0.58, "#fff", 0.12),
                (0.76, "#000", 0.03),
                (0.9, "#000", 0.24),
                (1, "#fff", 0.06),
            ]
        )
        p.add(
            g(
                g(rect(0, 0, 560, 120, tp), "translate(120 778)")
                + rect(120, 760, 560, 12, line)
                + rect(120, 744, 560, 8, b)
                + g(rect(0, 0, 560, 40, tq), "translate(120 118)")
                + rect(120, 162, 560, 8, b)
                + rect(120, 118, 560, 800, folds),
                "",
                c,
            )
        )
        p.add(rect(70, 96, 660, 26, WOOD, ink(6)), circ(70, 109, 22, OCHRE, ink(6)), circ(730, 109, 22, OCHRE, ink(6)))
    elif comp == 1:  # folded, with paper band and tag, seen from above
        p.add(rect(0, 0, W, H, G))
        paint = cloth_paint(p, s, 0.82, seed)
        p.add(g(rect(150, 190, 540, 680, "#000", 'opacity=".22" rx="10"'), "rotate(-5 400 500)"))
        lay = "".join(
            rect(120 + i * 9, 150 + i * 10, 540, 670, c, f'rx="14" {ink(5)}')
            for i, c in reversed(list(enumerate((bg, b, bg, a, bg))))
        )
        hl = p.grad([(0, "#fff", 0.14), (0.5, "#fff", 0), (1, "#000", 0.2)], 0, 0, 1, 1)
        p.add(
            g(
                lay
                + rect(120, 150, 540, 670, paint, f'rx="14" {ink(6)}')
                + rect(120, 150, 540, 670, hl, 'rx="14"')
                + rect(114, 520, 590, 128, SALT, ink(5))
                + rect(114, 536, 590, 6, RED)
                + rect(114, 626, 590, 6, RED)
                + flower(250, 584, 32, RED, OCHRE, INK, 8)
                + rect(300, 566, 190, 12, INK)
                + rect(300, 590, 130, 9, INK),
                "rotate(-5 400 500)",
            ),
            tag(596, 640, 12, 1.5),
        )
    elif comp == 2:  # detail with turned corner
        p.add(rect(0, 0, W, H, cloth_paint(p, s, 1.25, seed)))
        tp = m_tumpal(p, line, b, a, 80, 150)
        p.add(g(rect(0, 0, W, 150, tp), "translate(0 850)"), rect(0, 832, W, 18, b), rect(0, 818, W, 8, line))
        sh = p.grad([(0, "#000", 0.0), (0.45, "#000", 0.3), (0.5, "#000", 0)], 0, 0, 1, 1)
        p.add(
            rect(0, 0, W, H, p.grad([(0, "#fff", 0.1), (1, "#000", 0.22)], 0, 0, 1, 1)),
            path("M800,0V420L380,0Z", G),
            path(
                "M380,0L800,420C690,400 560,420 470,360C440,240 460,110 380,0Z",
                "#000",
                extra='opacity=".22" transform="translate(-14 18)"',
            ),
            path("M380,0L800,420C700,380 590,400 500,340C460,240 470,110 380,0Z", b, INK, 6),
            path("M420,44C486,130 480,240 524,320C610,372 690,360 764,386", "none", a, 5, 'stroke-dasharray="2 16"'),
        )
    else:  # three rolled cloths
        floor(p, G, 800)
        for i, (x, k) in enumerate(((190, 0), (400, 1), (610, 2))):
            t = SETS[(seed + 1 + 2 * i) % len(SETS)]
            t = (t[0], t[1] if t[1] != G else DEEP, *t[2:])
            top = 250 - 60 * (i == 1)
            pt = cloth_paint(p, t, 0.55, seed + i)
            sh = p.grad([(0, "#000", 0.3), (0.3, "#fff", 0.2), (0.6, "#000", 0), (1, "#000", 0.42)])
            p.add(
                shadow(x + 20, 856, 120),
                rect(x - 88, top, 176, 600, pt, ink(6)),
                rect(x - 88, top, 176, 600, sh),
                ell(x, top, 88, 34, t[1], ink(6)),
                ell(x, top, 58, 21, t[3], ink(4)),
                ell(x, top, 26, 9, t[1], ink(4)),
                rect(x - 92, top + 280, 184, 60, SALT, ink(5)),
                circ(x, top + 310, 15, t[2] if t[2] != SALT else RED),
            )
        p.add(tag(400, 530, -6, 1.25))


def anyaman(p, seed):
    G, A, B = [
        (INDIGO, SAND, "#D9B872"),
        (ROSE, "#E8CF95", RED),
        (SALT, OCHRE, INDIGO),
        (LEAF, SAND, "#D2A95A"),
        (OCHRE, SALT, INK),
    ][seed % 5]
    comp = seed % 3
    wv = m_anyam(p, A, B, INK, 1.0)
    wv2 = m_anyam(p, B, A, INK, 0.8, 0)
    if comp == 0:  # tote
        floor(p, G, 790)
        sh = "M150,400H650L610,850Q400,880 190,850Z"
        p.add(
            shadow(410, 862, 270, 30),
            path("M270,410C270,150 340,120 400,120S530,150 530,410", "none", INK, 38),
            path("M270,410C270,150 340,120 400,120S530,150 530,410", "none", CLAY, 24),
        )
        c = p.clip(f'<path d="{sh}"/>')
        p.add(
            path(sh, wv, INK, 8),
            g(
                rect(0, 560, W, 120, wv2)
                + rect(0, 548, W, 12, INK)
                + rect(0, 680, W, 12, INK)
                + g(
                    "".join(
                        path(f"M{i * 100},60L{i * 100 + 50},0L{i * 100 + 100},60L{i * 100 + 50},120Z", RED, INK, 6)
                        + circ(i * 100 + 50, 60, 12, OCHRE)
                        for i in range(9)
                    ),
                    "translate(-50 560)",
                )
                + rect(100, 380, 600, 500, p.grad([(0, "#fff", 0.16), (0.5, "#000", 0), (1, "#000", 0.3)])),
                "",
                c,
            ),
            rect(138, 380, 524, 44, CLAY, ink(7)),
            tag(560, 450, 8, 1.3),
        )
    elif comp == 1:  # round tray from above
        p.add(
            rect(0, 0, W, H, G),
            circ(420, 530, 330, "#000", 'opacity=".22"'),
            circ(400, 500, 330, CLAY, ink(8)),
            circ(400, 500, 300, wv, ink(6)),
        )
        p.add(
            circ(
                400,
                500,
                190,
                "none",
                f'stroke="{RED if G != ROSE else INDIGO}" stroke-width="34" stroke-dasharray="40 20"',
            ),
            circ(400, 500, 212, "none", ink(4)),
            circ(400, 500, 168, "none", ink(4)),
            flower(400, 500, 110, OCHRE if B != OCHRE else SALT, RED, INK, 12, INK),
        )
        p.add(
            "".join(
                path(
                    f"M{400 + 300 * math.cos(t):.0f},{500 + 300 * math.sin(t):.0f}L{400 + 330 * math.cos(t + 0.05):.0f},{500 + 330 * math.sin(t + 0.05):.0f}",
                    "none",
                    INK,
                    5,
                )
                for t in [i * math.pi / 30 for i in range(60)]
            )
        )
    else:  # lidded basket
        floor(p, G, 800)
        sh = "M190,480H610L580,850Q400,884 220,850Z"
        c = p.clip(f'<path d="{sh}"/>')
        p.add(
            shadow(412, 866, 240, 30),
            path(sh, wv, INK, 8),
            g(
                "".join(
                    rect(100, y, 600, 34, f, ink(5))
                    for y, f in ((560, RED), (640, INDIGO if G != INDIGO else OCHRE), (720, RED))
                )
                + rect(100, 400, 600, 500, p.grad([(0, "#fff", 0.18), (0.5, "#000", 0), (1, "#000", 0.32)])),
                "",
                c,
            ),
            path("M160,480C170,330 320,270 400,270S630,330 640,480Q400,530 160,480Z", wv2, INK, 8),
            path("M160,480Q400,530 640,480L632,440Q400,488 168,440Z", CLAY, INK, 6),
            path("M360,276C352,200 448,200 440,276", "none", INK, 30),
            path("M360,276C352,200 448,200 440,276", "none", CLAY, 16),
            tag(500, 540, 6, 1.2),
        )


def jar(p, x, y, w, h, fill, lid, label, lab2, cloth=None):
    o = shadow(x + w / 2 + 14, y + h + 6, w * 0.56, 20) + path(
        f"M{x},{y + 40}Q{x},{y} {x + 36},{y}H{x + w - 36}Q{x + w},{y} {x + w},{y + 40}V{y + h - 34}Q{x + w},{y + h} {x + w - 34},{y + h}H{x + 34}Q{x},{y + h} {x},{y + h - 34}Z",
        fill,
        INK,
        8,
    )
    o += rect(x + 16, y + 30, 16, h - 76, "#fff", 'opacity=".35" rx="8"')
    o += (
        rect(x, y + h * 0.34, w, h * 0.42, label, ink(6))
        + rect(x, y + h * 0.34 + 10, w, 7, lab2)
        + rect(x, y + h * 0.76 - 17, w, 7, lab2)
    )
    if cloth:
        o += path(
            f"M{x - 14},{y + 34}L{x + 14},{y - 54}H{x + w - 14}L{x + w + 14},{y + 34}Q{x + w * 0.75},{y + 10} {x + w / 2},{y + 32}T{x - 14},{y + 34}Z",
            cloth,
            INK,
            7,
        ) + rect(x + 6, y - 22, w - 12, 14, RED, ink(4))
    else:
        o += rect(x + 10, y - 50, w - 20, 60, lid, ink(7) + ' rx="8"') + "".join(
            path(f"M{x + 30 + i * (w - 60) / 6:g},{y - 38}V{y - 4}", "none", INK, 4) for i in range(7)
        )
    return o


def shrimp(c, line):
    return (
        path("M0,0C20,-60 110,-70 140,-6C150,40 110,74 70,66C96,48 100,20 84,4C60,-14 30,6 0,0Z", c, line, 6)
        + path("M140,-10Q180,-50 216,-46M138,0Q180,-14 214,4", "none", line, 4)
        + circ(120, -16, 6, line)
        + "".join(
            path(f"M{40 + 26 * i},{-40 - 4 * (i == 1)}Q{50 + 24 * i},-16 {44 + 20 * i},0", "none", line, 4)
            for i in range(3)
        )
        + path("M70,66L34,62L50,84Z", c, line, 5)
    )


def terasi(p, seed):
    G, J, L = [(OCHRE, "#4A1D1B", SALT), (SKY, "#5E2720", OCHRE), (RED, "#3A1717", SAND), (SAND, "#6B2C22", SALT)][
        seed % 4
    ]
    comp = seed % 3
    if comp == 0:
        floor(p, G, 760)
        cl = m_titik(p, RED if G != RED else INDIGO, SALT, 0.9)
        p.add(
            jar(p, 210, 300, 380, 540, J, INK, L, RED if L != RED else INK, cl),
            g(shrimp(CLAY, INK), "translate(296 574) scale(1.05)"),
            rect(300, 660, 200, 12, INK),
            tag(620, 560, 10, 1.3),
        )
    elif comp == 1:  # wrapped blocks
        p.add(rect(0, 0, W, H, G))
        pt = m_ombak(p, SALT, INDIGO, RED, 0.8)
        for i, (x, y, a) in enumerate(((150, 560, -8), (330, 250, 10), (420, 610, 4))):
            p.add(
                g(
                    rect(14, 20, 300, 230, "#000", 'opacity=".22"')
                    + rect(0, 0, 300, 230, (J, "#C7A26A", J)[i], ink(8))
                    + rect(90, -2, 120, 234, pt, ink(6))
                    + circ(150, 115, 46, RED, ink(6))
                    + g(shrimp(SALT, INK), "translate(116 112) scale(.42)")
                    + ("".join(path(f"M{12 + i2 * 14},14V216", "none", "#000", 3, 'opacity=".25"') for i2 in range(5))),
                    f"translate({x} {y}) rotate({a})",
                )
            )
        p.add(g(leaf(0, 0, 260, 0, LEAF, INK), "translate(70 470) rotate(-50)"))
    else:  # three petis jars
        floor(p, G, 800)
        for i, (x, f) in enumerate(((70, "#2B1412"), (305, J), (540, "#7A3524"))):
            p.add(
                jar(
                    p,
                    x,
                    400 + 40 * (i != 1),
                    190,
                    420 - 40 * (i != 1),
                    f,
                    (RED, INDIGO, OCHRE if G != OCHRE else SALT)[i],
                    SALT,
                    (RED, INDIGO, CLAY)[i],
                ),
                flower(x + 95, 630 + (12 if i != 1 else 0), 42, (RED, INDIGO, OCHRE)[i], SALT, INK, 8),
            )


def garam(p, seed):
    comp = seed % 3
    G = [INDIGO, SKY, RED, "#8FB3BF"][seed % 4]
    rr = p.r

    def crystal(x, y, s, a):
        return g(
            path(
                f"M0,{-s}L{s},{-s * 0.4:.0f}L{s},{s * 0.6:.0f}L0,{s * 1.1:.0f}L{-s},{s * 0.6:.0f}L{-s},{-s * 0.4:.0f}Z",
                "#fff",
                INK,
                4,
            )
            + path(
                f"M{-s},{-s * 0.4:.0f}L0,{s * 0.2:.0f}L{s},{-s * 0.4:.0f}M0,{s * 0.2:.0f}V{s * 1.1:.0f}", "none", INK, 3
            ),
            f"translate({x:.0f} {y:.0f}) rotate({a})",
        )

    if comp == 0:  # salt fields from above, with a heap
        p.add(rect(0, 0, W, H, SALT))
        cols = [SKY, "#9CC0CB", "#DCE8EA", ROSE, "#C9DEE3", "#7FA9B8", SAND]
        y = 0
        k = seed
        for hh in (150, 190, 130, 210, 160, 160):
            x = 0
            for ww in ((300, 220, 280), (180, 340, 280), (420, 380), (240, 260, 300))[k % 4]:
                c = cols[(k * 3 + x // 100) % len(cols)]
                p.add(rect(x + 7, y + 7, ww - 14, hh - 14, c))
                p.add(
                    "".join(
                        path(
                            f"M{x + 24},{y + 30 + i * 24}H{x + ww - 24 - rr.randint(0, 80)}",
                            "none",
                            "#fff",
                            3,
                            'opacity=".6"',
                        )
                        for i in range((hh - 40) // 24)
                    )
                )
                x += ww
            y += hh
            k += 1
        p.add(
            path(
                "M150,800C250,560 330,420 400,380C470,420 560,560 660,800Q400,870 150,800Z",
                "#000",
                extra='opacity=".2" transform="translate(40 20)"',
            ),
            path("M150,800C250,560 330,420 400,380C470,420 560,560 660,800Q400,870 150,800Z", "#fff", INK, 8),
            path("M400,384C470,430 560,560 656,798Q560,832 430,836C480,700 460,520 400,384Z", SKY),
        )
        p.add(
            "".join(
                circ(250 + rr.randint(-60, 300), 560 + rr.randint(0, 240), rr.choice((3, 5)), INK, 'opacity=".55"')
                for _ in range(46)
            )
        )
    elif comp == 1:  # stand-up pouch with window
        floor(p, G, 800)
        om = m_ombak(p, INDIGO if G != INDIGO else RED, SALT, OCHRE, 0.9)
        p.add(
            shadow(414, 872, 240, 28),
            path("M190,190H610L636,860Q400,890 164,860Z", SALT, INK, 8),
            rect(186, 160, 428, 60, RED if G != RED else INK, ink(7)),
            path("M170,680H630L636,860Q400,890 164,860Z", om, INK, 6),
            path("M400,300C470,370 520,430 520,500A120,120 0 0 1 280,500C280,430 330,370 400,300Z", SKY, INK, 7),
        )
        c = p.clip('<path d="M400,300C470,370 520,430 520,500A120,120 0 0 1 280,500C280,430 330,370 400,300Z"/>')
        p.add(
            g(
                rect(270, 470, 260, 180, "#fff")
                + "".join(
                    crystal(290 + rr.randint(0, 220), 480 + rr.randint(0, 130), rr.randint(9, 20), rr.randint(0, 90))
                    for _ in range(26)
                ),
                "",
                c,
            ),
            rect(300, 646, 200, 12, INK),
            tag(600, 300, 10, 1.3),
        )
    else:  # bowl and scattered crystals from above
        p.add(rect(0, 0, W, H, G))
        ps = m_sisik(p, INDIGO if G != INDIGO else DEEP, SALT, OCHRE, 0.6)
        p.add(
            circ(430, 490, 290, "#000", 'opacity=".22"'),
            circ(400, 460, 290, ps, ink(9)),
            circ(400, 460, 220, SALT, ink(7)),
        )
        p.add(
            "".join(
                crystal(
                    400 + rr.uniform(0, 185) * math.cos(t),
                    460 + rr.uniform(20, 185) * math.sin(t),
                    rr.randint(12, 28),
                    rr.randint(0, 90),
                )
                for t in [i * 0.37 for i in range(52)]
            ),
            "".join(
                crystal(rr.randint(60, 740), rr.randint(810, 960), rr.randint(10, 24), rr.randint(0, 90))
                for _ in range(18)
            ),
        )


def genteng(p, seed):
    comp = seed % 3
    G = [SKY, SALT, INDIGO, OCHRE][seed % 4]
    C = [CLAY, "#A8482A", "#D07C45"][(seed // 3) % 3]
    D = "#7B3018"
    t = lambda x, y, w, h, c: (
        path(f"M{x},{y}H{x + w}V{y + h * 0.72:g}Q{x + w},{y + h} {x + w / 2},{y + h}T{x},{y + h * 0.72:g}Z", c, INK, 7)
        + path(f"M{x + w * 0.25:g},{y + 14}V{y + h * 0.8:g}M{x + w * 0.75:g},{y + 14}V{y + h * 0.8:g}", "none", D, 5)
    )
    if comp == 0:  # roof field
        p.add(rect(0, 0, W, H, D))
        rr = p.r
        for j in range(8, -1, -1):
            for i in range(-1, 6):
                p.add(
                    t(
                        i * 160 + (80 if j % 2 else 0),
                        j * 125 - 60,
                        160,
                        190,
                        rr.choice((C, "#B9552E", "#D98A50", "#A8482A")),
                    )
                )
        p.add(rect(0, 0, W, H, p.grad([(0, "#fff", 0.18), (1, "#000", 0.3)], 0, 0, 1, 1)))
    elif comp == 1:  # single glazed tile, standing
        floor(p, G, 790)
        p.add(
            shadow(420, 850, 240, 30),
            t(200, 170, 400, 680, C),
            rect(320, 140, 160, 46, C, ink(7)),
            flower(400, 450, 120, OCHRE, RED, INK, 8, INK),
            rect(216, 186, 26, 480, "#fff", 'opacity=".25" rx="12"'),
            tag(560, 220, 10, 1.3),
        )
    else:  # a row leaning like books
        floor(p, G, 800)
        p.add(shadow(420, 862, 330, 28))
        for j in range(6):
            p.add(
                g(
                    t(0, 0, 250, 500, (C, "#B9552E", "#D98A50")[j % 3]) + rect(75, -30, 100, 34, C, ink(7)),
                    f"translate({70 + j * 82} {330 - j * 6}) rotate({-7 + j * 2.2:g} 125 500)",
                )
            )
        p.add(
            g(flower(125, 230, 74, OCHRE, RED, INK, 8, INK), f"translate({70 + 5 * 82} {330 - 30}) rotate(4 125 500)"),
            tag(690, 360, 10, 1.3),
        )


def bottle(x, y, s, liq, cap, lab, mot):
    o = (
        shadow(96, 566, 100, 18)
        + path(
            "M66,0H126V120C126,170 186,180 186,250V530Q186,560 156,560H36Q6,560 6,530V250C6,180 66,170 66,120Z",
            liq,
            INK,
            8 / s * 0.9,
        )
        + rect(22, 262, 14, 250, "#fff", 'opacity=".4" rx="7"')
    )
    o += rect(56, -34, 80, 54, cap, ink(7)) + rect(6, 300, 180, 180, lab, ink(6)) + mot
    return g(o, f"translate({x} {y}) scale({s})")


def jamu(p, seed):
    comp = seed % 3
    G = [LEAF, ROSE, OCHRE, SKY][seed % 4]
    fl = lambda a, b: flower(96, 378, 54, a, b, INK, 8) + rect(50, 448, 92, 9, INK)
    if comp == 0:
        floor(p, G, 800)
        for x, y, s, l, c in (
            (60, 330, 0.92, "#D9901A", RED),
            (305, 240, 1.06, "#7A3B1E", INK),
            (560, 330, 0.92, "#C9B458", LEAF if G != LEAF else INDIGO),
        ):
            p.add(bottle(x, y, s, l, c, SALT, fl(c if c != INK else OCHRE, SALT)))
    elif comp == 1:
        floor(p, G, 790)
        rt = path(
            "M0,40C10,-10 60,-20 80,10C110,-30 170,-20 170,20C220,10 240,60 200,84C180,110 120,96 100,90C60,120 -10,100 0,40Z",
            "#D8A663",
            INK,
            7,
        ) + path("M40,20Q50,50 34,80M110,10Q124,40 110,80M160,30Q168,54 156,76", "none", INK, 4)
        p.add(
            bottle(250, 190, 1.18, "#E0A01E", RED, SALT, fl(RED, OCHRE)),
            g(rt, "translate(70 770)"),
            g(rt, "translate(500 800) scale(.9) rotate(8)"),
            leaf(520, 330, 210, -40, LEAF if G != LEAF else "#8FBF7F", INK),
            tag(520, 400, 8, 1.2),
        )
    else:  # boxes of powder
        floor(p, G, 800)
        a = m_ceplok(p, INDIGO, OCHRE, SALT, INK, 0.55)
        b = m_beras(p, RED, SALT)
        p.add(
            shadow(430, 866, 310, 26),
            rect(110, 380, 280, 470, a, ink(8)),
            path("M390,380L440,330V800L390,850Z", INK),
            path("M110,380L160,330H440L390,380Z", OCHRE, INK, 8),
            rect(110, 540, 280, 150, SALT, ink(6)),
            leaf(160, 615, 150, 0, LEAF, INK),
            rect(440, 500, 240, 350, b, ink(8)),
            path("M440,500L480,460H720L680,500Z", SALT, INK, 8),
            path("M680,500L720,460V810L680,850Z", DEEP, INK, 7),
            circ(560, 660, 70, SALT, ink(6)),
            flower(560, 660, 48, OCHRE, RED, INK, 8),
        )


def cracker(x, y, r, c, a=0):
    pts = [
        (
            r * (1 + 0.09 * math.sin(7 * t) + 0.05 * math.cos(11 * t)) * math.cos(t),
            r * (1 + 0.09 * math.sin(7 * t) + 0.05 * math.cos(11 * t)) * math.sin(t),
        )
        for t in [i * 2 * math.pi / 40 for i in range(40)]
    ]
    sp = "M" + "L".join(
        f"{(6 + r * 0.7 * t / 14) * math.cos(t * 0.95):.0f},{(6 + r * 0.7 * t / 14) * math.sin(t * 0.95):.0f}"
        for t in range(15)
    )
    return g(
        path("M" + "L".join(f"{u:.0f},{v:.0f}" for u, v in pts) + "Z", c, INK, 6)
        + path(sp, "none", INK, 3.5)
        + dots_on(0, 0, r * 0.82, 12, 3.4, INK),
        f"translate({x} {y}) rotate({a})",
    )


def kerupuk(p, seed):
    comp = seed % 3
    G = [RED, INDIGO, LEAF, OCHRE][seed % 4]
    rr = p.r
    cs = [SAND, "#F3E7C8", "#E7C27B", ROSE]
    if comp == 0:
        p.add(rect(0, 0, W, H, G))
        pos = [
            (x + rr.randint(-24, 24) + (80 if j % 2 else 0), y + rr.randint(-20, 20))
            for j, y in enumerate(range(60, 1000, 145))
            for x in range(30, 860, 165)
        ]
        for i, (x, y) in enumerate(pos):
            p.add(
                circ(x + 12, y + 16, 92, "#000", 'opacity=".2"'),
                cracker(x, y, 90 + rr.randint(-8, 10), cs[rr.randint(0, 3)], rr.randint(0, 360)),
            )
    elif comp == 1:  # tin with window
        floor(p, G, 800)
        tp = m_tumpal(p, RED if G != RED else INDIGO, OCHRE, SALT, 70, 100)
        p.add(
            shadow(412, 866, 250, 28),
            rect(170, 300, 460, 550, "#C9D6DA", ink(9)),
            g(rect(0, 0, 460, 100, tp), "translate(170 740)"),
            rect(170, 730, 460, 12, INK),
            rect(140, 220, 520, 84, RED if G != RED else OCHRE, ink(8) + ' rx="10"'),
            circ(400, 516, 170, SALT, ink(9)),
        )
        c = p.clip('<circle cx="400" cy="516" r="160"/>')
        p.add(
            g(
                "".join(cracker(290 + (i % 3) * 110, 440 + (i // 3) * 96, 66, cs[i % 4], i * 40) for i in range(9)),
                "",
                c,
            ),
            rect(196, 316, 18, 400, "#fff", 'opacity=".5" rx="9"'),
            tag(610, 330, 8, 1.2),
        )
    else:  # clear pack with header card
        floor(p, G, 800)
        hd = m_beras(p, RED if G != RED else INK, SALT)
        p.add(shadow(412, 872, 230, 26), path("M190,330H610L630,856Q400,880 170,856Z", "#EAF1F2", INK, 8))
        c = p.clip('<path d="M190,330H610L630,856Q400,880 170,856Z"/>')
        p.add(
            g(
                "".join(
                    cracker(
                        230 + (i % 4) * 115 + (50 if (i // 4) % 2 else 0),
                        450 + (i // 4) * 105,
                        68,
                        cs[(i * 5) % 4],
                        i * 50,
                    )
                    for i in range(20)
                )
                + path("M230,300L190,900", "none", "#fff", 26, 'opacity=".5"'),
                "",
                c,
            ),
            path("M170,170H630V370H170Z", hd, INK, 8),
            circ(400, 270, 64, SALT, ink(6)),
            flower(400, 270, 44, OCHRE, RED, INK, 8),
        )


def scroll(c, line, w=26):
    d = "M0,0C60,-90 190,-90 190,10C190,84 96,92 90,30C88,2 122,-10 134,16"
    return (
        path(d, "none", line, w + 12)
        + path(d, "none", c, w)
        + leaf(60, -50, 90, -80, c, line)
        + leaf(176, 50, 80, 40, c, line)
    )


def ukir(p, seed):
    comp = seed % 3
    G = [SAND, INDIGO, SKY, RED][seed % 4]
    Wd, Wl = [("#5A2F1A", "#A8683A"), ("#3E2116", "#8E5230"), (DEEP, OCHRE)][seed % 3]
    if comp == 0:  # carved panel
        p.add(
            rect(0, 0, W, H, G),
            rect(140, 130, 560, 800, "#000", 'opacity=".24"'),
            rect(110, 90, 580, 810, Wl, ink(9)),
            rect(150, 130, 500, 730, Wd, ink(7)),
        )
        for sx, tx in ((1, 400), (-1, 400)):
            p.add(
                g(scroll(Wl, INK), f"translate({tx} 640) scale({sx} 1)"),
                g(scroll(Wl, INK), f"translate({tx} 400) scale({sx} -1)"),
                g(leaf(0, 0, 150, -62, Wl, INK), f"translate({tx} 800) scale({sx} 1)"),
                g(leaf(0, 0, 150, 62, Wl, INK), f"translate({tx} 190) scale({sx} 1)"),
            )
        p.add(
            flower(400, 505, 100, OCHRE if Wl != OCHRE else RED, SALT, INK, 10, OCHRE),
            flower(400, 190, 48, Wl, OCHRE, INK, 6),
            flower(400, 805, 48, Wl, OCHRE, INK, 6),
        )
    elif comp == 1:  # chest box
        floor(p, G, 760)
        p.add(
            shadow(420, 850, 330, 30),
            rect(110, 470, 580, 370, Wd, ink(9)),
            rect(144, 520, 512, 280, Wl, ink(6)),
            path("M90,470L130,300H670L710,470Z", Wl, INK, 9),
            path("M160,440L184,332H616L640,440Z", Wd, INK, 6),
        )
        for sx in (1, -1):
            p.add(
                g(scroll(Wd, INK, 20), f"translate(400 690) scale({sx} 1)"),
                leaf(400, 386, 170 * 1, 0 if sx > 0 else 180, Wl, INK),
            )
        p.add(
            flower(400, 386, 42, OCHRE, RED, INK, 8),
            rect(364, 440, 72, 96, OCHRE, ink(7)),
            circ(400, 484, 11, INK),
            rect(140, 840, 70, 40, Wd, ink(7)),
            rect(590, 840, 70, 40, Wd, ink(7)),
            tag(610, 540, 8, 1.1),
        )
    else:  # racing bull figure on a stand (kerapan)
        floor(p, G, 780)
        p.add(shadow(410, 880, 300, 26), rect(140, 800, 520, 66, Wd, ink(8)), rect(160, 822, 480, 10, OCHRE))

        def bull(c):
            return (
                path(
                    "M40,250C20,180 60,120 140,116C220,112 300,132 356,92C368,56 396,44 424,50C452,56 486,92 500,122C506,142 492,156 470,154C450,150 436,150 424,160C420,214 404,240 398,262L440,372L412,396L352,290C330,300 250,300 214,286L196,390H158L150,270C120,262 96,300 78,388H42C44,330 36,300 40,250Z",
                    c,
                    INK,
                    9,
                )
                + path("M404,52C398,2 436,-30 470,-34C450,-10 444,16 446,50Z", SALT, INK, 7)
                + circ(452, 96, 8, INK)
                + path("M42,190C0,200 -20,260 -10,320", "none", INK, 10)
                + path("M118,118C126,170 170,176 214,114", RED, INK, 6)
                + path("M330,110C338,180 372,220 418,190", "none", OCHRE, 16)
                + dots_on(166, 142, 14, 6, 4, OCHRE)
                + "".join(circ(344 + 12 * i, 142 + 22 * i, 5, RED) for i in range(4))
            )

        p.add(
            g(bull(Wl), "translate(196 372) scale(1.02)", 'opacity=".999"'),
            g(bull(Wd if Wd != DEEP else "#A33"), "translate(120 410)"),
        )


def face(c, dark, lip, crown, line=INK):
    o = path("M-170,-150C-176,60 -120,220 0,250C120,220 176,60 170,-150C120,-220 -120,-220 -170,-150Z", c, line, 9)
    for s in (-1, 1):
        o += g(
            path("M28,-60C60,-96 120,-90 142,-56C112,-34 62,-32 28,-60Z", SALT, line, 7)
            + circ(88, -62, 15, line)
            + path("M22,-104C60,-142 120,-138 152,-104", "none", line, 13)
            + circ(110, 36, 36, lip, 'opacity=".5"')
            + dots_on(110, 36, 20, 7, 4, line)
            + path("M168,-120C214,-110 214,-10 164,16", dark, line, 8)
            + circ(190, 34, 20, OCHRE, f'stroke="{line}" stroke-width="6"'),
            f"scale({s} 1)",
        )
    o += (
        path("M-22,-50C-26,20 -52,52 -40,72C-20,90 20,90 40,72C52,52 26,20 22,-50", c, line, 7)
        + path("M-72,124C-36,104 -14,116 0,122C14,116 36,104 72,124C44,166 -44,166 -72,124Z", lip, line, 7)
        + path("M-60,126H60", "none", line, 5)
    )
    o += path("M-90,98C-50,84 -20,86 0,96C20,86 50,84 90,98C60,76 30,72 0,84C-30,72 -60,76 -90,98Z", line)
    o += (
        path(
            "M-184,-150C-150,-196 150,-196 184,-150L196,-220C120,-290 60,-300 0,-370C-60,-300 -120,-290 -196,-220Z",
            crown,
            line,
            9,
        )
        + flower(0, -246, 44, SALT, RED if crown != RED else OCHRE, line, 8)
        + "".join(
            circ(x, -190 + abs(x) * 0.10, 12, SALT, f'stroke="{line}" stroke-width="5"')
            for x in (-140, -96, -52, 52, 96, 140)
        )
        + leaf(-70, -238, 86, 164, OCHRE if crown != OCHRE else RED, line)
        + leaf(70, -238, 86, 16, OCHRE if crown != OCHRE else RED, line)
    )
    return o


def topeng(p, seed):
    comp = seed % 3
    G = [INDIGO, OCHRE, LEAF, SKY][seed % 4]
    c1, c2 = [(SALT, RED), (RED, SALT), ("#E9C79A", INK), (RED, SAND)][seed % 4]
    if comp == 0:
        p.add(
            rect(0, 0, W, H, m_beras(p, G, "#ffffff33", 1.3)),
            g(face("#000", "#000", "#000", "#000", "#000"), "translate(430 610) scale(1.42)", 'opacity=".22"'),
            g(
                face(c1, c2, RED if c1 != RED else DEEP, OCHRE if G != OCHRE else INDIGO),
                "translate(400 580) scale(1.42)",
            ),
        )
    elif comp == 1:
        p.add(rect(0, 0, W, H, G))
        p.add(
            g(face(c2 if c2 != INK else RED, c1, DEEP, INDIGO), "translate(270 440) rotate(-10) scale(.92)"),
            g(
                face(c1, c2, RED if c1 != RED else DEEP, INK if G != INK else RED),
                "translate(520 640) rotate(8) scale(1)",
            ),
        )
    else:
        p.add(
            rect(0, 0, W, H, m_titik(p, G, "#ffffff26", 1.6)),
            g(face(c1, c2, RED if c1 != RED else DEEP, OCHRE if G != OCHRE else RED), "translate(150 640) scale(2.05)"),
            tag(640, 180, 8, 1.4),
        )


CATS = {
    "batik": batik,
    "anyaman": anyaman,
    "terasi-petis": terasi,
    "garam": garam,
    "genteng": genteng,
    "jamu": jamu,
    "kerupuk": kerupuk,
    "ukir": ukir,
    "topeng": topeng,
}


def make(cat: str, seed: int) -> str:
    """The picture of a category and a seed, as SVG."""
    p = Pic(f"{cat}-{seed}")
    CATS[cat](p, seed)
    return str(p.svg(f"{cat} {seed}"))
