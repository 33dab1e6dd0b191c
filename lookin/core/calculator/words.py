"""The words and signs of a sum, in English and Korean, and what each of them does. A table only."""

from __future__ import annotations

# What is typed by a Korean keyboard, a phone or a textbook, as the sign it stands for: one
# character for one, so that places in the text stay as they are.
SAME_SIGN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(typed): sign
    for sign, many in {
        "*": "×·⋅∙✕✖",
        "/": "÷∕⁄",
        "-": "−–‒﹣",
        "+": "➕",
        " ": "\u00a0\u3000\u2009\u202f\t\r\n",
        "→": "⇒➔➜",
        "'": "’‘",
        '"': "”“",
        "~": "〜",
    }.items()
    for typed in many
}
SUPERSCRIPTS = {char: digit for digit, char in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
PARTS = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅙": (1, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}
SIGNS = (
    *("->", "=>", "**", "//", "<<", ">>", "→", "+", "-", "*", "/", "^", "%", "!", "(", ")", ","),
    *("&", "|", "=", "√", "∛", "π", "°", "[", "]"),
)
# Words that are signs. Two words stand with one space.
OPERATORS = {
    "plus": "+",
    "minus": "-",
    "times": "*",
    "divided by": "/",
    "over": "/",
    "per": "/",
    "더하기": "+",
    "빼기": "-",
    "곱하기": "*",
    "나누기": "/",
    "당": "/",
    "mod": "mod",
    "modulo": "mod",
    "div": "//",
    "xor": "xor",
    "of": "of",
    "의": "of",
    "on": "on",
    "off": "off",
    "percent": "%",
    "퍼센트": "%",
    "프로": "%",
    "x": "x",
    "X": "x",
}
# Signs and words that stand before their number.
BEFORE_NUMBERS = {
    "$": "$",
    "€": "€",
    "¥": "¥",
    "₩": "원",
    "섭씨": "°C",
    "화씨": "°F",
}
CONVERSIONS = {"in", "to", "as", "into", "->", "=>", "→"}
# What follows a noun in Korean: 5km는 몇 마일, 72°F를 섭씨로.
TO_KOREAN = {"은", "는", "이", "가", "을", "를", "은 몇", "는 몇", "이 몇", "가 몇", "몇"}
ENDINGS_KOREAN = {
    "얼마",
    "얼마야",
    "얼마인가",
    "얼마인가요",
    "얼마예요",
    "남았어",
    "남았어요",
    "남았나",
    "남았나요",
    "남았지",
    "남았을까",
    "남음",
    "이에요",
    "예요",
    "로",
    "으로",
    "야",
    "이야",
    "인가",
    "인가요",
    "일까",
    "로는",
    "으로는",
}
# 50,000원에서 20% 할인; base 16.
ASIDE = {"에서", "할인", "base"}
AND_KOREAN = {"과", "와"}
CONSTANTS = {"pi": "π", "π": "π", "e": "e", "tau": "τ", "τ": "τ", "phi": "φ", "φ": "φ", "파이": "π"}
BASES = {
    "hex": 16,
    "hexadecimal": 16,
    "16진수": 16,
    "십육진수": 16,
    "bin": 2,
    "binary": 2,
    "2진수": 2,
    "이진수": 2,
    "oct": 8,
    "octal": 8,
    "8진수": 8,
    "팔진수": 8,
    "dec": 10,
    "decimal": 10,
    "10진수": 10,
    "십진수": 10,
}
FORMS = {
    "fraction": "fraction",
    "분수": "fraction",
    "%": "percent",
    "percent": "percent",
    "퍼센트": "percent",
    "percentage": "percent",
    "백분율": "percent",
    "소수": "decimal",
    "decimals": "decimal",
}
DAYS = {
    "today": 0,
    "now": 0,
    "오늘": 0,
    "지금": 0,
    "tomorrow": 1,
    "내일": 1,
    "yesterday": -1,
    "어제": -1,
    "모레": 2,
    "그저께": -2,
    "그제": -2,
    "글피": 3,
}
HALVES = {"오전": 0, "오후": 1}  # of a day
WEEKS = {
    "next": 1,
    "this": 0,
    "last": -1,
    "다음 주": 1,
    "다음주": 1,
    "담주": 1,
    "이번 주": 0,
    "이번주": 0,
    "지난 주": -1,
    "지난주": -1,
    "저번 주": -1,
    "저번주": -1,
    "다다음 주": 2,
    "다다음주": 2,
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon 월요일",
            "tuesday tue 화요일",
            "wednesday wed 수요일",
            "thursday thu 목요일",
            "friday fri 금요일",
            "saturday sat 토요일",
            "sunday sun 일요일",
        )
    )
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
FEASTS = {"christmas": (12, 25), "성탄절": (12, 25), "크리스마스": (12, 25), "new year": (1, 1)}
# Between two days, or after a length of time.
PHRASES = {
    "until": "until",
    "till": "until",
    "since": "since",
    "between": "between",
    "and": "and",
    "from": "after",
    "after": "after",
    "before": "before",
    "ago": "ago",
    "from now": "later",
    "까지": "까지",
    "부터": "부터",
    "후": "later",
    "뒤": "later",
    "이후": "later",
    "전": "ago",
    "며칠": "며칠",
    "몇 일": "며칠",
    "몇일": "며칠",
}
# Said before a sum without changing it.
IDLE = {"what is", "what's", "calculate", "how many", "how much is", "계산", "얼마", "how many in"}
