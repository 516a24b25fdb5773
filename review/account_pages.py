"""Accounts and the audit log, for those who run the place."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from review import audit
from review.accounts import LOCAL_NAME, ROLES, SHORTEST_PASSWORD, add_account, list_accounts, set_disabled
from review.errors import AccountProblem
from review.web import Editor, TheSite, Viewer, note, render, require

router = APIRouter()
PAGE_SIZE = 100


@router.get("/accounts")
def accounts_page(request: Request, site: TheSite, session: Viewer) -> Response:
    require(session, "admin")
    note(request, "view accounts")
    return _page(request, site, "", 200)


def _page(request: Request, site: TheSite, problem: str, status: int) -> Response:
    return render(
        request, "accounts.html", status, accounts=list_accounts(site.database), roles=ROLES, problem=problem,
        shortest=SHORTEST_PASSWORD, local=LOCAL_NAME,
    )  # fmt: skip


@router.post("/accounts")
def add(
    request: Request,
    site: TheSite,
    session: Editor,
    name: Annotated[str, Form(max_length=100)],
    role: Annotated[str, Form(max_length=20)],
    password: Annotated[str, Form(max_length=1000)],
    agent_id: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    require(session, "admin")
    try:
        account = add_account(site.database, name, role, password, agent_id)
    except AccountProblem as error:
        return _page(request, site, str(error), 422)
    note(request, "add account", account.name, account.role)
    return RedirectResponse("/accounts", 303)


@router.post("/accounts/{number}/disabled")
def disable(request: Request, site: TheSite, session: Editor, number: int, disabled: Annotated[bool, Form()]) -> Response:
    require(session, "admin")
    if number == session.account.id:
        raise HTTPException(409, "You cannot disable your own account.")
    set_disabled(site.database, number, disabled)
    note(request, "disable account" if disabled else "enable account", str(number))
    return RedirectResponse("/accounts", 303)


@router.get("/audit")
def audit_page(
    request: Request,
    site: TheSite,
    session: Viewer,
    account: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=600)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    require(session, "admin", "qa_lead")
    note(request, "view audit log")
    entries = audit.latest(site.database, account, subject, page, PAGE_SIZE)
    return render(request, "audit.html", entries=entries, account=account, subject=subject, page=page, more=len(entries) == PAGE_SIZE)
