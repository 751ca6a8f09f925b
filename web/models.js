/** The models that are here or can be had, and which one answers. */
import { batch, computed, signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { moment } from "./format.js";
import { jobs } from "./live.js";

/** @typedef {import("./types.js").ModelRow} ModelRow */
/** @typedef {import("./types.js").Job} Job */

export const models = signal(/** @type {ModelRow[]|null} */ (null));
export const modelsFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
/**
 * How the model that answers is: `state` none, idle, loading, ready, server or failed; its memory plan, or its `problem`.
 * @typedef {object} Current
 * @property {string} name
 * @property {string} state
 * @property {{summary?: string, warnings?: string[], [other: string]: unknown}} [plan]
 * @property {string} [url]
 * @property {string} [problem]
 * @property {string} [hint]
 */
export const current = signal(/** @type {Current|null} */ (null));
/** The names whose choice is on its way. */
export const choosing = signal("");

export const chatModels = computed(() => (models.value ?? []).filter(({ kind }) => kind === "chat"));
/** The model that answers; null where answers quote the notes. */
export const inUse = computed(() => chatModels.value.find(({ state }) => state === "in use") ?? null);
export const recommended = computed(() => chatModels.value.find((model) => model.recommended) ?? null);
/** Those that can answer without anything being fetched. */
export const here = computed(() => chatModels.value.filter(({ state }) => state === "installed" || state === "in use"));

/** The last measurement, going on or ended. */
export const measureJob = computed(
  () =>
    Object.values(jobs.value)
      .filter((job) => job.kind === "measure")
      .sort((a, b) => (moment(b.created)?.getTime() ?? 0) - (moment(a.created)?.getTime() ?? 0))[0] ?? null,
);

/** What was measured of each model when it was last measured: the daemon keeps it. */
export const measurements = signal(/** @type {import("./components/measurement.js").Measurement[]} */ ([]));

export async function loadMeasurements() {
  measurements.value = (await call("GET", "/models/measure")).measurements;
}

/** Measures the model in use on the longest notes. */
export async function measure() {
  const job = /** @type {Job} */ (await call("POST", "/models/measure"));
  jobs.value = { ...jobs.value, [job.id]: jobs.value[job.id] ?? job };
}

/** Which download belongs to which model, as far as this page began them. */
const pulls = signal(/** @type {Record<string, string>} */ ({}));

/** The download of a model as it goes on, or as it ended. @param {string} name @returns {Job|undefined} */
export function pullOf(name) {
  const own = jobs.value[pulls.value[name] ?? ""];
  if (own) return own;
  return Object.values(jobs.value).find((job) => job.kind === "pull" && isUnfinished(job) && job.progress?.stage === `downloading ${name}`);
}

/** @param {Job} job */
export const isUnfinished = (job) => job.state === "running" || job.state === "queued";

export async function loadModels() {
  try {
    take(await call("GET", "/models"));
    // A download that this page did not begin, and of which it has heard nothing yet.
    if (models.value?.some(({ name, state }) => state === "downloading" && !pullOf(name))) await loadJobs();
  } catch (fault) {
    modelsFault.value = asApiError(fault);
  }
}

/** The jobs that the daemon remembers, with those that this page was told of. */
export async function loadJobs() {
  const found = /** @type {{jobs: Job[]}} */ (await call("GET", "/jobs"));
  jobs.value = { ...Object.fromEntries(found.jobs.map((job) => [job.id, job])), ...jobs.value };
}

/** @param {{models: ModelRow[], current: Current}} found */
function take(found) {
  batch(() => {
    models.value = found.models;
    current.value = found.current;
    modelsFault.value = null;
  });
}

/** @param {string} name */
const place = (name) => `/models/${encodeURIComponent(name)}`;

/**
 * Fetches a model; asked for by a person, never by the page.
 * @param {string} name @param {{forTraining?: boolean}} [options] the weights that an adapter trains on instead
 */
export async function pull(name, { forTraining = false } = {}) {
  const job = /** @type {Job} */ (await call("POST", `${place(name)}/pull`, forTraining ? { body: { for_training: true } } : {}));
  jobs.value = { ...jobs.value, [job.id]: jobs.value[job.id] ?? job };
  pulls.value = { ...pulls.value, [name]: job.id };
  await loadModels();
}

/** @param {string} id */
export async function stopJob(id) {
  await call("DELETE", `/jobs/${encodeURIComponent(id)}`);
  await loadModels();
}

/** Answers with this model from now on; "" quotes the notes without one. @param {string} name */
export async function use(name) {
  choosing.value = name || "none";
  try {
    take(await call("POST", name ? `${place(name)}/use` : "/models/none"));
  } finally {
    choosing.value = "";
  }
}

/** Deletes what was downloaded. @param {string} name */
export async function removeModel(name) {
  take(await call("DELETE", place(name)));
}
