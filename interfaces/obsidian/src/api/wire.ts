/** The records of the HTTP contract, under the names that the daemon gives them. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Hit = Schemas["Hit"];
export type NumberedHit = Schemas["NumberedHit"];
export type SearchAnswer = Schemas["SearchAnswer"];
export type Suggestions = Schemas["Suggestions"];
export type Health = Schemas["Health"];
export type Status = Schemas["Status"];
export type IndexState = Schemas["IndexState"];
export type Source = Schemas["Source"];
export type Sources = Schemas["Sources"];
export type Job = Schemas["Job"];
export type Change = Schemas["Change"];
export type ChatRequest = Schemas["ChatRequest"];
export type ChatEvent = Schemas["ChatEvent"];
export type Citation = Schemas["Citation"];
export type DoneEvent = Schemas["DoneEvent"];
export type Message = Schemas["Message"];
export type Conversation = Schemas["Conversation"];
export type Conversations = Schemas["Conversations"];
export type ConversationSummary = Schemas["ConversationSummary"];
export type ErrorBody = Schemas["ErrorBody"];
