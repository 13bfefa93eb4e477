"""What only a person can mend, told from a night's facts."""

from collections.abc import Iterator

from gospub.reporting.night_facts import NightFacts

# A hole that a green run must not hide: so large a share of the pages without an answer.
_HOLE_SHARE = 0.05
_FEW_PAGES = 3
_OURS = {"bad_request": "the network calls our requests wrong", "answer_not_understood": "answers of an unknown shape"}
_TOKEN_CURES = {
    "dead": "is dead: put a new one into the connection",
    "needs_person": "wants a human (captcha or validation): sign in with it",
    "wrong_type": "is of a kind that may not do this: put another into the connection",
}


def needs(facts: NightFacts) -> Iterator[str]:
    """One sentence a matter."""
    yield from _publication(facts)
    yield from _holes(facts)
    yield from _tokens(facts)


def _publication(facts: NightFacts) -> Iterator[str]:
    night = facts.night
    revision = night["staging_revision"]
    if night["judged_revision"] == revision and not night["is_judged_good"] and night["accepted_revision"] != revision:
        names = ", ".join(row["expectation"] for row in facts.missed if row["severity"] == "critical")
        yield f"the gate rejected the night ({names}): see the quality report; mend and crawl again, or accept-night"
    elif night["published_revision"] is None:
        yield "the night is not published: clear its failed tasks"
    elif night["published_revision"] != revision:
        yield "staging changed after publication: clear check and what follows it"


def _holes(facts: NightFacts) -> Iterator[str]:
    failed = sum(row["pages_count"] for row in facts.failed())
    if failed > max(_FEW_PAGES, _HOLE_SHARE * facts.planned):
        reasons = ", ".join(reason for (reason,), _ in facts.count("reason", among=facts.failed())[:3])
        yield f"{failed} of {facts.planned} pages failed ({reasons}): clear the shards that failed, or see their logs"
    for reason, told in _OURS.items():
        pages = sum(
            row["pages_count"]
            for row in facts.pages
            if (row["outcome"] == "failed" and row["reason"] == reason)
            or (row["posts_outcome"] == "failed" and row["posts_reason"] == reason)
        )
        if pages > _FEW_PAGES:
            yield f"{pages} pages failed because of {reason}: {told}; see ops.rejected and mend the parser"


def _tokens(facts: NightFacts) -> Iterator[str]:
    states = {row["fingerprint"]: (row["state"], row["reason"]) for row in facts.calls}
    for fingerprint, (state, reason) in states.items():
        if state in _TOKEN_CURES:
            yield f"token {fingerprint} {_TOKEN_CURES[state]} ({reason or 'no reason given'})"
