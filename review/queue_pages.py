"""The queue, the calls without scores, and saved views."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from review import appeals, reviews, views
from review.web import REVIEWERS, Editor, TheSite, Viewer, note, render, require
from review.worklist import PAGE_SIZE, QueueFilter, UnscoredFilter, read_choices, read_queue, read_unscored

router = APIRouter()


@router.get("/")
def start(session: Viewer) -> Response:
    """Coaches begin with the queue, agents with their own calls."""
    return RedirectResponse("/mine" if session.account.role == "agent" else "/queue", 303)


@router.get("/queue")
def queue_page(request: Request, site: TheSite, session: Viewer) -> Response:
    require(session, *REVIEWERS)
    try:
        asked = QueueFilter.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise HTTPException(422, f"The filter {error.errors()[0]['loc'][0]!r} has a value that makes no sense.") from error
    if session.blind:  # what scoring decided must not show through a filter either
        asked = asked.model_copy(update={"flag": "", "band": "", "skill": "", "outcome": "", "sort": "newest"})
    queue = read_queue(site.results, asked, reviews.progress(site.database))
    appealed = appeals.waiting_calls(site.database, session.account.id)
    note(request, "view queue", detail=address_query(asked, asked.page))
    return render(
        request, "queue.html", queue=queue, asked=asked, hidden=session.blind, address_query=address_query, appealed=appealed,
        saved=views.saved_views(site.database, session.account.id), empty=not site.results.files("calls"),
    )  # fmt: skip


def address_query(asked: QueueFilter, page: int, **changed: str) -> str:
    """The filters as the query of an address, without what is not set; `changed` in place of what was asked."""
    values = asked.model_dump(by_alias=True) | {"page": page} | changed
    default = QueueFilter().model_dump(by_alias=True)
    return urlencode({name: value for name, value in values.items() if value != default[name]})


@router.get("/unscored")
def unscored_page(request: Request, site: TheSite, session: Viewer) -> Response:
    """The calls that were refused or failed, under the queue's filters of date, team and agent."""
    require(session, *REVIEWERS)
    try:
        asked = UnscoredFilter.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise HTTPException(422, f"The filter {error.errors()[0]['loc'][0]!r} has a value that makes no sense.") from error
    rows, number = read_unscored(site.results, asked)
    note(request, "view refused and failed calls")
    choices, pages = read_choices(site.results), -(-number // PAGE_SIZE)
    return render(request, "unscored.html", rows=rows, number=number, asked=asked, choices=choices, pages=pages)


@router.post("/views")
def save_view(
    request: Request,
    site: TheSite,
    session: Editor,
    name: Annotated[str, Form(min_length=1, max_length=60)],
    query: Annotated[str, Form(max_length=2000)],
) -> Response:
    require(session, *REVIEWERS)
    views.save_view(site.database, session.account.id, name.strip() or "view", query)
    note(request, "save view", name)
    return RedirectResponse(f"/queue?{query}", 303)


@router.post("/views/{number}/delete")
def delete_view(request: Request, site: TheSite, session: Editor, number: int) -> Response:
    views.delete_view(site.database, session.account.id, number)
    note(request, "delete view", str(number))
    return RedirectResponse("/queue", 303)
