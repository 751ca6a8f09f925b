export { default } from "markdown-it";
export const footnote: (markdown: any) => void;
