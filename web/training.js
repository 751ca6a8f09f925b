/** The personal adapter: whether it can be trained, what it would learn, its trainings and adapters. */
import { batch, computed, signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { jobs } from "./live.js";
import { isUnfinished, loadJobs } from "./models.js";
import { moment } from "./format.js";

/** @typedef {import("./types.js").TrainRun} TrainRun */
/** @typedef {import("./types.js").TrainRunDetail} TrainRunDetail */
/** @typedef {import("./types.js").Adapter} Adapter */
/** @typedef {import("./types.js").Adapters} Adapters */
/** @typedef {import("./types.js").Job} Job */

/** @typedef {{what: string, reason: string, count: number, examples: string[]}} LeftOut */
/** @typedef {{kind: string, note: string, question: string, text: string}} Sample */
/**
 * @typedef {object} Plan  what would be learned
 * @property {number} rows
 * @property {Record<string, Record<string, number>>} counts  by part, by kind
 * @property {Record<string, number>} notes  by part
 * @property {Record<string, number>} shares
 * @property {Record<string, number>} masked
 * @property {{asked?: number, kept?: number}} by_model  questions the chat model wrote
 * @property {LeftOut[]} left_out
 * @property {Sample[]} samples
 */
/** @typedef {[number, number]} Point  a step and the loss there */
/** @typedef {{train?: Point[], train_smooth?: Point[], validation?: Point[], verdict?: {word: string, reason: string, change: string}}} Curves */
/** @typedef {{name: string, items: number, before: number, after: number, gain: number, low: number, high: number, bound: number, verdict: string}} Finding */
/** @typedef {{promote: boolean, reasons: string[], findings: Finding[]}} Decision */
/** @typedef {{promote?: boolean, perplexity?: {none: number, adapter: number}, canaries?: {planted: number, "came out": string[]}, [against: string]: unknown}} Gate */

/** What is in the way of a training; null: nothing; undefined: not known yet. */
export const obstacle = signal(/** @type {import("./types.js").Fault|null|undefined} */ (undefined));
export const runs = signal(/** @type {TrainRun[]|null} */ (null));
export const adapters = signal(/** @type {Adapters|null} */ (null));
export const trainFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
/** The training on screen with its curves; renewed while it goes on. */
export const details = signal(/** @type {Record<string, TrainRunDetail>} */ ({}));

/** What this page began: a job's id by what it does. */
const begun = signal(/** @type {Record<string, string>} */ ({}));

/** @param {Job} a @param {Job} b */
const newestFirst = (a, b) => (moment(b.created)?.getTime() ?? 0) - (moment(a.created)?.getTime() ?? 0);

/** What would be learned is a job too; its result tells it from a training's. @param {Job} job */
const isDryRun = (job) => job.id === begun.value["dry run"] || (job.result !== null && "samples" in job.result);

const trainJobs = computed(() => Object.values(jobs.value).filter(({ kind }) => kind === "train").sort(newestFirst));
/** The look at what would be learned that this page asked for, going on or ended. */
export const planJob = computed(() => jobs.value[begun.value["dry run"] ?? ""] ?? null);
/** What would be learned; null before anybody asked. */
export const plan = computed(() => (planJob.value?.state === "done" ? /** @type {Plan} */ (/** @type {unknown} */ (planJob.value.result)) : null));
/** The training that goes on as a job, or forgetting, which trains too. One that another page began
 * is told from a mere look by the daemon being busy. */
export const work = computed(() => {
  const { training } = begun.value;
  const busy = obstacle.value?.code === "busy";
  const at = trainJobs.value.find((job) => isUnfinished(job) && !isDryRun(job) && (busy || job.id === training));
  return at ?? Object.values(jobs.value).find((job) => job.kind === "forget" && isUnfinished(job)) ?? null;
});

/** Whether one goes on, here, by night or begun in a terminal. */
export const isTraining = computed(() => Boolean(work.value) || obstacle.value?.code === "busy");
/** The run that goes on. */
export const running = computed(() => (isTraining.value ? (runs.value?.find(({ state }) => state === "running") ?? null) : null));

/** How a run stands: one that nobody is at any more was interrupted. @param {TrainRun} run */
export const stateOf = (run) => (run.state === "running" && !isTraining.value ? "interrupted" : run.state);

/** Asks for everything that the view shows. */
export async function loadTraining() {
  try {
    const [may, listed, known] = await Promise.all([
      call("GET", "/train"),
      call("GET", "/train/runs"),
      call("GET", "/adapters"),
      loadJobs(),
    ]);
    batch(() => {
      obstacle.value = may.problem;
      runs.value = listed.runs;
      adapters.value = known;
      trainFault.value = null;
    });
  } catch (fault) {
    trainFault.value = asApiError(fault);
  }
}

/** Fetches a run with its curves. @param {string} id */
export async function loadRun(id) {
  const run = /** @type {TrainRunDetail} */ (await call("GET", `/train/runs/${encodeURIComponent(id)}`));
  details.value = { ...details.value, [id]: run };
}

/** @param {string} name @param {Job} job */
function begin(name, job) {
  batch(() => {
    begun.value = { ...begun.value, [name]: job.id };
    jobs.value = { ...jobs.value, [job.id]: jobs.value[job.id] ?? job };
  });
}

/** Looks at what would be learned; nothing is trained or kept. */
export const look = async () => begin("dry run", await call("POST", "/train", { body: { dry_run: true } }));

/** Trains. @param {boolean} now  even on battery, and while the machine is at work */
export async function train(now) {
  begin("training", await call("POST", "/train", { body: { now } }));
  await loadTraining();
}

/** Removes what has learned from deleted notes, and trains anew without them. */
export const forget = async () => begin("forget", await call("POST", "/adapters/forget"));

/** @param {string} method @param {string} path @param {unknown} [body] */
async function changed(method, path, body) {
  adapters.value = await call(method, `/adapters/${path}`, body === undefined ? {} : { body });
}

/** Answers with these from now on. @param {{id: string, weight: number}[]} uses */
export const useAdapters = (uses) => (uses.length ? changed("POST", "use", { adapters: uses }) : changed("POST", "none"));
export const rollBack = () => changed("POST", "rollback");
/** @param {string} path absolute */
export const importAdapter = (path) => changed("POST", "import", { path });
/** @param {Adapter} adapter */
export const removeAdapter = ({ id, state }) => changed("DELETE", `${encodeURIComponent(id)}${state === "in use" ? "?in_use=true" : ""}`);
/** Writes an adapter with its card into one new file. @param {string} id @param {string} path absolute */
export const exportAdapter = async (id, path) =>
  /** @type {{path: string}} */ (await call("POST", `/adapters/${encodeURIComponent(id)}/export`, { body: { path } })).path;
