import { VNode } from "preact";
export * from "preact";
export * from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export type { Signal, ReadonlySignal } from "@preact/signals";
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode<any>;
