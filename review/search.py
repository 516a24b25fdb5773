"""Search: words that somebody said, behaviours, flags. Newest calls first."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from review.results import PARQUET, Results

PAGE_SIZE = 50


class SearchQuestion(BaseModel):
    """What is searched for; what is empty is not asked. Words match anywhere in a turn, in any case, all of them together."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    words: str = Field("", max_length=200)
    speaker: Literal["", "agent", "customer"] = ""
    behaviour: str = Field("", max_length=60)
    flag: str = Field("", max_length=100)
    start: str = Field("", alias="from", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    end: str = Field("", alias="to", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    page: int = Field(1, ge=1, le=1000)

    @property
    def asks(self) -> bool:
        return bool(self.words.strip() or self.behaviour or self.flag)


class Found(BaseModel):
    """A place in a call."""

    date: str
    call_id: str
    agent_id: str | None
    start_s: float | None
    speaker: str | None
    behaviour: str | None
    text: str


def search(results: Results, question: SearchQuestion, least_confidence: float = 0.0) -> tuple[list[Found], bool]:
    """A page of the places that fit, and whether there are more.

    Words are looked for in the turns, a behaviour in the evidence; asked together, both have to be at the same place. Flags
    narrow the calls. A flag alone finds calls.
    """
    table = "evidence" if question.behaviour else "turns" if question.words.strip() else "calls"
    files = [path for path in results.files(table) if _within(path, question)]
    if not question.asks or not results.load_calls() or not files:
        return [], False
    text = {"turns": "text", "evidence": "quote", "calls": "coalesce(flag_reasons[list_position(flags, $flag)], '')"}[table]
    values: dict[str, object] = {"flag": question.flag}
    conditions = []
    for number, word in enumerate(question.words.lower().split()):
        conditions.append(f"contains(lower({text}), $word{number})")
        values[f"word{number}"] = word
    if question.behaviour:
        conditions.append("behaviour = $behaviour AND confidence >= $least")  # what counts in part is no find
        values |= {"behaviour": question.behaviour, "least": least_confidence}
    if question.speaker and table != "calls":
        conditions.append("speaker = $speaker")
        values["speaker"] = question.speaker
    in_calls = "status = 'scored' AND ($flag = '' OR list_contains(flags, $flag))"
    for bound, name, date in ((">=", "start", question.start), ("<=", "end", question.end)):
        if date:
            in_calls += f" AND date {bound} ${name}"
            values[name] = date
    page = f"LIMIT {PAGE_SIZE + 1} OFFSET {(question.page - 1) * PAGE_SIZE}"
    if table == "calls":
        where = " AND ".join([in_calls, *conditions])
        sql = f"SELECT date, call_id, agent_id, NULL, NULL, NULL, {text} FROM calls WHERE {where} ORDER BY date DESC, call_id {page}"
    else:
        behaviour = "behaviour" if table == "evidence" else "NULL"
        hits = f"SELECT date, call_id, start_s, speaker, {behaviour} AS behaviour, {text} AS text FROM {PARQUET}"
        hits += f" WHERE {' AND '.join(conditions)}"
        kept = f"SELECT date, call_id, agent_id FROM calls WHERE {in_calls}"
        values["files"] = files
        sql = f"SELECT date, call_id, agent_id, start_s, speaker, behaviour, text FROM ({hits}) JOIN ({kept}) USING (date, call_id) "
        sql += f"ORDER BY date DESC, call_id, start_s {page}"
    rows = results.query(sql, values)
    names = list(Found.model_fields)
    found = [Found(**dict(zip(names, row, strict=True))) for row in rows[:PAGE_SIZE]]
    return found, len(rows) > PAGE_SIZE


def _within(path: str, question: SearchQuestion) -> bool:
    date = path.rsplit("date=", 1)[1][:10]
    return (not question.start or date >= question.start) and (not question.end or date <= question.end)
