"""The application: its parts put together, its headers, and what it says when something is refused."""

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from review import account_pages, appeal_pages, call_pages, queue_pages, review_pages, sign_in_pages, trend_pages
from review.web import HERE, SignInNeeded, Site, render

POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "media-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
"""Nothing but our own files, nothing inline: words of a call could never run as a script even if they got past escaping."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send "Origin: null" with forms, which is refused
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LARGEST_BODY_BYTES = 100_000
"""More than any form of ours sends."""

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names by which a browser on this machine reaches us; another name is a page that lets its own name point here."""


def create_app(site: Site, local_only: bool) -> FastAPI:
    """The web application over a site's parts."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI):
        yield
        site.media.close()
        site.database.dispose()

    app = FastAPI(title="Rapport", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.site = site
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for module in (sign_in_pages, queue_pages, call_pages, review_pages, appeal_pages, account_pages, trend_pages):
        app.include_router(module.router)
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.middleware("http")(_with_headers)
    if local_only:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_HOSTS])
    return app


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal() or int(length) > LARGEST_BODY_BYTES:
        response: Response = PlainTextResponse("This is more than any form here sends.", 413)
    else:
        response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.url.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "") or request.url.path.startswith("/judge/")


def _to_sign_in(request: Request, _error: Exception) -> Response:
    if _wants_json(request):
        return JSONResponse({"message": "You are signed out. Sign in again."}, 401)
    return RedirectResponse("/sign-in", 303)


def _refused(request: Request, error: HTTPException) -> Response:
    if _wants_json(request):
        return JSONResponse({"message": error.detail}, error.status_code)
    message = "There is no such page." if error.detail == "Not Found" else error.detail
    return render(request, "message.html", error.status_code, heading=f"Not done ({error.status_code})", message=message)


def _not_understood(request: Request, error: RequestValidationError) -> Response:
    wrong = ", ".join(dict.fromkeys(str(each["loc"][-1]) for each in error.errors()))
    message = f"This could not be understood: {wrong}. Go back and correct it."
    if _wants_json(request):
        return JSONResponse({"message": message}, 422)
    return render(request, "message.html", 422, heading="Not done (422)", message=message)
