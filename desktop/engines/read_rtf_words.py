"""The control words of RTF that say where text belongs and how its bytes are to be read."""

from __future__ import annotations

import re

CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
CODE_PAGES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
CHARACTERS = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": " ", "enspace": " ", "qmspace": " ", "tab": "\t", "line": "\n", "softline": "\n", "nestcell": " | ",
    "nestrow": "\n", "~": " ", "_": "-", "|": "", ":": "", "-": "",
}  # fmt: skip
# Groups whose text is no text of the document.
SKIPPED = frozenset(
    {
        "colortbl",
        "pict",
        "fldinst",
        "themedata",
        "datastore",
        "xe",
        "tc",
        "rxe",
        "bkmkstart",
        "bkmkend",
        "objdata",
    }
    | {
        "listtable",
        "listoverridetable",
        "revtbl",
        "rsidtbl",
        "generator",
        "filetbl",
        "template",
        "private",
        "sp",
    }
    | {
        "shprslt",
        "do",
        "nonesttables",
        "nesttableprops",
        "upr",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
    }
    | {
        "aftncn",
        "author",
        "operator",
        "company",
        "subject",
        "keywords",
        "doccomm",
        "category",
        "manager",
        "comment",
    }
    | {
        "hlinkbase",
        "creatim",
        "revtim",
        "printim",
        "buptim",
        "atnid",
        "atnauthor",
        "atnref",
        "atndate",
        "atntime",
    }
    | {"atrfstart", "atrfend", "atnicn", "htmltag", "mhtmltag", "objclass", "objname", "pn"}
)
# Groups that a program may pass over if it does not know them, with words that we want.
KNOWN = frozenset({"shpinst", "shptxt", "ud", "moMath", "moMathPara", "annotation", "footnote"})
MARGINS = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
NOTES = {"footnote": "", "annotation": "Comment: "}
MARKERS = frozenset({"listtext", "pntext"})
HEADING = re.compile(r"\s*(heading \d|title)\b", re.I)
