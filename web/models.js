/** The models that are here or can be had, and which one answers. */
import { signal } from "./vendor/preact.js";

export const models = signal(/** @type {any} */ (null));
