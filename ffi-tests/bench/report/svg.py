"""Line plots on logarithmic axes, written by hand: the same results give the same file, byte for byte."""
import math

WIDTH, HEIGHT = 460, 330
LEFT, RIGHT, TOP, BOTTOM = 64, 116, 46, 46
LINE_HEIGHT = 14
STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 14px; font-weight: 600; fill: #111 }
.tick { fill: #666; font-size: 11px }
.grid { stroke: #e3e6ea }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
</style>"""


class Axis:
    """A range of values on a logarithmic or, from 0, a linear scale, laid over pixels."""

    def __init__(self, low, high, begin, end, is_log=True):
        self.low, self.high, self.begin, self.end, self.is_log = low, high, begin, end, is_log

    def place(self, value):
        if self.is_log:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        if self.is_log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10 ** power for power in range(first, last + 1)]
        step = 10 ** math.floor(math.log10(self.high))
        step = next(step * part for part in (0.2, 0.25, 0.5, 1, 2) if self.high / (step * part) <= 6)
        return [step * number for number in range(int(self.high / step) + 1)]


class Line:
    def __init__(self, name, points, colour, width=2.0, dash=""):
        self.name, self.points, self.colour, self.width, self.dash = name, points, colour, width, dash


class Panel:
    """One plot: axes, and lines that are named where they end."""

    def __init__(self, title, x_title, y_title, x_range, y_range, tick, lines, y_log=True, x_log=True):
        self.title, self.x_title, self.y_title, self.tick, self.lines = title, x_title, y_title, tick, lines
        self.x = Axis(*x_range, LEFT, WIDTH - RIGHT, x_log)
        self.y = Axis(*y_range, HEIGHT - BOTTOM, TOP, y_log)

    def draw(self, left):
        parts = [f'<g transform="translate({left} 0)">', text(LEFT, 22, self.title, "title")]
        parts += self.grid()
        for line in self.lines:
            parts.append(self.curve(line))
        parts += self.names()
        parts += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, self.x_title, anchor="middle"),
                  text(LEFT, 38, self.y_title, "tick")]
        return parts + ["</g>"]

    def grid(self):
        parts = []
        for value in self.y.ticks():
            at = self.y.place(value)
            parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(text(LEFT - 7, at + 4, self.tick[1](value), "tick", "end"))
        for value in self.x.ticks():
            at = self.x.place(value)
            parts.append(f'<path class="grid" d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
            parts.append(text(at, HEIGHT - BOTTOM + 16, self.tick[0](value), "tick", "middle"))
        return parts

    def curve(self, line):
        points = [(self.x.place(x), self.y.place(y)) for x, y in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        dots = "" if line.dash else "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{line.width + 0.6:.1f}" fill="{line.colour}"/>' for x, y in points)
        return f'<path class="line" d="M{path}" stroke="{line.colour}" style="stroke-width:{line.width}"{dash}/>{dots}'

    def names(self):
        """Beside the last points, moved apart where they would touch, and not below the axis."""
        ends = sorted(([self.y.place(line.points[-1][1]), line] for line in self.lines if line.name),
                      key=lambda end: end[0])
        for _ in range(40):
            for one, other in zip(ends, ends[1:]):
                too_near = LINE_HEIGHT - (other[0] - one[0])
                if too_near > 0:
                    one[0] -= too_near / 2
                    other[0] += too_near / 2
            if ends:
                ends[-1][0] = min(ends[-1][0], HEIGHT - BOTTOM)
        return [f'<text x="{WIDTH - RIGHT + 9}" y="{at + 4:.1f}" style="fill:{line.colour};font-weight:'
                f'{600 if line.width > 2 else 400}">{line.name}</text>' for at, line in ends]


def span(lines):
    """A range of y for logarithmic axes that holds all points and the grid line below."""
    values = [y for line in lines for _, y in line.points] or [1, 10]
    return 10 ** math.floor(math.log10(min(values) / 1.2)), max(values) * 1.25


def text(x, y, words, kind="", anchor=""):
    more = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{words}</text>'


def figure(panels):
    width = WIDTH * len(panels)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" '
             f'height="{HEIGHT}" role="img">', STYLE, f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>']
    for number, panel in enumerate(panels):
        parts += panel.draw(number * WIDTH)
    return "\n".join([*parts, "</svg>"]) + "\n"
