"""The agent's own pages, and appeals: made by the agent, scored blind and decided by a second reviewer."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from review import appeals, reviews
from review.appeals import Appeal, NotPossible, Outcome
from review.review_pages import Score
from review.web import NO_SUCH_CALL, REVIEWERS, Editor, Site, TheSite, Viewer, call_path, note, render, require, visible_call
from review.worklist import QueueFilter, read_queue

router = APIRouter()


@router.get("/mine")
def own_calls(request: Request, site: TheSite, session: Viewer, page: int = 1) -> Response:
    """An agent's own calls, newest first."""
    require(session, "agent")
    asked = QueueFilter.model_validate({"show": "all", "agent": session.account.agent_id, "page": max(1, min(page, 100_000))})
    queue = read_queue(site.results, asked, ())
    note(request, "view own calls")
    return render(request, "mine.html", queue=queue, page=asked.page)


@router.get("/appeals")
def appeals_page(request: Request, site: TheSite, session: Viewer) -> Response:
    agent = session.account.role == "agent"
    found = appeals.all_appeals(site.database, session.account.id if agent else None)
    note(request, "view appeals")
    return render(request, "appeals.html", appeals=found, agent=agent)


@router.post("/appeal/{date}/{call_id:path}")
def appeal(
    request: Request,
    site: TheSite,
    session: Editor,
    date: str,
    call_id: str,
    skill: Annotated[str, Form(max_length=30)],
    criterion: Annotated[str, Form(max_length=60)],
    comment: Annotated[str, Form(min_length=1, max_length=4000)],
) -> Response:
    require(session, "agent")
    visible_call(site, session, date, call_id)
    record = site.results.call(date, call_id)
    if record is None:
        raise HTTPException(404, NO_SUCH_CALL)
    known = {(row.skill, row.criterion) for row in record.scores} | {(row.skill, row.behaviour) for row in record.evidence}
    if (skill, criterion) not in known:
        raise HTTPException(422, "This call has no such criterion.")
    version = reviews.keep_machine_version(site.database, record)
    _try(appeals.make_appeal, site.database, date, call_id, session.account.id, version, skill, criterion, comment.strip())
    note(request, "appeal", detail=criterion, call=(date, call_id))
    return RedirectResponse(f"/call/{call_path(date, call_id)}", 303)


@router.post("/acknowledge/{date}/{call_id:path}")
def acknowledge(request: Request, site: TheSite, session: Editor, date: str, call_id: str) -> Response:
    require(session, "agent")
    visible_call(site, session, date, call_id)
    appeals.acknowledge(site.database, date, call_id, session.account.id)
    note(request, "acknowledge", call=(date, call_id))
    return RedirectResponse(f"/call/{call_path(date, call_id)}", 303)


@router.post("/appeals/{number}/score")
def score_blind(request: Request, site: TheSite, session: Editor, number: int, value: Score = "") -> Response:
    require(session, *REVIEWERS)
    found = _appeal(site, number)
    _try(appeals.give_blind_value, site.database, found, session.account.id, float(value) if value.strip() else None)
    note(request, "score appeal blind", detail=found.criterion, call=(found.date, found.call_id))
    return RedirectResponse(f"/call/{call_path(found.date, found.call_id)}", 303)


@router.post("/appeals/{number}/decide")
def decide(
    request: Request,
    site: TheSite,
    session: Editor,
    number: int,
    verdict: Annotated[Outcome, Form()],
    decision: Annotated[str, Form(min_length=1, max_length=4000)],
) -> Response:
    require(session, *REVIEWERS)
    found = _appeal(site, number)
    _try(appeals.decide, site.database, found, session.account.id, verdict, decision.strip())
    note(request, f"appeal {verdict}", detail=found.criterion, call=(found.date, found.call_id))
    return RedirectResponse(f"/call/{call_path(found.date, found.call_id)}", 303)


def _appeal(site: Site, number: int) -> Appeal:
    found = appeals.find_appeal(site.database, number)
    if found is None:
        raise HTTPException(404, "There is no such appeal.")
    return found


def _try(deed, *values) -> None:
    try:
        deed(*values)
    except NotPossible as error:
        raise HTTPException(409, str(error)) from error
