"""Reads the server's calendars: with the `icalendar` package, and strictly, line by line, as RFC 5545 has it."""

import json
import os
import re
import urllib.request
from datetime import date, datetime, timedelta

import icalendar

SERVER = os.environ["CI_SERVER"]

# RFC 5545, 3.6.1: what an event must have once, and what it may have once.
ONCE = {"UID", "DTSTAMP", "DTSTART"}
AT_MOST_ONCE = {"DTEND", "DESCRIPTION", "GEO", "LAST-MODIFIED", "LOCATION", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "URL"}
MAY_REPEAT = {"CATEGORIES"}
TEXTS = {"DESCRIPTION", "LOCATION", "SUMMARY", "X-WR-CALNAME", "X-WR-CALDESC", "PRODID"}
LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)", re.DOTALL)
TEXT = re.compile(r"(?:[^\\;,\x00-\x1f\x7f]|\\[\\;,nN])*")


def get(path):
    with urllib.request.urlopen(SERVER + path, timeout=60) as answer:
        return answer.read(), answer.headers


def content_lines(raw):
    assert raw.endswith(b"\r\n"), "the last line has no end"
    physical = raw[:-2].split(b"\r\n")
    for line in physical:
        assert b"\r" not in line and b"\n" not in line, f"a bare end of line: {line!r}"
        assert len(line) <= 75, f"{len(line)} octets: {line!r}"
        line.decode()  # No character is cut in two.
    return b"\r\n".join(physical).replace(b"\r\n ", b"").decode().split("\r\n")


def parsed(line):
    match = LINE.fullmatch(line)
    assert match, f"no content line: {line!r}"
    name, parameters, value = match.groups()
    if name in TEXTS:
        assert TEXT.fullmatch(value), f"no text: {line!r}"
    return name, parameters, value


def strictly(raw):
    """The events of a calendar, each a list of properties."""
    lines = [parsed(line) for line in content_lines(raw)]
    assert lines[0] == ("BEGIN", "", "VCALENDAR") and lines[-1] == ("END", "", "VCALENDAR")
    begins = [at for at, line in enumerate(lines) if line == ("BEGIN", "", "VEVENT")]
    head = [name for name, _, _ in lines[1 : begins[0] if begins else -1]]
    assert head.count("VERSION") == head.count("PRODID") == 1 and head.count("CALSCALE") <= 1, head
    events = []
    for at in begins:
        end = lines.index(("END", "", "VEVENT"), at)
        event = lines[at + 1 : end]
        names = [name for name, _, _ in event]
        assert "BEGIN" not in names
        for name in ONCE:
            assert names.count(name) == 1, f"{name}: {event}"
        for name in AT_MOST_ONCE:
            assert names.count(name) <= 1, f"{name}: {event}"
        assert set(names) <= ONCE | AT_MOST_ONCE | MAY_REPEAT, names
        events.append({name: (parameters, value) for name, parameters, value in event})
    assert sum(1 for line in lines if line[0] == "BEGIN") == len(events) + 1
    return events


def check(path):
    raw, headers = get(path)
    assert headers["Content-Type"] == "text/calendar; charset=utf-8", headers["Content-Type"]
    events = strictly(raw)
    days = lambda event, name: datetime.strptime(event[name][1], "%Y%m%d").date()
    for event in events:
        assert event["DTSTART"][0] == event["DTEND"][0] == ";VALUE=DATE", event
        assert days(event, "DTSTART") < days(event, "DTEND"), event
        datetime.strptime(event["DTSTAMP"][1], "%Y%m%dT%H%M%SZ")
        assert event["STATUS"][1] in {"CONFIRMED", "TENTATIVE", "CANCELLED"}, event
        if "GEO" in event:
            lat, lon = map(float, event["GEO"][1].split(";"))
            assert -90 <= lat <= 90 and -180 <= lon <= 180, event
    assert len({event["UID"][1] for event in events}) == len(events), "a UID is there twice"

    calendar = icalendar.Calendar.from_ical(raw)
    read = calendar.walk("VEVENT")
    assert len(read) == len(events)
    assert all(not event.errors for event in read), [event.errors for event in read if event.errors]
    return read


for lang in ["en", "zh"]:
    records = [json.loads(line) for line in get(f"/v1/events.ndjson?lang={lang}")[0].splitlines()]
    exact = [record for record in records if all(len(day) == 10 for day in record["date"].split("/"))]
    entries = check(f"/v1/events.ics?lang={lang}")
    assert len(entries) == len(exact) < len(records)
    for entry, record in zip(entries, exact):
        assert entry["SUMMARY"] == record["title"], record["id"]
        assert entry["DESCRIPTION"].startswith(record["summary"]), record["id"]
        assert entry["DTSTART"].dt == date.fromisoformat(record["start"]), record["id"]
        assert entry["DTEND"].dt == date.fromisoformat(record["end"]) + timedelta(days=1), record["id"]
        assert entry["URL"].endswith(record["links"]["self"]), record["id"]
assert check("/v1/events.ics?from=2035") == []
assert len(check("/v1/events.ics?limit=3")) <= 3
print(f"calendars: {len(entries)} events in each language; {len(records) - len(exact)} left out")
