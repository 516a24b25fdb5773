"""What every page needs: the site's parts, who is asking, templates, and the checks before anything is shown or changed."""

import dataclasses
import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import jinja2
import sqlalchemy as sa
from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from review import audit, wording
from review.accounts import OneTimeToken, Role, Session, find_session
from review.appeals import waiting_calls
from review.media import MediaCache
from review.results import Results
from scoring.rubric import Rubric
from scoring.tables import CallRow

COOKIE = "rapport_session"
HERE = Path(__file__).parent
COLUMN_HELP = {field.name: field.metadata["help"] for field in dataclasses.fields(CallRow)}
NO_SUCH_CALL = "There is no such call among those you may see."


@dataclass(frozen=True)
class Site:
    """The parts of one running application. `one_time` is None where everybody signs in with an account."""

    results: Results
    database: sa.Engine
    media: MediaCache
    rubric: Rubric
    agent_channel: int
    one_time: OneTimeToken | None
    templates: jinja2.Environment
    agent_as_stored: Callable[[str], str]  # AccountProblem where it cannot be told


class SignInNeeded(Exception):
    """Nobody is signed in: a page leads to the sign-in page."""


@functools.cache
def make_templates() -> jinja2.Environment:
    """Templates that escape everything and fail on a name that is not there."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(wording, name) for name in ("clock", "plain", "title", "score", "number", "share", "moment", "hour")
    }
    environment.globals |= {"interval": wording.interval, "call_path": call_path, "segment": segment, "column_help": COLUMN_HELP}
    return environment


def segment(text: str) -> str:
    """Text as one part of an address."""
    return quote(text, safe="")


def call_path(date: str, call_id: str) -> str:
    """The part of an address that names a call."""
    return f"{quote(date, safe='')}/{quote(call_id, safe='')}"


def site_of(request: Request) -> Site:
    return request.app.state.site


def session_of(request: Request) -> Session:
    """Who is asking. Raises SignInNeeded where nobody is signed in, and refuses a change that no form of ours asked for."""
    token = request.cookies.get(COOKIE)
    session = find_session(site_of(request).database, token) if token else None
    if session is None:
        raise SignInNeeded
    request.state.session = session
    return session


async def checked_session_of(request: Request, session: Annotated[Session, Depends(session_of)]) -> Session:
    """Who asks for a change: the session's own token must come with it, in the form or in the header X-CSRF-Token."""
    refuse_other_sites(request)
    offered = request.headers.get("x-csrf-token")
    if offered is None:
        offered = str((await request.form()).get("csrf", ""))
    if not secrets.compare_digest(offered.encode(), session.csrf.encode()):
        raise HTTPException(403, "This form is out of date. Go back, load the page again and repeat.")
    return session


def refuse_other_sites(request: Request) -> None:
    """Refuse a change that a browser says comes from a page of another site."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This request came from another site.")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(403, "This request came from another site.")


TheSite = Annotated[Site, Depends(site_of)]
Viewer = Annotated[Session, Depends(session_of)]
Editor = Annotated[Session, Depends(checked_session_of)]


def require(session: Session, *roles: Role) -> None:
    """Refuse everybody who has none of the roles."""
    if session.account.role not in roles:
        raise HTTPException(403, "Your account is not allowed to see or do this.")


REVIEWERS: tuple[Role, ...] = ("admin", "qa_lead", "coach")


def visible_call(site: Site, session: Session, date: str, call_id: str) -> CallRow:
    """The call, if there is one and this account may see it: agents see their own only. The refusal does not tell which."""
    call = site.results.call_row(date, call_id)
    if call is None or (session.account.role == "agent" and (call.agent_id is None or call.agent_id != session.account.agent_id)):
        raise HTTPException(404, NO_SUCH_CALL)
    return call


def note(request: Request, action: str, subject: str = "", detail: str = "", call: audit.Call | None = None) -> None:
    """Enter what is being done into the audit log."""
    account = request.state.session.account
    audit.record(site_of(request).database, account.name, account.role, address_of(request), action, subject, detail, call)


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def render(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A page. Templates know `session` (None where nobody is signed in), `path` and `open_appeals` (how many this person could
    decide) beside the values given."""
    session: Session | None = getattr(request.state, "session", None)
    site = site_of(request)
    deciding = session is not None and session.account.role in REVIEWERS
    values |= {"open_appeals": len(waiting_calls(site.database, session.account.id)) if deciding else 0}  # type: ignore[union-attr]
    text = site.templates.get_template(template).render(session=session, path=request.url.path, **values)
    return HTMLResponse(text, status_code)
