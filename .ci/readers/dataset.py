"""The data set to take home, read by others' programs: frictionless, pandas and Datasette.

It asks the server at `CI_SERVER` and fails where a reader finds fault.
"""

import asyncio
import json
import os
import pathlib
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile

import frictionless
import pandas
from datasette.app import Datasette

SERVER = os.environ["CI_SERVER"]

# What pandas makes of a column of each type without values missing, and with some.
DTYPES = {
    "string": ("str", "str"),
    "integer": ("int64", "float64"),
    "year": ("int64", "float64"),
    "number": ("float64", "float64"),
    "boolean": ("bool", "object"),
    "date": ("datetime64", "datetime64"),
}


def get(path):
    with urllib.request.urlopen(SERVER + path, timeout=60) as answer:
        return answer.read()


def package(folder):
    """The Data Package is valid, and pandas reads each column as the type it is said to have."""
    archive = folder / "dataset.zip"
    archive.write_bytes(get("/v1/dataset.zip"))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldNumber", "type", "note"])

    description = json.loads((folder / "datapackage.json").read_text())
    for resource in description["resources"]:
        fields = resource["schema"]["fields"]
        days = [field["name"] for field in fields if field["type"] == "date"]
        table = pandas.read_csv(folder / resource["path"], parse_dates=days)
        assert list(table.columns) == [field["name"] for field in fields], resource["name"]
        assert len(table) > 0, resource["name"]
        for field in fields:
            column = table[field["name"]]
            if column.isna().all():
                continue
            whole, gaps = DTYPES[field["type"]]
            wanted = gaps if column.isna().any() else whole
            assert str(column.dtype).startswith(wanted), (resource["name"], field["name"], column.dtype)
            if field.get("constraints", {}).get("required"):
                assert column.notna().all(), (resource["name"], field["name"])
    return len(description["resources"])


async def sqlite(folder):
    """Datasette shows the SQLite file as it is: every table, and search in both languages."""
    path = folder / "dataset.sqlite"
    path.write_bytes(get("/v1/dataset.sqlite"))
    datasette = Datasette(files=[str(path)])

    async def ask(address):
        answer = await datasette.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:500])
        return answer.json()

    overview = json.loads(get("/v1"))["data"]["records"]
    for table, count in overview.items():
        told = await ask(f"/dataset/{table}.json?_size=1")
        assert told["filtered_table_rows_count"] == count, table
    for words, found in [
        ("解振华", "2021-04-17-shanghai-joint-statement"),
        ("联合声明", "2021-04-17-shanghai-joint-statement"),
        ("Shanghai statements", "2021-04-17-shanghai-joint-statement"),
    ]:
        query = urllib.parse.urlencode({"_search": words, "_shape": "array", "_size": "max"})
        rows = await ask(f"/dataset/events.json?{query}")
        assert found in [row["id"] for row in rows], words
    page = await datasette.client.get("/dataset/events/2021-02-10-biden-xi-call")
    assert page.status_code == 200 and "event_actors" in page.text
    return sum(overview.values())


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        print(f"frictionless and pandas: {package(folder)} tables are as described")
        print(f"Datasette: {asyncio.run(sqlite(folder))} records are shown and found")


if __name__ == "__main__":
    sys.exit(main())
