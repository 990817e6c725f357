import pytest

ID = b"<f3b1c2d4.2021-05@atelier.example>"


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"f3b1@atelier.example",
        b"<f3b1@localhost>",
        b"<f3 b1@atelier.example>",
        b"<.f3b1@atelier.example>",
        b"<f3b1@elsewhere.example>",
        b"<f3b1@notatelier.example>",
        b"<" + b"a" * 500 + b"@atelier.example>",
    ],
)
def test_badly_formed_or_foreign(project, wrong):
    project.mail(ID, wrong, "fr")
    assert project.found("HDR-MSGID") == ["issues/2021-05.yaml error"]


@pytest.mark.parametrize(
    "right", [b"<a.b-c_1@atelier.example>", b"<a@mail.atelier.example>", b"<a@ATELIER.example>"]
)
def test_in_our_own_domain(project, right):
    project.mail(ID, right)
    assert project.found("HDR-MSGID") == []


def test_domain_with_accents_travels_as_a_label(project):
    project.edit("newsletter.yaml", "address: nouvelles@atelier.example", "address: nouvelles@données.example")
    project.mail("nouvelles@données.example".encode(), b"nouvelles@xn--donnes-eva.example")
    project.mail("2021-05@données.example".encode(), b"2021-05@xn--donnes-eva.example")
    assert project.found("HDR-MSGID") == []
