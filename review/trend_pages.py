"""Trends of agents and teams, and search."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from review import trends
from review.appeals import waiting_calls
from review.charts import chart
from review.search import SearchQuestion, search
from review.trends import Who
from review.web import REVIEWERS, Site, TheSite, Viewer, note, render, require, segment
from review.worklist import read_choices

router = APIRouter()


@router.get("/trends")
def trends_page(request: Request, site: TheSite, session: Viewer) -> Response:
    """Whose trend to look at; agents have their own only."""
    if session.account.role == "agent":
        return RedirectResponse(f"/agents/{segment(session.account.agent_id or '')}", 303)
    note(request, "view trends")
    agents, teams = trends.members(site.results, "agent_id"), trends.members(site.results, "team")
    return render(request, "trends.html", agents=agents, teams=teams)


@router.get("/agents/{agent_id:path}")
def agent_page(request: Request, site: TheSite, session: Viewer, agent_id: str) -> Response:
    if session.account.role == "agent" and session.account.agent_id != agent_id:
        raise HTTPException(404, "There is no such agent among those you may see.")
    member = next((each for each in trends.members(site.results, "agent_id") if each.name == agent_id), None)
    return _page(request, site, "agent_id", agent_id, member.team if member else None, member.calls if member else 0)


@router.get("/teams/{team:path}")
def team_page(request: Request, site: TheSite, session: Viewer, team: str) -> Response:
    require(session, *REVIEWERS)
    member = next((each for each in trends.members(site.results, "team") if each.name == team), None)
    return _page(request, site, "team", team, None, member.calls if member else 0)


def _page(request: Request, site: Site, who: Who, name: str, team: str | None, calls: int) -> Response:
    if not calls and request.state.session.account.role != "agent":
        raise HTTPException(404, "No scored call is known under this name.")
    skills = trends.skill_trends(site.results, who, name, team)
    weeks = sorted({point.week for skill in skills for point in skill.points})
    note(request, "view trend", name)
    return render(
        request, "trend.html", who=who, name=name, team=team, calls=calls, weeks=weeks,
        skills=[(skill, chart(skill, weeks)) for skill in skills], changes=trends.behaviour_changes(site.results, who, name),
        moments=trends.best_moments(site.results, who, name), fewest=trends.FEWEST_CALLS,
        colleagues=trends.team_members(site.results, name) if who == "team" else (),
        signs={behaviour.id: behaviour.sign for behaviour in site.rubric.behaviours.values()},
    )  # fmt: skip


@router.get("/search")
def search_page(request: Request, site: TheSite, session: Viewer) -> Response:
    require(session, *REVIEWERS)
    try:
        question = SearchQuestion.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise HTTPException(422, f"The field {error.errors()[0]['loc'][0]!r} has a value that makes no sense.") from error
    if session.blind:
        question = question.model_copy(update={"behaviour": "", "flag": ""})
    found, more = search(site.results, question, site.rubric.scale.least_confidence)
    if question.behaviour or question.flag:  # what scoring decided shows nothing of a call that is to be scored blind
        appealed = waiting_calls(site.database, session.account.id)
        found = [each for each in found if (each.date, each.call_id) not in appealed]
    # The words themselves may be a customer's: the log has the other fields only.
    note(request, "search", detail=f"behaviour={question.behaviour} flag={question.flag} words={len(question.words.split())}")
    return render(
        request, "search.html", question=question, found=found, more=more, flags=read_choices(site.results).flags,
        behaviours=[*site.rubric.behaviours, *site.rubric.signals], hidden=session.blind,
    )  # fmt: skip
