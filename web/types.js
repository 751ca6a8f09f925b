/**
 * The records of the HTTP contract, as types only: nothing here runs in the browser.
 *
 * They are those of docs/openapi.json, by way of the schema that is generated from it for the
 * Obsidian plugin: when the contract changes, `make check` fails until both follow. Only what the
 * contract leaves open is said here.
 *
 * @typedef {import("../interfaces/obsidian/src/api/schema.ts").components["schemas"]} Schemas
 *
 * @typedef {Schemas["Hit"] & {n?: number}} Hit  `n`: its number among the sources of an answer
 * @typedef {Schemas["SearchAnswer"]} Answer  what a search returns
 * @typedef {Schemas["NoteEntry"]} OutlineEntry
 * @typedef {Schemas["Entry"]} EntryDetail
 * @typedef {Schemas["Note"]} NoteText
 * @typedef {Schemas["Source"]} SourceRow
 * @typedef {Schemas["Status"]} Status
 * @typedef {Schemas["Job"]} Job
 * @typedef {Schemas["File"]} FileRow
 * @typedef {Schemas["ConversationSummary"]} ConversationRow
 * @typedef {Schemas["Model"]} ModelRow
 * @typedef {Schemas["SettingRow"]} Setting
 * @typedef {Schemas["Settings"]} Settings
 * @typedef {Schemas["SavedSearch"]} SavedSearch
 * @typedef {Schemas["ErrorBody"]} Fault
 * @typedef {Schemas["TrainRun"]} TrainRun
 * @typedef {Schemas["TrainRunDetail"]} TrainRunDetail
 * @typedef {Schemas["Adapter"]} Adapter
 * @typedef {Schemas["Adapters"]} Adapters
 * @typedef {Schemas["NoteMap"]} NoteMap
 * @typedef {Schemas["MapGroup"]} MapGroup
 *
 * @typedef {Omit<Schemas["Citation"], "hit"> & {hit?: Hit}} Citation
 *
 * @typedef {object} MessageDetails  what is kept of an answer beside its text
 * @property {Hit[]} [sources]
 * @property {Citation[]} [citations]
 * @property {boolean} [answered]
 * @property {string} [model]
 * @property {boolean} [supported]
 * @property {Schemas["ErrorBody"]|null} [fallback]
 * @property {Record<string, any>} [usage]
 * @property {number} [took_ms]
 * @property {boolean} [stopped]
 * @property {Schemas["ErrorBody"]} [error]
 *
 * @typedef {Omit<Schemas["Message"], "details"|"feedback"|"created"> & {created?: string,
 *   details?: MessageDetails, feedback?: {value?: string, reason?: string}|null}} MessageRow
 */
export {};
