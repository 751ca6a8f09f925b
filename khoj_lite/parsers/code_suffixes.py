"""Which files are source code, and in which language."""

from __future__ import annotations

GRAMMARS: dict[str, str] = {
    ".py": "python", ".pyi": "python", ".pyw": "python",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
    ".go": "go", ".rs": "rust", ".java": "java", ".c": "c",
    ".h": "cpp", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hh": "cpp", ".hpp": "cpp",
    ".hxx": "cpp", ".cs": "csharp", ".rb": "ruby", ".rake": "ruby", ".php": "php",
    ".sh": "bash", ".bash": "bash",
}  # fmt: skip
"""Suffix -> language whose functions and classes are known."""

PLAIN: dict[str, str] = {
    ".el": "elisp", ".lisp": "lisp", ".clj": "clojure", ".cljs": "clojure", ".scm": "scheme",
    ".kt": "kotlin", ".kts": "kotlin", ".swift": "swift", ".scala": "scala", ".groovy": "groovy",
    ".hs": "haskell", ".ml": "ocaml", ".mli": "ocaml", ".fs": "fsharp", ".elm": "elm",
    ".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".jl": "julia", ".r": "r", ".pl": "perl",
    ".pm": "perl", ".lua": "lua", ".vim": "vim", ".nim": "nim", ".zig": "zig", ".dart": "dart",
    ".d": "d", ".pas": "pascal", ".f90": "fortran", ".m": "matlab", ".mm": "objective-c",
    ".sql": "sql", ".zsh": "zsh", ".fish": "fish", ".ps1": "powershell", ".bat": "batch",
    ".vue": "vue", ".svelte": "svelte", ".css": "css", ".scss": "scss", ".proto": "protobuf",
    ".tf": "terraform", ".nix": "nix", ".cmake": "cmake", ".sol": "solidity", ".v": "verilog",
}  # fmt: skip
"""Suffix -> language that is read as lines."""

LANGUAGES: dict[str, str] = {**PLAIN, **GRAMMARS}
