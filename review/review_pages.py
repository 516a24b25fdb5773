"""What reviewers do on the page of a call: agree, disagree, add what is missing, score, comment, mark done; blind mode."""

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from review import reviews
from review.accounts import Session, set_blind
from review.call_pages import hides_scores, own_review
from review.call_view import evidence_key, words_between
from review.results import CallRecord
from review.reviews import Judgement, Review
from review.web import COOKIE, NO_SUCH_CALL, REVIEWERS, Editor, Site, TheSite, call_path, note, require, visible_call
from review.wording import clock, title
from scoring.rubric import SCORED_SKILLS

router = APIRouter()
Reason = Literal["wrong_score", "wrong_evidence", "missing_evidence"]


class Said(BaseModel):
    """What the page sends when something is judged. Quotes are taken from the tables, never from the browser."""

    model_config = ConfigDict(extra="forbid")

    subject: Literal["evidence", "criterion", "missing"]
    target: str = Field("", max_length=100)
    verdict: Literal["agree", "disagree", "withdrawn"] | None = None
    reason: Reason | None = None
    behaviour: str = Field("", max_length=60)
    turn: int = -1
    start_s: float = Field(0.0, ge=0.0, le=1e6, allow_inf_nan=False)
    end_s: float = Field(0.0, ge=0.0, le=1e6, allow_inf_nan=False)


@router.post("/judge/{date}/{call_id:path}")
def judge(request: Request, site: TheSite, session: Editor, date: str, call_id: str, said: Said) -> Response:
    record, review = _opened(site, session, date, call_id)
    if said.subject != "missing" and hides_scores(site, session, review, date, call_id):
        raise HTTPException(409, "Score the call first: in blind mode the evidence is hidden.")
    judgement = _judgement(site, record, review, said)
    reviews.judge(site.database, review.id, reviews.keep_machine_version(site.database, record), [judgement])
    note(request, f"judge {said.subject}", detail=f"{judgement.target} {judgement.verdict or 'added'}", call=(date, call_id))
    answer = {"target": judgement.target, "start_s": judgement.start_s}
    if said.subject == "missing" and judgement.verdict is None:
        answer |= {"name": title(judgement.behaviour), "quote": judgement.quote, "at": clock(judgement.start_s)}
    return JSONResponse(answer)


def _judgement(site: Site, record: CallRecord, review: Review, said: Said) -> Judgement:
    """What was said as a judgement about something that is there. Refuses what the call does not have."""
    if said.subject == "evidence" and said.verdict is not None:
        row = next((row for row in record.evidence if evidence_key(row) == said.target), None)
        if row is not None:
            return Judgement(
                "evidence", said.target, said.verdict, said.reason, skill=row.skill, behaviour=row.behaviour, speaker=row.speaker,
                start_s=row.start_s, end_s=row.end_s, quote=row.quote,
            )  # fmt: skip
    if said.subject == "criterion" and said.verdict is not None and said.target in site.rubric.behaviours:
        return Judgement("criterion", said.target, said.verdict, said.reason, skill=site.rubric.behaviours[said.target].skill)
    if said.subject == "missing" and said.verdict == "withdrawn" and said.target in {each.target for each in review.missing}:
        return Judgement("missing", said.target, "withdrawn")
    if said.subject == "missing" and said.verdict is None and said.behaviour in site.rubric.behaviours:
        words = words_between(record.words, said.turn, said.start_s, said.end_s)
        turn = next((turn for turn in record.turns if turn.turn == said.turn), None)
        if words and turn is not None:
            return Judgement(
                "missing", secrets.token_hex(6), skill=site.rubric.behaviours[said.behaviour].skill, behaviour=said.behaviour,
                speaker=turn.speaker, start_s=words[0].start_s, end_s=words[-1].end_s, quote=" ".join(word.word for word in words),
            )  # fmt: skip
    raise HTTPException(422, "This call has no such evidence, criterion or words; load the page again.")


Score = Annotated[str, Form(pattern=r"^\s*(\d{1,2}(\.\d+)?|100(\.0+)?)?\s*$", max_length=10)]


@router.post("/scores/{date}/{call_id:path}")
def scores(
    request: Request,
    site: TheSite,
    session: Editor,
    date: str,
    call_id: str,
    listening: Score = "",
    empathy: Score = "",
    solution_focus: Score = "",
    comment: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """The reviewer's own scores of the three skills (empty: not applicable) and comment on the call."""
    record, review = _opened(site, session, date, call_id)
    values = dict(zip(SCORED_SKILLS, (listening.strip(), empathy.strip(), solution_focus.strip()), strict=True))
    said = []
    # A comment alone does not score; once scores were given, an emptied field means not applicable.
    if any(values.values()) or review.scored:
        for skill, text in values.items():
            value = float(text) if text else None
            before = review.scores.get(skill)
            if before is None or before.value != value:
                said.append(Judgement("score", skill, None if text else "not_applicable", value=value, skill=skill))
    if comment.strip() != review.comment:
        said.append(Judgement("comment", "call", comment=comment.strip()))
    if said:
        reviews.judge(site.database, review.id, reviews.keep_machine_version(site.database, record), said)
        note(request, "score call", detail=", ".join(each.target for each in said), call=(date, call_id))
    return RedirectResponse(f"/call/{call_path(date, call_id)}", 303)


@router.post("/done/{date}/{call_id:path}")
def done(request: Request, site: TheSite, session: Editor, date: str, call_id: str, done: Annotated[bool, Form()]) -> Response:
    record, review = _opened(site, session, date, call_id)
    if done and hides_scores(site, session, review, date, call_id):
        raise HTTPException(409, "Score the three skills first: in blind mode a review without scores says nothing.")
    reviews.keep_machine_version(site.database, record)  # "nothing to object to" is said of this version
    reviews.set_done(site.database, review.id, done)
    note(request, "mark done" if done else "open again", call=(date, call_id))
    return RedirectResponse(f"/call/{call_path(date, call_id)}", 303)


@router.post("/blind")
def blind(
    request: Request, site: TheSite, session: Editor, blind: Annotated[bool, Form()], back: Annotated[str, Form(max_length=2000)] = "/queue"
) -> Response:
    require(session, *REVIEWERS)
    set_blind(site.database, request.cookies[COOKIE], blind)
    note(request, "blind mode on" if blind else "blind mode off")
    # Only ever back to a page of ours.
    return RedirectResponse(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/queue", 303)


def _opened(site: Site, session: Session, date: str, call_id: str) -> tuple[CallRecord, Review]:
    require(session, *REVIEWERS)
    visible_call(site, session, date, call_id)
    record = site.results.call(date, call_id)
    if record is None or record.call.status != "scored":
        raise HTTPException(404, NO_SUCH_CALL)
    return record, own_review(site, session, date, call_id)
