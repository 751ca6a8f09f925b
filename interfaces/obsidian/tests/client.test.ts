import { describe, expect, test } from "vitest";
import { Client } from "../src/api/client";
import { lines } from "../src/api/lines";
import { overHost, type Incoming, type Outgoing, type Transport } from "../src/api/transport";

/** A daemon that answers each request as `act` says. */
class Answering implements Transport {
  readonly streams = true;
  readonly asked: Outgoing[] = [];

  constructor(private readonly act: (request: Outgoing) => Promise<[number, string]>) {}

  async send(request: Outgoing): Promise<Incoming> {
    this.asked.push(request);
    const [status, body] = await this.act(request);
    return {
      status,
      text: () => Promise.resolve(body),
      async *pieces() {
        yield await Promise.resolve(new TextEncoder().encode(body));
      },
    };
  }
}

const client = (transport: Transport, address = "http://127.0.0.1:42110/") => new Client(() => ({ address, token: "secret" }), transport);
const always = (status: number, body: string) => new Answering(() => Promise.resolve([status, body]));

test("a search carries the token in its head alone, and its words as they are", async () => {
  const daemon = always(200, '{"hits": []}');
  await client(daemon).search("a&b #c ü", 7);
  const [asked] = daemon.asked;
  expect(asked?.url).toBe("http://127.0.0.1:42110/api/v1/search?q=a%26b+%23c+%C3%BC&n=7&prefix=true");
  expect(asked?.headers).toEqual({ Authorization: "Bearer secret" });
});

describe("a fault is one line and the way out", () => {
  const fault = (transport: Transport, address?: string) =>
    client(transport, address).search("x", 1).then(
      () => null,
      (thrown: { kind: string; message: string; hint: string }) => thrown,
    );

  test("nobody there", async () => {
    const gone = new Answering(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await fault(gone)).toMatchObject({ kind: "down", message: "khoj_lite does not answer at http://127.0.0.1:42110/." });
    expect((await fault(gone))?.hint).toContain("khoj-lite serve");
  });

  test("a wrong token", async () => {
    const refused = always(401, '{"error": {"code": "unauthorized", "message": "no", "hint": "x"}}');
    expect(await fault(refused)).toMatchObject({ kind: "token" });
    expect((await fault(refused))?.hint).toContain("khoj-lite obsidian install");
  });

  test("a query that cannot be read", async () => {
    const refused = always(400, '{"error": {"code": "bad_query", "message": "the filter dt>=x cannot be read", "hint": "Like this."}}');
    expect(await fault(refused)).toMatchObject({ kind: "refused", message: "The filter dt>=x cannot be read.", hint: "Like this.", code: "bad_query" });
  });

  test.each([
    [200, "<html>It works!</html>"],
    [404, "<html>Not found</html>"],
    [502, ""],
    [200, '{"hits": ['],
  ])("something else answers: %i %s", async (status, body) => {
    expect(await fault(always(status, body))).toMatchObject({ kind: "garbled" });
  });

  test("no address", async () => {
    expect(await fault(always(200, "{}"), "my machine")).toMatchObject({ kind: "down", message: '"my machine" is not an address.' });
  });

  test("a daemon that says nothing", async () => {
    const silent = new Answering(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")))),
    );
    await expect(client(silent).call("GET", "/health", { seconds: 0.02 })).rejects.toMatchObject({ kind: "slow" });
  });
});

test("a request that is given up is no fault", async () => {
  const silent = new Answering(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")))),
  );
  const controller = new AbortController();
  const search = client(silent).search("x", 1, controller.signal);
  controller.abort();
  await expect(search).rejects.toMatchObject({ name: "AbortError" });
});

describe("lines", () => {
  const all = async (bytes: Uint8Array, size: number) => {
    const found: unknown[] = [];
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
    }
    for await (const each of lines(pieces())) found.push(each);
    return found;
  };
  const text = '{"event":"token","text":"Zwölf 京都 🍞\\n"}\n\n{"event":"done"}';

  test.each([1, 2, 3, 7, 1000])("are whole again from pieces of %i bytes", async (size) => {
    expect(await all(new TextEncoder().encode(text), size)).toEqual([{ event: "token", text: "Zwölf 京都 🍞\n" }, { event: "done" }]);
  });
});

test("where nothing streams, an answer comes in one piece, and can be given up", async () => {
  const host = overHost(() => Promise.resolve({ status: 200, text: '{"event":"token","text":"a"}\n{"event":"done"}\n' }));
  const events: unknown[] = [];
  for await (const event of client(host).chat({ message: "x" }, new AbortController().signal)) events.push(event.event);
  expect(events).toEqual(["token", "done"]);
  const never = overHost(() => new Promise(() => undefined));
  const controller = new AbortController();
  const search = client(never).search("x", 1, controller.signal);
  controller.abort();
  await expect(search).rejects.toMatchObject({ name: "AbortError" });
});
