"""Signing in and out: the one-time link of a local start, or name and password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from review import audit
from review.accounts import Account, TooManyAttempts, close_session, known_name, local_account, open_session, sign_in
from review.web import COOKIE, Editor, TheSite, address_of, note, refuse_other_sites, render

router = APIRouter()


@router.get("/enter")
def enter(request: Request, site: TheSite, token: str = "") -> Response:
    """The link printed at the start. It works once; whoever has it is the person at this machine."""
    if site.one_time is None or not site.one_time.spend(token):
        audit.record(site.database, "", "", address_of(request), "one-time link refused")
        return render(
            request, "message.html", 403, heading="This link has been used",
            message="The link works once. Start `rapport review` again for a new one, or sign in with an account.",
        )  # fmt: skip
    return _signed_in(request, site, local_account(site.database), "one-time link")


@router.get("/sign-in")
def sign_in_page(request: Request, site: TheSite) -> Response:
    return render(request, "sign_in.html", problem="", local=site.one_time is not None)


@router.post("/sign-in")
def sign_in_form(
    request: Request,
    site: TheSite,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    refuse_other_sites(request)
    local = site.one_time is not None
    try:
        account = sign_in(site.database, name, password, address_of(request))
    except TooManyAttempts:
        audit.record(site.database, known_name(site.database, name), "", address_of(request), "sign-in slowed")
        return render(request, "sign_in.html", 429, problem="Too many attempts. Wait 15 minutes and try again.", local=local)
    if account is None:
        audit.record(site.database, known_name(site.database, name), "", address_of(request), "sign-in refused")
        return render(request, "sign_in.html", 403, problem="Name and password do not belong together.", local=local)
    return _signed_in(request, site, account, "password")


@router.post("/sign-out")
def sign_out(request: Request, site: TheSite, _session: Editor) -> Response:
    note(request, "sign-out")
    close_session(site.database, request.cookies[COOKIE])
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response


def _signed_in(request: Request, site: TheSite, account: Account, how: str) -> Response:
    audit.record(site.database, account.name, account.role, address_of(request), "sign-in", detail=how)
    response = RedirectResponse("/", 303)
    token = open_session(site.database, account)
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/")
    return response
