/** Asks each endpoint once, as a program of a user's would, and checks a fact or two of each answer. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, Refused } from "./client.js";

const client = new Client(process.env["CI_SERVER"] ?? assert.fail("CI_SERVER is the server's address"));

test("the entry links to what there is", async () => {
  const { data, meta } = await client.entry();
  assert.ok(data.records.events > 0 && data.records.actors > 0 && data.records.commitments > 0);
  assert.equal(data.links["events"], "/v1/events");
  assert.equal(data.version, meta.version);
  assert.deepEqual((await client.home()).data, data);
});

test("events are found and read", async () => {
  const list = await client.events({ actor: ["xie-zhenhua"], from: "2021", sort: ["-date"], limit: 2 });
  assert.equal(list.data.length, 2);
  assert.equal(list.meta.query, "actor=xie-zhenhua&from=2021-01-01&limit=2&sort=-date");
  const { data } = await client.event("2021-02-10-biden-xi-call");
  assert.equal(data.type, "call");
  assert.equal(data.local_dates?.CN, "2021-02-11");
  assert.ok(data.actors?.some((actor) => actor.id === "joe-biden" && actor.side === "US"));
});

test("pages follow each other to the end, each event once", async () => {
  const ids = new Set<string>();
  let events = 0;
  for await (const event of client.everyEvent({ limit: 7, sort: ["type", "-date"], fields: ["type"] })) {
    assert.deepEqual(Object.keys(event).sort(), ["id", "type"]);
    ids.add(event.id);
    events += 1;
  }
  assert.equal(ids.size, events);
  assert.equal(events, (await client.events({ limit: 1 })).page.total);
});

test("actors are found and read", async () => {
  const list = await client.actors({ role: "special envoy", side: ["CN"], lang: "zh" });
  assert.ok(list.data.some((actor) => actor.id === "xie-zhenhua" && actor.name === "解振华"));
  const { data } = await client.actor("xie-zhenhua", { as_of: "2021-06-01" });
  assert.equal(data.side, "CN");
  assert.ok((data.events?.count ?? 0) > 0);
});

test("commitments are found and read, as they stood on a day", async () => {
  const list = await client.commitments({ party: ["US"], include: ["events"] });
  assert.ok(list.data.some((commitment) => commitment.id === "us-net-zero-2050"));
  assert.ok(Object.keys(list.included?.events ?? {}).length > 0);
  const { data } = await client.commitment("us-net-zero-2050", { as_of: "2024-06-01" });
  assert.equal(data.target?.target_year, 2050);
  assert.equal(data.as_of, "2024-06-01");
});

test("what is wrong is refused with what is meant", async () => {
  const refused = await client.events({ limit: 501 }).then(
    () => assert.fail("501 is over the limit"),
    (error: unknown) => (error instanceof Refused ? error.problem : assert.fail(String(error))),
  );
  assert.equal(refused.code, "invalid-parameters");
  assert.equal(refused.errors?.[0]?.parameter, "limit");
  assert.equal((await client.problem(refused.code)).data.status, 400);
});

test("the dictionary, the document, the reference and the catalogue are there", async () => {
  const fields = (await client.fields()).data;
  assert.ok(fields.events.filters.some((filter) => filter.key === "actor" && filter.forms.includes("actor.all")));
  assert.equal((await client.openapi())["openapi"], "3.1.0");
  assert.match(await client.docs(), /<title>/);
  assert.ok((await client.apiCatalog()).linkset.length > 0);
});

test("operators are told that it lives and is ready", async () => {
  assert.equal((await client.livez()).status, "alive");
  const ready = await client.readyz();
  assert.deepEqual([ready.status, ready.version], ["ready", (await client.entry()).data.version]);
});
