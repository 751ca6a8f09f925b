/** Bringing the index up to date now, and saying once what was done. */
import type { Client } from "../api/client";
import type { Job } from "../api/wire";
import type { VaultPlace } from "../vault/place";

const POLL_MS = 500;

/** Runs a sync of the sources that bring this vault in (of all, when none does): one line at its end. */
export async function sync(client: Client, place: VaultPlace): Promise<string> {
  const { sources } = await client.sources();
  const ours = sources.filter((source) => place.broughtBy(source.location)).map((source) => source.name);
  let job = await client.index(ours);
  while (job.state === "queued" || job.state === "running") {
    await new Promise((resolve) => window.setTimeout(resolve, POLL_MS));
    job = await client.job(job.id);
  }
  return reportOf(job);
}

/** What a job of syncing did, in a line. Pure. */
export function reportOf(job: Job): string {
  if (job.error) return `${job.error.message} ${job.error.hint}`.trim();
  if (job.state === "cancelled") return "Syncing was cancelled.";
  const files = (job.result?.["files"] ?? {}) as Partial<Record<"added" | "changed" | "renamed" | "removed" | "failed", number>>;
  const parts = (["added", "changed", "renamed", "removed", "failed"] as const)
    .filter((name) => (files[name] ?? 0) > 0)
    .map((name) => `${files[name]} ${name}`);
  return parts.length ? `Notes are up to date: ${parts.join(", ")}.` : "Notes are up to date: nothing had changed.";
}
