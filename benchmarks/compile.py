"""One edition of 8 articles, from its records to HTML and text, against what others would use.

Baselines, on the MJML that our own templates made, with the theme's CSS to inline:

- npm `mjml` and npm `juice` (versions in package.json) in one node process, warm; its own clock, without the pipe.
  juice is asked for what our pipeline does (inline the theme's CSS, leave <style> alone), the lesser work for it;
  a further line tells its default, which inlines every <style>.
- mjml-python and a default premailer (but for the network, which it would try).

Ours: the same step (MJML to HTML with the CSS inlined: re-quoting, mrml, premailer), and the whole of
`newsletter.render.render_edition`, which makes besides what the baselines have not: views, Markdown, typography,
Jinja2, validation with line and column, slots, and the text part.

All is warm: modules loaded, templates compiled, node's compiler done (WARM_UP rounds). But no round sees a text, a
link or a title twice: every round writes other words into the edition, and what the pipeline remembers of texts is
forgotten before. One line tells what it costs when nothing was edited.
"""

from __future__ import annotations

from importlib.metadata import version

from benchmarks._default_premailer import default_premailer
from benchmarks._editions import forget_texts, rewritten, sample
from benchmarks._measure import HEADING, TURN, Times, interleaved, tell, timed
from benchmarks._reference import reference
from newsletter.render.inliner import inline
from newsletter.render.mjml import join_outlook_comments, prepare, to_html

ARTICLES = 8
ROUNDS = 30
WARM_UP = 30


def main() -> None:
    """Print all times and their ratios."""
    base = sample()
    edition = base.edition(ARTICLES)
    css = base.css(edition)
    sources: dict[int, str] = {}
    node: dict[str, list[float]] = {"mjml": [], "juice": [], "default": []}

    def source(number: int) -> str:
        if number not in sources:
            sources[number] = base.mjml(rewritten(edition, number))
        return sources[number]

    with reference() as npm, default_premailer() as premailer:

        def by_npm(number: int) -> float:
            answer = npm.compile(source(number), css)
            if number >= WARM_UP * TURN:
                node["mjml"].append(answer.mjml)
                node["juice"].append(answer.juice)
            return answer.mjml + answer.juice

        def by_npm_default(number: int) -> float:
            answer = npm.compile(source(number), css, everything=True)
            return answer.mjml + answer.juice

        def by_default_premailer(number: int) -> float:
            return premailer(source(number), css)[1]

        def our_step(number: int) -> float:
            mjml = source(number)
            return timed(lambda: inline(join_outlook_comments(to_html(prepare(mjml))), css))

        def our_whole(number: int) -> float:
            changed = rewritten(edition, -1 - number)
            forget_texts()
            return timed(lambda: base.render(changed))

        def our_unchanged(number: int) -> float:  # noqa: ARG001
            return timed(lambda: base.render(edition))

        rivals = {
            "npm": by_npm,
            "npm default": by_npm_default,
            "premailer": by_default_premailer,
            "step": our_step,
            "whole": our_whole,
            "unchanged": our_unchanged,
        }
        found = interleaved(rivals, rounds=ROUNDS, warm_up=WARM_UP)
    first = found["npm"]
    kilobytes = len(source(0).encode()) / 1000, base.render(edition).html.size() / 1000
    print(f"issue {base.issue}, {edition.code}, {ARTICLES} articles: {kilobytes[0]:.1f} kB of MJML, ", end="")
    print(f"{kilobytes[1]:.1f} kB of HTML")
    print(f"{ROUNDS} interleaved rounds after {WARM_UP} to warm up; ratio: to the first line, above 1 is faster")
    print(f"node {npm.node}, mjml-python {version('mjml-python')}, premailer {version('premailer')}")
    print(HEADING)
    lines = (
        (f"npm {npm.versions}", first),
        ("  of which mjml", Times(node["mjml"])),
        ("  of which juice", Times(node["juice"])),
        ("npm, juice by its defaults", found["npm default"]),
        ("mjml-python + default premailer", found["premailer"]),
        ("ours: MJML to HTML, CSS inlined", found["step"]),
        ("ours: whole render_edition, texts new", found["whole"]),
        ("ours: whole render_edition, unchanged", found["unchanged"]),
    )
    for what, times in lines:
        tell(what, times, first)


if __name__ == "__main__":
    main()
