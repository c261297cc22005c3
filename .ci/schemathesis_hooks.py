"""What Schemathesis has to know of the data set to ask sound questions.

The OpenAPI document leaves ids open, because records come and go. Here, the ids that the running server lists are
written into the schemas, so that a sound request names records that exist and an unsound one does not.
"""

import json
import os
import unicodedata
import urllib.request

import schemathesis

SERVER = os.environ["CI_SERVER"]


def ids(plural: str) -> list[str]:
    address = f"{SERVER}/v1/{plural}?fields=id&limit=500"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return [record["id"] for record in json.load(answer)["data"]]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    for name, plural in [("EventId", "events"), ("ActorId", "actors"), ("CommitmentId", "commitments")]:
        schemas[name]["enum"] = ids(plural)


def first_day(text: str) -> str:
    return text + "0000-01-01"[len(text) :]


def last_day(text: str) -> str:
    # No month has a 32nd day: this is past the last day of any month, which is all that a comparison needs.
    return text + "0000-12-32"[len(text) :]


def folded(text: str) -> str:
    """What is left of a phrase when accents and spaces are gone, as the server takes it."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M")).strip()


@schemathesis.hook
def filter_case(context, case):
    """Leaves out sound-looking requests that contradict themselves, which no schema of single parameters can say."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return True
    query = case.query or {}
    # A cursor belongs to one query over one data set. The client in `.ci/client` follows real ones.
    if "cursor" in query:
        return False
    if "from" in query and "to" in query and first_day(str(query["from"])) > last_day(str(query["to"])):
        return False
    # Nothing but accents is no phrase; a pattern would have to list every one of them.
    if case.path == "/v1/actors" and "role" in query and not folded(str(query["role"])):
        return False
    # Too many rows are refused: by short periods or by actor, and by something else as well, over the whole record.
    by = query.get("by") or []
    by = set(by.split(",") if isinstance(by, str) else by)
    if len(by) > 1 and by & {"month", "quarter", "actor"}:
        return False
    # What a form cannot hold is refused: a byte order mark but in CSV, facets and included records but in JSON, and keys
    # that are chosen where a form has its own.
    form = query.get("format", "json")
    if "bom" in query and form != "csv":
        return False
    if form != "json" and ("facets" in query or "include" in query):
        return False
    if form in ("atom", "jsonfeed", "ics", "timelinejs") and "fields" in query:
        return False
    # An order and its reverse are one order given twice, and nothing is more or less relevant without a search.
    sort = query.get("sort") or []
    keys = [key.removeprefix("-") for key in (sort.split(",") if isinstance(sort, str) else sort)]
    if "relevance" in keys and "q" not in query:
        return False
    return len(keys) == len(set(keys))
