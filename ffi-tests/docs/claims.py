"""What a page says outside its examples: links, names, files, the table of options; and its copies."""
import os
import re

LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
NAME = re.compile(r"\b(?:tocsin_[a-z0-9_]*[a-z0-9]|TOCSIN_[A-Z0-9_]*[A-Z0-9])\b")
FILE = re.compile(r"`((?:core|abi|docs|ffi-tests)/[\w./-]+)`")
TABLE = re.compile(r"(<!-- options -->\n)(.*?)(<!-- /options -->)", re.S)
NOT_IN_HEADERS = {"TOCSIN_DIR", "TOCSIN_BUILD", "TOCSIN_CACHE_DIR", "TOCSIN_TRAP_OPTIONS", "tocsin_report"}


def known_names(top):
    names = set()
    for folder, _, files in os.walk(os.path.join(top, "abi/include")):
        for file in files:
            with open(os.path.join(folder, file), encoding="utf-8") as text:
                names.update(NAME.findall(text.read()))
    return names | NOT_IN_HEADERS


def anchors(text):
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def check_links(page, top):
    for path, anchor in LINK.findall(page.prose):
        if path.startswith(("http:", "https:")):
            continue
        target = os.path.join(top, os.path.dirname(page.path), path) if path else page.path
        assert os.path.exists(target), f"a link to {path}, which is not there"
        if anchor and target.endswith(".md"):
            with open(target, encoding="utf-8") as text:
                assert anchor[1:] in anchors(text.read()), f"no heading {anchor} in {path}"


def check_names(page, top):
    known = known_names(top)
    unknown = sorted(name for name in set(NAME.findall(page.text)) if name not in known
                     and not any(other.startswith(name + "_") for other in known))
    assert not unknown, f"no header has {', '.join(unknown)}"


def check_files(page, top):
    gone = [path for path in FILE.findall(page.prose) if not os.path.exists(os.path.join(top, path))]
    assert not gone, f"not in the tree: {', '.join(gone)}"


def of_page(page, top):
    yield f"{page.path}: links", lambda: check_links(page, top)
    yield f"{page.path}: names", lambda: check_names(page, top)
    yield f"{page.path}: files", lambda: check_files(page, top)


def library_rows(top, bench):
    """The library's own table as rows of a page: everything but the meaning."""
    import glob
    base = sorted(glob.glob(os.path.join(top, "core/base/*.c")))
    program = bench.compile(os.path.join(top, "ffi-tests/docs/option_table.c"),
                            os.path.join(top, "core/client/option_table.c"), *base,
                            f"-I{top}/core", "-D_GNU_SOURCE", "-pthread", "-Wno-missing-prototypes")
    return bench.run([program]).stdout.splitlines()


def split_row(row):
    """The columns that the library knows, and the meaning."""
    cells = row.strip().strip("|").split(" | ")
    return " | ".join(cell.strip() for cell in cells[:5]), cells[5].strip() if len(cells) > 5 else ""


def page_rows(top):
    with open(os.path.join(top, "docs/options.md"), encoding="utf-8") as file:
        table = TABLE.search(file.read())[2].strip().splitlines()
    return [split_row(row) for row in table[2:]]


def check_options(top, bench):
    library = library_rows(top, bench)
    page = page_rows(top)
    for wanted, (got, meaning) in zip(library, page):
        assert wanted == got, f"the library has\n{wanted}\nand the page\n{got}"
        assert meaning, f"no meaning: {got}"
    assert len(library) == len(page), f"{len(library)} options, {len(page)} rows"


def update_table(text, top, bench):
    meanings = {known.split(" | ")[0]: meaning for known, meaning in page_rows(top)}
    rows = ["| option | type | default | limits | environment | meaning |", "| --- " * 6 + "|"]
    for row in library_rows(top, bench):
        rows.append(f"| {row} | {meanings.get(row.split(' | ')[0], '')} |")
    return TABLE.sub(lambda found: found[1] + "\n".join(rows) + "\n" + found[3], text)


def update_copies(page, top):
    def fill(found):
        with open(os.path.join(top, found[2]), encoding="utf-8") as file:
            return f"{found[1]}\n{file.read()}```"
    return re.sub(r"^(```(?:c|python) file=(\S+))\n.*?^```", fill, page.text, flags=re.M | re.S)


def update(found, top, bench):
    for page in found:
        text = update_copies(page, top)
        if page.path == "docs/options.md":
            text = update_table(text, top, bench)
        if text != page.text:
            with open(os.path.join(top, page.path), "w", encoding="utf-8") as file:
                file.write(text)
            print("updated", page.path)
    return 0
