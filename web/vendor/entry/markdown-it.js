export { default } from "markdown-it";
export { default as footnote } from "markdown-it-footnote";
