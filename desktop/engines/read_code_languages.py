"""Which programming language a file is written in."""

from __future__ import annotations

import re
from pathlib import PurePath

_LANGUAGES = {
    "Python": "py pyw pyi", "JavaScript": "js mjs cjs jsx", "TypeScript": "ts tsx mts cts", "Java": "java",
    "Kotlin": "kt kts", "Scala": "scala sc", "Groovy": "groovy gradle", "C": "c h", "C++": "cpp cc cxx hpp hh hxx",
    "C#": "cs csx", "Visual Basic": "vb bas vbs", "F#": "fs fsi fsx", "Go": "go", "Rust": "rs", "Swift": "swift",
    "Objective-C": "m mm", "Ruby": "rb rake gemspec", "PHP": "php phtml", "Perl": "pl pm", "Lua": "lua",
    "R": "r", "Julia": "jl", "MATLAB": "mat", "Haskell": "hs lhs", "OCaml": "ml mli", "Elixir": "ex exs",
    "Erlang": "erl hrl", "Clojure": "clj cljs edn", "Lisp": "lisp lsp el scm rkt", "Dart": "dart", "Zig": "zig",
    "Nim": "nim", "Pascal": "pas dpr", "Fortran": "f f77 f90 f95 f03", "COBOL": "cob cbl", "Ada": "adb ads",
    "Assembly": "asm s", "SQL": "sql ddl", "Shell": "sh bash zsh fish ksh", "PowerShell": "ps1 psm1 psd1",
    "Batch": "bat cmd", "CSS": "css scss sass less", "Vue": "vue", "Svelte": "svelte", "JSP": "jsp erb ejs",
    "YAML": "yaml yml", "TOML": "toml", "INI": "ini cfg conf properties", "HCL": "tf hcl", "GraphQL": "graphql gql",
    "Protocol Buffers": "proto", "CMake": "cmake", "Makefile": "mk mak", "Dockerfile": "dockerfile", "Verilog": "v sv",
    "VHDL": "vhd vhdl", "Solidity": "sol", "Tcl": "tcl", "Awk": "awk", "Vim": "vim", "Nix": "nix",
}  # fmt: skip
_BY_SUFFIX = {f".{suffix}": language for language, many in _LANGUAGES.items() for suffix in many.split()}
_BY_NAME = {
    "makefile": "Makefile", "gnumakefile": "Makefile", "dockerfile": "Dockerfile", "containerfile": "Dockerfile",
    "cmakelists.txt": "CMake", "rakefile": "Ruby", "gemfile": "Ruby", "jenkinsfile": "Groovy",
}  # fmt: skip
_INTERPRETERS = {
    "python": "Python", "node": "JavaScript", "sh": "Shell", "bash": "Shell", "zsh": "Shell", "dash": "Shell",
    "ksh": "Shell", "perl": "Perl", "ruby": "Ruby", "php": "PHP", "rscript": "R", "lua": "Lua", "awk": "Awk",
}  # fmt: skip
_SHEBANG = re.compile(r"#!\s*\S*?/(?:env\s+(?:-\S+\s+)*)?([A-Za-z]+)[\d.]*(?:\s|$)")


def language_of(name: str, text: str) -> str:
    """The programming language of a file by its name, or by the program that its first line calls; '' for none."""
    path = PurePath(name)
    known = _BY_NAME.get(path.name.lower()) or _BY_SUFFIX.get(path.suffix.lower())
    if known:
        return known
    called = _SHEBANG.match(text[:200])
    return _INTERPRETERS.get(called.group(1).lower(), "") if called else ""
