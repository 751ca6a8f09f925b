/**
 * The records of the HTTP contract, as types only: nothing here runs in the browser.
 *
 * @typedef {object} Explain
 * @property {number|null} [lexical_rank]
 * @property {number|null} [lexical_score]
 * @property {number|null} [semantic_rank]
 * @property {number|null} [cosine]
 * @property {number|null} [rerank]
 *
 * @typedef {object} Hit
 * @property {number} id
 * @property {string} source
 * @property {string} type
 * @property {string} path
 * @property {string} title
 * @property {string[]} outline
 * @property {number} line
 * @property {number} end_line
 * @property {number|null} [page]
 * @property {string} [uri]
 * @property {number} score
 * @property {string} snippet
 * @property {[number, number][]} highlights  offsets in code points
 * @property {string[]} tags
 * @property {number|string|null} [modified]
 * @property {string} [todo]
 * @property {string} [text]
 * @property {Explain|null} [explain]
 * @property {number} [n]  its number among the sources of an answer
 *
 * @typedef {object} Answer  what a search returns
 * @property {Hit[]} hits
 * @property {number} took_ms
 * @property {string} [notice]
 *
 * @typedef {{id: number, line: number, outline: string[], title?: string}} OutlineEntry
 * @typedef {Hit & {text: string, note: {path: string, type: string, title: string,
 *   entries: OutlineEntry[]}}} EntryDetail
 * @typedef {{path: string, type: string, title: string, text: string, line_count: number,
 *   uri?: string}} NoteText
 *
 * @typedef {object} SourceRow
 * @property {string} name
 * @property {string} kind
 * @property {string} location
 * @property {string[]} [include]
 * @property {string[]} [exclude]
 * @property {string} state
 * @property {number} files
 * @property {number} entries
 * @property {number} failed
 * @property {number|string|null} [last_indexed]
 *
 * @typedef {object} Status
 * @property {string} version
 * @property {boolean} ready
 * @property {number} files
 * @property {number} entries
 * @property {number} chunks
 * @property {number} embedded
 * @property {number} pending
 * @property {number} failed
 * @property {unknown} [sources]
 * @property {{alive: boolean, heartbeat?: number|string|null, watching?: unknown}} [watcher]
 * @property {{state: string, stage?: string, done?: number, total?: number}} [index]
 * @property {Record<string, unknown>|null} [model]
 * @property {number} [memory_mb]
 * @property {number} [uptime_s]
 * @property {boolean} [trainable]  whether there is anything to show of training
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {string} kind
 * @property {string} state
 * @property {number|string} created
 * @property {{stage: string, done: number, total: number, detail?: string}} [progress]
 * @property {number|string|null} [finished]
 * @property {{code: string, message: string, hint?: string}|null} [error]
 * @property {Record<string, unknown>|null} [result]
 *
 * @typedef {object} FileRow
 * @property {string} path
 * @property {string} [source]
 * @property {string} state
 * @property {{code: string, message: string, hint?: string}|null} [error]
 * @property {string} [code]
 * @property {string} [message]
 *
 * @typedef {{id: string, title: string, created: number|string, updated: number|string}}
 *   ConversationRow
 * @typedef {object} Citation
 * @property {number} n
 * @property {string} quote  the words of the note; of the answer, where no note bears it out
 * @property {string} status
 * @property {Hit} [hit]
 * @property {string} [claim]  the sentence of the answer
 * @property {boolean} [cited]  whether its number stands in the answer
 *
 * @typedef {object} MessageRow
 * @property {string} id
 * @property {'user'|'assistant'} role
 * @property {string} text
 * @property {number|string} [created]
 * @property {{sources?: Hit[], citations?: Citation[], answered?: boolean, model?: string,
 *   supported?: boolean, fallback?: {code: string, message: string, hint: string}|null,
 *   usage?: Record<string, any>, took_ms?: number, stopped?: boolean,
 *   error?: {code: string, message: string, hint: string}, [other: string]: unknown}} [details]
 * @property {{value?: string, reason?: string}|null} [feedback]
 */
export {};
