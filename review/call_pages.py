"""The page of a call, and what its player fetches."""

import dataclasses
import json

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from review import appeals, reviews
from review.accounts import Session
from review.call_view import skippable, speech, view_call
from review.history import read_history
from review.reviews import Review
from review.web import NO_SUCH_CALL, REVIEWERS, Site, TheSite, Viewer, note, render, visible_call

router = APIRouter()


@router.get("/call/{date}/{call_id:path}")
def call_page(request: Request, site: TheSite, session: Viewer, date: str, call_id: str) -> Response:
    visible_call(site, session, date, call_id)
    record = site.results.call(date, call_id)
    if record is None:
        raise HTTPException(404, NO_SUCH_CALL)
    note(request, "view call", call=(date, call_id))
    if record.call.status != "scored":
        return render(request, "unscored_call.html", call=record.call, date=date)
    reviewing = session.account.role in REVIEWERS
    review = own_review(site, session, date, call_id) if reviewing else None
    waiting = appeals.waiting_for(site.database, date, call_id, session.account.id) if reviewing else []
    hidden = review is not None and hides_scores(site, session, review, date, call_id)
    view = view_call(record, site.rubric, hidden)
    player = {
        "path": f"{date}/{call_id}",
        "duration_s": record.call.duration_s,
        "agent_channel": site.agent_channel if record.call.agent_channel is None else record.call.agent_channel,
        "marks": [dataclasses.asdict(mark) for mark in view.marks],
        "tone": view.tone,
        "speech": speech(record),
        "skippable": skippable(record),
    }
    everybody = reviews.reviews_of(site.database, date, call_id) if reviewing and not hidden else []
    return render(
        request, "call.html", record=record, call=record.call, date=date, view=view, hidden=hidden, review=review, player=player,
        others=[each for each in everybody if each.account != session.account.name], rubric=site.rubric, reviewing=reviewing,
        history=read_history(site.database, record) if reviewing and not hidden else None,
        appeals=appeals.appeals_of(site.database, date, call_id), waiting=[each.id for each in waiting],
        acknowledged_at=None if reviewing else appeals.acknowledged_at(site.database, date, call_id, session.account.id),
    )  # fmt: skip


def own_review(site: Site, session: Session, date: str, call_id: str) -> Review:
    """The viewer's review of a call, begun when it is first opened. Whether its scores were hidden is part of it."""
    present = reviews.find_review(site.database, date, call_id, session.account.id)
    hidden = _appealed(site, session, date, call_id) or (session.blind and (present is None or not present.scored))
    return reviews.read_review(site.database, reviews.open_review(site.database, date, call_id, session.account.id, hidden))


def hides_scores(site: Site, session: Session, review: Review, date: str, call_id: str) -> bool:
    """Blind mode hides what the machine says until the reviewer has scored every skill; an appeal hides it from whoever
    could still decide it."""
    return (session.blind and not review.scored) or _appealed(site, session, date, call_id)


def _appealed(site: Site, session: Session, date: str, call_id: str) -> bool:
    return bool(appeals.waiting_for(site.database, date, call_id, session.account.id))


@router.get("/peaks/{date}/{call_id:path}")
def peaks(site: TheSite, session: Viewer, date: str, call_id: str, ahead: bool = False) -> Response:
    """The peaks of the waveform and whether the recording can be played yet; 202 until they are there, 404 with the reason
    where there is nothing to play. `ahead` only has them made, for the call that is opened next."""
    call = visible_call(site, session, date, call_id)
    media = site.media.prepare(call.recording, call.sha256, ahead)
    if media.state == "missing" or call.sha256 is None:
        return JSONResponse({"message": media.message}, 404)
    file = site.media.peaks(call.sha256)
    if ahead or not file.is_file():
        return JSONResponse({"message": "The recording is being prepared."}, 202)
    return JSONResponse(json.loads(file.read_bytes()) | {"playable": media.state == "ready"})


@router.get("/audio/{date}/{call_id:path}")
def audio(request: Request, site: TheSite, session: Viewer, date: str, call_id: str) -> Response:
    """The review copy of the recording, whole or by ranges of bytes."""
    call = visible_call(site, session, date, call_id)
    media = site.media.prepare(call.recording, call.sha256)
    if media.state != "ready" or call.sha256 is None:
        raise HTTPException(404, media.message or "The recording is being prepared; try again in a moment.")
    if request.headers.get("range", "bytes=0-").startswith("bytes=0-"):
        note(request, "play call", call=(date, call_id))
    return FileResponse(site.media.audio(call.sha256), media_type="audio/flac")
