import { expect, test } from "vitest";
import { VaultPlace } from "../src/vault/place";

const unix = new VaultPlace(["/home/ann/Notes", ""]);

test("a hit of the vault has a path in it, others have none", () => {
  expect(unix.inside("/home/ann/Notes/a/b.md")).toBe("a/b.md");
  expect(unix.inside("/home/ann/Notes2/b.md")).toBeNull();
  expect(unix.inside("/home/ann/Notes")).toBeNull();
  expect(unix.inside("owner/repo@abc:README.md")).toBeNull();
});

test("a page of an archive is no file of the vault", () => {
  expect(unix.inside("/home/ann/Notes/export.zip!/page.md")).toBeNull();
});

test("Windows knows no case and two kinds of slash", () => {
  const place = new VaultPlace(["C:\\Users\\Ann\\Notes\\"]);
  expect(place.inside("c:\\users\\ann\\notes\\A\\b.md")).toBe("A/b.md");
  expect(place.absolute("A/b.md")).toBe("C:\\Users\\Ann\\Notes\\A\\b.md".replace("Notes\\A", "Notes\\A"));
});

test("letters that macOS takes apart are put together again", () => {
  expect(new VaultPlace(["/Users/a/Cafe\u0301"]).inside("/Users/a/Café/é.md")).toBe("é.md");
});

test("a second name of the vault counts as well: where it lies on the daemon's machine", () => {
  const place = new VaultPlace(["", "/srv/notes"]);
  expect(place.known).toBe(true);
  expect(place.inside("/srv/notes/x.md")).toBe("x.md");
  expect(place.absolute("x.md")).toBe("/srv/notes/x.md");
  expect(new VaultPlace(["", ""]).known).toBe(false);
});

test("a vault that is opened through a link goes by the name that the daemon knows", () => {
  const linked = new VaultPlace(["/home/ann/link", "/data/notes"]);
  expect(linked.absolute("a.md")).toBe("/home/ann/link/a.md");
  const known = linked.knownBy(["/srv", "/data"]);
  expect(known.absolute("a.md")).toBe("/data/notes/a.md");
  expect(known.inside("/home/ann/link/a.md")).toBe("a.md");
  expect(linked.knownBy([]).absolute("a.md")).toBe("/home/ann/link/a.md");
});

test("a source brings the vault in when it is the vault or holds it", () => {
  expect(unix.broughtBy("/home/ann/Notes/")).toBe(true);
  expect(unix.broughtBy("/home/ann")).toBe(true);
  expect(unix.broughtBy("/")).toBe(true);
  expect(unix.broughtBy("/home/ann/Notes/sub")).toBe(false);
  expect(unix.broughtBy("/home/ann/Note")).toBe(false);
});
