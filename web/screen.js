/** How much room there is. */
import { signal } from "./vendor/preact.js";

const wide = matchMedia("(min-width: 1040px)");

/** Whether a list and a note fit side by side. */
export const isWide = signal(wide.matches);
wide.addEventListener("change", () => (isWide.value = wide.matches));
