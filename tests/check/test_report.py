import json

from newsletter.check import as_json, as_list, as_text, counts, summary
from newsletter.models.finding import Finding, Severity

FINDINGS = (
    Finding(
        "LNK-SCHEME",
        Severity.ERROR,
        "the link is http, not https",
        "corpus/a/article.yaml",
        7,
        5,
        "Write https://.",
    ),
    Finding("PRE-LEN", Severity.WARNING, "too short", "issues/2021-05.yaml", 9, 3, edition="fr"),
    Finding("LNK-SHORT", Severity.ERROR, "a shortened link", "corpus/a/article.yaml", 5, 5),
    Finding("SIZE-CLIP", Severity.INFO, "près de la limite"),
)


def test_text_is_grouped_by_file_and_in_order_of_lines():
    assert as_text(FINDINGS) == (
        "corpus/a/article.yaml:5:5  error  LNK-SHORT  a shortened link\n"
        "corpus/a/article.yaml:7:5  error  LNK-SCHEME  the link is http, not https\n"
        "    -> Write https://.\n"
        "\n"
        "issues/2021-05.yaml:9:3  warning  PRE-LEN [fr]  too short\n"
        "\n"
        "(no file)  info  SIZE-CLIP  près de la limite\n"
        "\n"
        "2 errors, 1 warning, 1 info: errors stop a send.\n"
    )


def test_summary_counts_in_plain_words():
    assert summary(FINDINGS[1:2]) == "1 warning: nothing here stops a send."
    assert summary(FINDINGS[:1]) == "1 error: errors stop a send."
    assert summary(()) == "Nothing to report: this issue is sound."


def test_counts_name_every_severity():
    assert counts(FINDINGS[:1]) == {"error": 1, "warning": 0, "info": 0}


def test_json_is_an_interface():
    document = json.loads(as_json(FINDINGS))
    assert document["counts"] == {"error": 2, "warning": 1, "info": 1}
    assert document["findings"][0] == {
        "id": "LNK-SCHEME",
        "severity": "error",
        "message": "the link is http, not https",
        "file": "corpus/a/article.yaml",
        "line": 7,
        "column": 5,
        "hint": "Write https://.",
        "edition": None,
    }
    assert "près" in as_json(FINDINGS)
    assert json.loads(as_json(())) == {"findings": [], "counts": {"error": 0, "warning": 0, "info": 0}}


def test_a_list_without_the_line_that_counts() -> None:
    assert as_text(FINDINGS) == as_list(FINDINGS) + "\n" + summary(FINDINGS) + "\n"
    assert as_list([]) == ""
