"""Compares the bill of materials with what the library is linked with.

usage: bill.py BILL LIBRARY     says what is wrong
"""
import json
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def needed(library):
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", library)))


def problems(bill, library):
    if (bill["bomFormat"], bill["specVersion"]) != ("CycloneDX", "1.5"):
        yield "this is no CycloneDX 1.5"
    if not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"]):
        yield f"serial number {bill['serialNumber']}"
    parts = {part["name"]: part for part in bill["components"]}
    refs = [part["bom-ref"] for part in bill["components"]]
    if bill["dependencies"] != [{"ref": bill["metadata"]["component"]["bom-ref"], "dependsOn": refs}]:
        yield "dependencies are not the components"
    for part in parts.values():
        missing = {"type", "name", "version", "purl", "licenses"} - set(part)
        if missing:
            yield f"{part['name']} lacks {', '.join(sorted(missing))}"
    sonames = {one["value"] for part in parts.values() for one in part["properties"]}
    for soname in needed(library) - sonames:
        # the loader is a part of the C library
        if not (soname.startswith("ld-linux") and "glibc" in parts):
            yield f"the library needs {soname}, the bill does not have it"
    for soname in sonames - needed(library):
        yield f"the bill has {soname}, the library does not need it"
    for name, module in ("curl", "libcurl"), ("zlib", "zlib"):
        installed = output("pkg-config", "--modversion", module)
        if parts.get(name, {}).get("version") != installed:
            yield f"{name} is {installed}, the bill says {parts.get(name, {}).get('version')}"


def main(bill, library):
    with open(bill, encoding="utf-8") as file:
        found = list(problems(json.load(file), library))
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main(*sys.argv[1:]))
