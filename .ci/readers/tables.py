"""Reads CSV and NDJSON with pandas, with the types that the data dictionary promises, and maps with `geojson`."""

import io
import json
import os
import urllib.request

import geojson
import pandas

SERVER = os.environ["CI_SERVER"]

TYPES = {
    "id": "string", "word": "string", "text": "string", "address": "string", "date (EDTF)": "string",
    "day": "datetime64[s]", "number": "float64", "integer": "Int64", "boolean": "boolean",
}


def get(path):
    with urllib.request.urlopen(SERVER + path, timeout=60) as answer:
        return answer.read()


def typed(columns):
    """What the dictionary promises of each column that holds one value; several, joined, are text."""
    return {
        column["name"]: "string" if column["several"] else TYPES[column["type"].removesuffix(" or null")]
        for column in columns
    }


dictionary = json.loads(get("/v1/fields"))["data"]
for kind in ["events", "actors", "commitments"]:
    types = typed(dictionary[kind]["columns"])
    days = [name for name, kind_of in types.items() if kind_of.startswith("datetime")]
    plain = {name: kind_of for name, kind_of in types.items() if name not in days}
    for mark in ["", "?bom=true"]:
        raw = get(f"/v1/{kind}.csv{mark}")
        assert raw.startswith(b"\xef\xbb\xbf") == bool(mark)
        table = pandas.read_csv(io.BytesIO(raw), dtype=plain, parse_dates=days, date_format="%Y-%m-%d", keep_default_na=False, na_values=[""])
        assert list(table.columns) == list(types), kind
        for name, wanted in types.items():
            assert table[name].dtype == wanted if name not in days else table[name].dtype.kind == "M", (kind, name)
    lines = get(f"/v1/{kind}.ndjson")
    records = pandas.read_json(io.BytesIO(lines), lines=True, dtype=False)
    assert list(records.columns) == [row["key"] for row in dictionary[kind]["properties"]], kind
    assert list(records["id"]) == list(table["id"]) and len(table) > 100, kind
    assert list(pandas.to_datetime(records["updated"])) == list(table["updated"]), kind
    # The columns of a list go together with its values.
    sources = records["sources"].map(lambda sources: ";".join(source["url"].replace(";", "%3B") for source in sources))
    assert list(sources) == list(table["sources.url"].fillna("")), kind
    print(f"tables: {len(table)} {kind}, {len(types)} columns")

places = geojson.loads(get("/v1/events.geojson"))
assert places.is_valid, places.errors()
assert len(places.features) == json.loads(get("/v1/events?limit=1"))["page"]["total"]
assert all(feature.geometry is None or feature.geometry.is_valid for feature in places.features)
somewhere = [feature for feature in places.features if feature.geometry]
assert 0 < len(somewhere) < len(places.features)
print(f"maps: {len(places.features)} features, {len(somewhere)} with a place")
