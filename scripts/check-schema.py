#!/usr/bin/env python3
"""Checks schema/case.v1.json: that it is a JSON Schema of draft 2020-12, and that it judges documents as it should.

Also checks schema/recon-report.v1.json against the report that the tests keep.

Usage: scripts/check-schema.py [CASE.json ...]     needs the package `jsonschema` (4.18 or later)

Without arguments it checks the schema itself and a list of documents made here. With arguments it also validates each
file, which holds one canonical case per line.
"""
import copy
import json
import pathlib
import sys

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "schema" / "case.v1.json").read_text(encoding="utf-8"))

CASE = {
    "applicant": {"idNumber": "310101199003070019", "idType": "111", "kind": "1", "name": "张三"},
    "caseId": "CSJ202611240000001",
    "item": {"catalogCode": "000709002000", "name": "首次申领居民身份证"},
    "mode": "collect",
    "places": {"applied": {"division": "310115"}, "handling": [{"division": "320500"}]},
    "registeredAt": "2026-11-24T09:30:00+08:00",
    "status": "accepted",
    "version": 3,
}


def changed(path, value):
    """The case with one member set, or removed when the value is None; objects on the way are made."""
    document = copy.deepcopy(CASE)
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place.setdefault(name, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


# path, value, whether the schema must accept it
ROWS = [
    ("version", 1, True), ("version", 0, False), ("version", "3", False), ("version", 1.5, False),
    ("version", None, False), ("caseId", None, False), ("applicant.name", None, False),
    ("item.catalogCode", None, False), ("places.handling", [], False), ("places.handling", [{}], False),
    ("caseId", "CSJ202613240000001", False), ("caseId", "CSJ20261124000001", False),
    ("registeredAt", "2026-11-24T09:30:00Z", False), ("registeredAt", "2026-11-24T24:30:00+08:00", False),
    ("status", "finished", False), ("mode", "joint", True), ("unknown", "x", False), ("applicant.unknown", "x", False),
    ("nationalNumber", "1" * 50, True), ("nationalNumber", "1" * 51, False), ("nationalNumber", "", False),
    ("nationalNumber", "a\tb", False), ("nationalNumber", "a\nb", True), ("nationalNumber", "a\x85b", False),
    ("nationalNumber", "\U00020bb7" * 50, True), ("nationalNumber", "a\n", True),
    ("applicant.idNumber", "31010119900307001", False), ("applicant.idNumber", "31010619850215002x", True),
    ("applicant.idType", "414", True), ("applicant.idNumber", "E12345678", False), ("applicant.idType", "41", False),
    ("proactive", True, True), ("proactive", "true", False), ("fee.amount", "12.34", True),
    ("fee.amount", 12.34, False), ("fee.amount", "12.345", False), ("fee.amount", "012", False), ("fee", {}, False),
    ("bundle.after", ["a", "b"], True), ("bundle.after", [], False), ("bundle.after", ["a\nb"], False),
    ("bundle.after", "a", False), ("rating.score", 5, True), ("rating.score", 6, False),
    ("places.applied.division", "310115001002", True), ("places.applied.division", "3101150010", False),
    ("materials", [{"id": "1", "name": "甲"}], True), ("materials", [{"id": "1"}], False),
    ("materials", [{"id": "1", "name": "甲", "file": {"size": 0}}], True),
    ("result.archive.digest", "sha256:" + "a" * 64, True), ("result.archive.digest", "sha256:" + "A" * 64, False),
    ("item.taskCode", "91310000MA1FL0000N3000709002000", True), ("item.taskCode", "9131", False),
    ("item.type", "21", True), ("item.type", "11", False),
    ("localNumbers", [{"region": "320500", "scheme": "a", "value": "1"}], False),
]


def report_failures():
    """Whether the schema of reports takes the report that the tests keep, and refuses changed ones."""
    schema = json.loads((ROOT / "schema" / "recon-report.v1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    sample = ROOT / "Tests" / "KuayuReconcileTests" / "Vectors" / "report-sample.json"
    report = json.loads(sample.read_text(encoding="utf-8"))
    failures = 0
    for error in validator.iter_errors(report):
        failures += 1
        print(f"{sample.name}: {error.json_path}: {error.message[:200]}")
    for change in ({"madeAt": None}, {"extra": 1}, {"schema": "kuayu-recon-report-2"}, {"ageing": [{"hub": "31"}]}):
        if validator.is_valid({**report, **change}):
            failures += 1
            print(f"a report with {change} should be refused")
    return failures


def main():
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    failures = report_failures()
    if not validator.is_valid(CASE):
        failures += 1
        print("the sample case is refused:", next(validator.iter_errors(CASE)).message)
    for path, value, expected in ROWS:
        if validator.is_valid(changed(path, value)) != expected:
            failures += 1
            print(f"{path} = {value!r} should be {'accepted' if expected else 'refused'}")
    count = 0
    for name in sys.argv[1:]:
        for number, line in enumerate(pathlib.Path(name).read_text(encoding="utf-8").split("\n"), 1):
            if not line:
                continue
            count += 1
            for error in validator.iter_errors(json.loads(line)):
                failures += 1
                print(f"{name}:{number}: {error.json_path}: {error.message[:200]}")
    print(f"schema valid; {len(ROWS) + 1} documents and {count} cases judged; {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
