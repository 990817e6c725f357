"""What a further article costs: editions of 1 to 100 articles, each text new, ours and npm mjml + juice.

Flat is what it should be: the hundredth article as cheap as the tenth. Header, footer and styles are in the line
of one article. Times are of the fastest round, since whatever disturbs a machine makes it slower.
"""

from __future__ import annotations

from benchmarks._editions import forget_texts, rewritten, sample
from benchmarks._measure import interleaved, timed
from benchmarks._reference import reference

COUNTS = (1, 2, 5, 10, 20, 50, 100)
ROUNDS = 5
WARM_UP = 3


def main() -> None:
    """Print a table."""
    base = sample()
    editions = {count: base.edition(count) for count in COUNTS}
    css = base.css(editions[1])
    sources = {count: base.mjml(edition) for count, edition in editions.items()}
    with reference() as npm:

        def ours(count: int, number: int) -> float:
            changed = rewritten(editions[count], number)
            forget_texts()
            return timed(lambda: base.render(changed))

        def theirs(count: int) -> float:
            answer = npm.compile(sources[count], css)
            return answer.mjml + answer.juice

        rivals = {}
        for count in COUNTS:
            rivals[f"ours {count}"] = lambda number, count=count: ours(count, number)
            rivals[f"npm {count}"] = lambda number, count=count: theirs(count)  # noqa: ARG005
        found = interleaved(rivals, rounds=ROUNDS, warm_up=WARM_UP)
    print(f"{ROUNDS} interleaved rounds after {WARM_UP}; fastest in ms; ours from records to HTML and text,")
    print(f"npm {npm.versions} from our MJML; 'each further': since the line above")
    print(
        f"{'articles':>9}{'kB MJML':>9}{'ours':>10}{'each further':>14}{'npm':>10}{'each further':>14}{'ratio':>8}"
    )
    last = (0, 0.0, 0.0)
    for count in COUNTS:
        mine, other = (found[f"{who} {count}"].fastest * 1000 for who in ("ours", "npm"))
        ours_each, npm_each = (
            (now - then) / (count - last[0]) for now, then in ((mine, last[1]), (other, last[2]))
        )
        kilobytes = len(sources[count].encode()) / 1000
        print(
            f"{count:>9}{kilobytes:>9.1f}{mine:>10.2f}{ours_each if last[0] else 0:>14.2f}"
            f"{other:>10.2f}{npm_each if last[0] else 0:>14.2f}{other / mine:>8.1f}"
        )
        last = count, mine, other


if __name__ == "__main__":
    main()
