EN = "corpus/street-trees/en.md"


def digest_of_french(project):
    subject = project.subject()
    return subject.corpus.articles["street-trees"].translations["fr"].digest


def test_translation_of_the_present_text(project):
    project.edit(EN, "alts:", f'translated_from: {{language: fr, digest: "{digest_of_french(project)}"}}\nalts:')
    assert project.found("BIL-STALE") == []


def test_french_changed_since(project):
    project.edit(EN, "alts:", f'translated_from: {{language: fr, digest: "{digest_of_french(project)}"}}\nalts:')
    project.edit("corpus/street-trees/fr.md", "Chaque arbre", "Chaque grand arbre")
    assert project.found("BIL-STALE") == [f"{project.at(EN, 'translated_from')} warning"]
    (finding,) = project.check("BIL-STALE")
    assert digest_of_french(project) in (finding.hint or "")


def test_translated_from_a_language_the_article_has_not(project):
    project.edit(EN, "alts:", 'translated_from: {language: es, digest: "sha256:0"}\nalts:')
    assert project.found("BIL-STALE") == [f"{project.at(EN, 'translated_from')} warning"]
