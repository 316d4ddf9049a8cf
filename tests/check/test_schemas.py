"""The machine formats against the schemas that are published for them, and read by their consumers."""

import json
from pathlib import Path

import pytest

from .handful import FILES, PATHS

SCHEMAS = Path(__file__).parent / "schemas"

# docs.gitlab.com/ci/testing/code_quality: what every issue of a report must have.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/).+"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}

CASES = {
    "the handful": (FILES, PATHS),
    "nothing wrong": ({"specs/sound.yaml": FILES["specs/sound.yaml"]}, ["specs"]),
    "one without a place": ({"empty.yaml": ""}, ["empty.yaml"]),
    "many": ({f"specs/{n}.yaml": FILES["specs/net.yaml"] for n in range(20)}, ["specs"]),
}


@pytest.fixture(params=CASES)
def shown(request, write, check):
    files, paths = CASES[request.param]
    for name, text in files.items():
        write(name, text)
    return lambda name, *options: check(*paths, "--format", name, *options).out


def test_sarif_is_valid(shown):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())

    assert [error.message for error in validator.iter_errors(json.loads(shown("sarif")))] == []


def test_sarif_refers_to_rules_that_it_has_and_nothing_is_said_twice(shown):
    [run] = json.loads(shown("sarif"))["runs"]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]

    assert len(set(prints)) == len(prints)
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {result["ruleId"] for result in run["results"]}


def test_gitlab_is_valid(shown):
    jsonschema = pytest.importorskip("jsonschema")
    report = json.loads(shown("gitlab"))

    assert [error.message for error in jsonschema.Draft7Validator(GITLAB).iter_errors(report)] == []
    assert len({issue["fingerprint"] for issue in report}) == len(report)


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_junit_is_valid(shown, options):
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))

    assert [error.reason for error in schema.iter_errors(shown("junit", *options))] == []


def test_junit_is_read_by_a_consumer(shown):
    junitparser = pytest.importorskip("junitparser")
    report = junitparser.JUnitXml.fromstring(shown("junit").encode())
    counted = (report.tests, report.failures, report.errors)
    report.update_statistics()

    assert (report.tests, report.failures, report.errors) == counted
    assert all(case.name and case.classname for suite in report for case in suite)
