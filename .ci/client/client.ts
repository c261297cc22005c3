/** A client of the API: one function an endpoint, typed by what openapi-typescript makes of the document. */

import type { components, paths } from "./api.js";

export type Problem = components["schemas"]["Problem"];

type Path = keyof paths;
type Get<P extends Path> = paths[P]["get"];
type Query<P extends Path> = NonNullable<Get<P>["parameters"]["query"]>;
type Content<P extends Path> = Get<P>["responses"][200]["content"];
type Json<P extends Path> = Content<P> extends { "application/json": infer Body } ? Body : never;
type Value = string | number | boolean | readonly (string | number)[];

/** An answer of 400 and up. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

export class Client {
  constructor(readonly server: string) {}

  home = () => this.json<"/">("/", {});
  entry = () => this.json<"/v1">("/v1", {});
  fields = () => this.json<"/v1/fields">("/v1/fields", {});

  events = (query: Query<"/v1/events"> = {}) => this.json<"/v1/events">("/v1/events", query);
  event = (id: string, query: Query<"/v1/events/{id}"> = {}) =>
    this.json<"/v1/events/{id}">(`/v1/events/${encodeURIComponent(id)}`, query);

  actors = (query: Query<"/v1/actors"> = {}) => this.json<"/v1/actors">("/v1/actors", query);
  actor = (id: string, query: Query<"/v1/actors/{id}"> = {}) =>
    this.json<"/v1/actors/{id}">(`/v1/actors/${encodeURIComponent(id)}`, query);

  commitments = (query: Query<"/v1/commitments"> = {}) => this.json<"/v1/commitments">("/v1/commitments", query);
  commitment = (id: string, query: Query<"/v1/commitments/{id}"> = {}) =>
    this.json<"/v1/commitments/{id}">(`/v1/commitments/${encodeURIComponent(id)}`, query);

  problem = (code: components["schemas"]["ErrorCode"]) => this.json<"/problems/{code}">(`/problems/${code}`, {});
  livez = () => this.json<"/livez">("/livez", {});
  readyz = () => this.json<"/readyz">("/readyz", {});

  docs = async (): Promise<string> => (await this.get("/docs", {}, "text/html")).text();
  openapi = async (): Promise<Record<string, unknown>> =>
    (await (await this.get("/openapi.json", {}, "*/*")).json()) as Record<string, unknown>;
  apiCatalog = async (): Promise<{ linkset: Record<string, unknown>[] }> =>
    (await (await this.get("/.well-known/api-catalog", {}, "*/*")).json()) as { linkset: Record<string, unknown>[] };

  /** Every event that matches, page after page. */
  async *everyEvent(query: Query<"/v1/events"> = {}) {
    let cursor: string | null = null;
    do {
      const page: Json<"/v1/events"> = await this.events(cursor === null ? query : { ...query, cursor });
      yield* page.data;
      cursor = page.page.next;
    } while (cursor !== null);
  }

  private async json<P extends Path>(path: string, query: { readonly [name: string]: unknown }): Promise<Json<P>> {
    return (await (await this.get(path, query, "application/json")).json()) as Json<P>;
  }

  private async get(path: string, query: { readonly [name: string]: unknown }, accept: string): Promise<Response> {
    const address = new URL(path, this.server);
    for (const [name, value] of Object.entries(query) as [string, Value | undefined][]) {
      if (value !== undefined) address.searchParams.set(name, String(value)); // a list is written with commas
    }
    const response = await fetch(address, { headers: { accept } });
    if (!response.ok) throw new Refused((await response.json()) as Problem);
    return response;
  }
}
