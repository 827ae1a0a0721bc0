"""Pages as blocks, and blocks as examples with what they claim."""
import glob
import os
import re

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.S)


class Block:
    def __init__(self, page, match):
        words = match["info"].split()
        self.language = words[0] if words else ""
        self.words = words[1:]
        self.text = match["text"]
        self.line = page.text.count("\n", 0, match.start()) + 2
        self.file = next((word[5:] for word in self.words if word.startswith("file=")), None)


class Example:
    """Code and what its page says of it. `top` and `options` are blocks that belong to it."""

    def __init__(self, page, block, top, options):
        self.language = block.language
        self.block = block
        self.page = page
        self.top = top
        self.options = options
        self.output = None
        self.shows = []
        self.event = None
        self.name = f"{page.path}:{block.line}"

    @property
    def is_program(self):
        return "int main(" in self.block.text


class Page:
    def __init__(self, top, path):
        self.path = path
        with open(os.path.join(top, path), encoding="utf-8") as file:
            self.text = file.read()
        self.blocks = [Block(self, match) for match in FENCE.finditer(self.text)]

    @property
    def prose(self):
        return FENCE.sub("", self.text)

    def examples(self):
        found, top, options = [], [], []
        for block in self.blocks:
            if block.language == "c" and "top" in block.words:
                top.append(block)
            elif block.language == "c" and "options" in block.words:
                options.append(block)
            elif block.language in ("c", "python") or (block.language == "sh" and "run" in block.words):
                found.append(Example(self, block, top, options))
                top, options = [], []
            elif block.words == ["output"]:
                found[-1].output = block.text
            elif block.words == ["shows"]:
                found[-1].shows = block.text.splitlines()
            elif block.words == ["event"]:
                found[-1].event = block.text
        assert not top and not options, f"{self.path}: a block that no example uses"
        return found


def find(top, wanted):
    paths = ["README.md"]
    for pattern in ("docs/*.md", "docs/decisions/*.md", "docs/changes/*.md"):
        paths += sorted(os.path.relpath(path, top) for path in glob.glob(os.path.join(top, pattern)))
    return [Page(top, path) for path in paths if not wanted or path in wanted]
