"""Accounts and the audit log, for those who run the place, and everybody's own password."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from review import audit
from review.accounts import (
    LOCAL_NAME,
    ROLES,
    SHORTEST_PASSWORD,
    TooManyAttempts,
    add_account,
    list_accounts,
    set_disabled,
    set_password,
    sign_in,
)
from review.errors import AccountProblem
from review.web import Editor, TheSite, Viewer, address_of, note, render, require

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
        account = add_account(site.database, name, role, password, site.agent_as_stored(agent_id.strip()) if agent_id.strip() else "")
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


@router.post("/accounts/{number}/password")
def reset_password(
    request: Request, site: TheSite, session: Editor, number: int, password: Annotated[str, Form(max_length=1000)]
) -> Response:
    """An admin gives an account a new password, for whoever has forgotten the own one."""
    require(session, "admin")
    try:
        set_password(site.database, number, password)
    except AccountProblem as error:
        return _page(request, site, str(error), 422)
    note(request, "reset password", str(number))
    return RedirectResponse("/accounts", 303)


@router.get("/password")
def password_page(request: Request, session: Viewer) -> Response:
    return render(request, "password.html", problem="", local=LOCAL_NAME, shortest=SHORTEST_PASSWORD)


@router.post("/password")
def change_password(
    request: Request,
    site: TheSite,
    session: Editor,
    present: Annotated[str, Form(max_length=1000)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Everybody changes the own password; every session of the account ends, and it signs in anew."""
    problem, status = "", 422
    try:
        if sign_in(site.database, session.account.name, present, address_of(request)) is None:
            problem = "The present password is another."
        else:
            set_password(site.database, session.account.id, password)
    except AccountProblem as error:
        problem = f"{error}."
    except TooManyAttempts:
        problem, status = "Too many attempts. Wait 15 minutes and try again.", 429
    note(request, "change password refused" if problem else "change password")
    if problem:
        return render(request, "password.html", status, problem=problem, local=LOCAL_NAME, shortest=SHORTEST_PASSWORD)
    return RedirectResponse("/sign-in", 303)


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
