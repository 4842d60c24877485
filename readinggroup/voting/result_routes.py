"""What came out of a round: the results, a ballot found by its receipt, and the files to count again."""

import json
from pathlib import Path

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from readinggroup import clock
from readinggroup.access.doors import access, actor
from readinggroup.access.rules import anyone, may_see_results, may_see_totals
from readinggroup.domain import tally
from readinggroup.models import Pitch, Round
from readinggroup.voting import counting, queries, views
from readinggroup.voting.blueprint import ROUND, bp
from readinggroup.voting.forms import DecideForm
from readinggroup.voting.pages import facts_of, view_of
from readinggroup.voting.result_views import results_view
from readinggroup.web.forms import tidy

TALLY = Path(tally.__file__)


@bp.get(f"{ROUND}/results")
@access(may_see_results, round_=queries.round_in)
def results(round_: Round) -> ResponseReturnValue:
    if round_.state not in queries.COUNTED:
        return redirect(url_for(".show", round_id=round_.id))
    if not may_see_totals(actor(), round_, g.group):
        return unreleased_page(round_, DecideForm())
    return _results(round_)


@bp.post(f"{ROUND}/results")
@access(may_see_totals, round_=queries.round_in)
def find_ballot(round_: Round) -> ResponseReturnValue:
    """The results with the ballot of a receipt, which is sent by POST so that no server's log keeps it."""
    return _results(round_, tidy(request.form.get("receipt", "")).lower().replace(" ", "")[:20])


def _results(round_: Round, receipt: str = "") -> str:
    sheet, counted = counting.outcome(round_)
    too_few = counting.why_totals_alone(sheet, counted.turnout)
    pitches = {standing.pitch.public_id: standing.pitch for standing in queries.standings_of(round_)}
    told = results_view(
        round_,
        counted,
        counting.by_approvals_alone(sheet) if sheet.ballots else None,
        pitches,
        lambda pitch: url_for("pitches.show", pitch_id=pitch.id),
        with_reasons=not too_few,
    )
    return render_template(
        "voting/results.html",
        round=view_of(round_, actor(), clock.now(), size=0),
        results=told,
        too_few=too_few,
        left_out=[pitch.title for pitch in queries.paper_of(round_) if pitch.public_id not in pitches],
        participants=queries.participants_of(round_) if not too_few or not counted.turnout else None,
        facts=facts_of(round_),
        receipt=receipt,
        found=_found(round_, pitches, receipt),
    )


def unreleased_page(round_: Round, form: DecideForm) -> str:
    view = view_of(round_, actor(), clock.now(), size=0)
    return render_template("voting/results.html", round=view, results=None, form=form)


def _found(round_: Round, pitches: dict[str, Pitch], receipt: str) -> str:
    """What the ballot says whose receipt was asked for; empty where none was asked for or there is none."""
    ballot = queries.ballot_by_receipt(round_, receipt) if receipt else None
    titles = {public_id: pitch.title for public_id, pitch in pitches.items()}
    return views.found_words(ballot, titles) if ballot else ""


@bp.get(f"{ROUND}/round.json")
@access(may_see_totals, round_=queries.round_in)
def round_json(round_: Round) -> ResponseReturnValue:
    body = json.dumps(counting.published(round_, *counting.outcome(round_)), ensure_ascii=False, indent=1)
    return Response(f"{body}\n", mimetype="application/json", headers={"X-Content-Type-Options": "nosniff"})


@bp.get(f"{ROUND}/tally.py")
@access(anyone, round_=queries.round_in)
def tally_file(round_: Round) -> ResponseReturnValue:  # noqa: ARG001
    """The very file that counts here."""
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(TALLY.read_bytes(), content_type="text/x-python; charset=utf-8", headers=headers)
