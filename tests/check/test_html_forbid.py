import pytest


@pytest.mark.parametrize(
    ("markup", "named"),
    [
        ("<script>x</script>", "<script>"),
        ("<form></form>", "<form>"),
        ("<iframe></iframe>", "<iframe>"),
        ('<p onclick="x()">a</p>', "onclick="),
        ('<link rel="StyleSheet" href="https://a.example/x.css">', '<link rel="stylesheet">'),
        ('<meta http-equiv="Refresh" content="0">', '<meta http-equiv="refresh">'),
        ("<style>@import url(https://a.example/x.css);</style>", "@import"),
        ('<a href=" javascript:x()">a</a>', "a javascript: address in href="),
    ],
)
def test_removed_by_mail_clients(project, markup, named):
    project.html("</td>", f"{markup}</td>", "fr")
    (finding,) = project.check("HTML-FORBID")
    assert finding.place == "issues/2021-05.yaml"
    assert named in finding.message


def test_comments_for_outlook_are_fine(project):
    project.html("</td>", "<!--[if mso]><form></form><![endif]--><![if !mso]><p>a</p><![endif]></td>", "fr")
    assert project.found("HTML-FORBID") == []
