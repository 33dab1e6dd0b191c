"""What people type, and what it comes to: numbers, units, days, bases, Korean."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from tests.core.calculator.lines import ask, line

NUMBERS = """
1 + 1 → = 2
1 + 1 = → = 2
=1+1 → = 2
what is 15% of 80? → = 12
0.1+0.2 → = 0.3
0.1 + 0.2 - 0.3 → = 0
3/4 + 1/6 → ≈ 0.916666666666667
1/3 + 1/3 + 1/3 → = 1
-2^2 → = −4
2^-1 → = 0.5
2^3^2 → = 512
(2^3)^2 → = 64
2**10 → = 1,024
2³ + 1 → = 9
10⁻³ → = 0.001
5! → = 120
-5! → = −120
7 mod 3 → = 1
7 % 3 → = 1
-7 mod 3 → = 2
7 // 3 → = 2
-7 // 2 → = −4
1,234,567.89 / 2 → = 617,283.945
1_000 * 3 → = 3,000
.5 + 2. → = 2.5
1e3 + 1 → = 1,001
½ + ¼ → = 0.75
２＋３ → = 5
6×7÷2 → = 21
7 − 10 → = −3
2(3+4) → = 14
(1+2)(3+4) → = 21
[1+2]*3 → = 9
((1+2)*3 → = 9
3 x 4 → = 12
10 divided by 4 → = 2.5
2^100 → = 1,267,650,600,228,229,401,496,703,205,376
10^100 → = 1 × 10¹⁰⁰
2^1000 → ≈ 1.07150860718627 × 10³⁰¹
2^-100 → ≈ 7.88860905221012 × 10⁻³¹
9999999999999999 * 9999999999999999 → = 99,999,999,999,999,980,000,000,000,000,001
1 << 10 → = 1,024
6 & 3 → = 2
6 | 3 → = 7
6 xor 3 → = 5
100-37 → = 63
11/22 → = 0.5
"""
PERCENT = """
15% of 80 → = 12
80 + 15% → = 92
80 - 15% → = 68
20% off 80 → = 64
20% on 80 → = 96
200 * 10% → = 20
10% + 5% → = 15%
12/80 as % → = 15%
5 km + 10% → = 5.5 km
"""
FUNCTIONS = """
sqrt(2) → ≈ 1.4142135623731
√(16) → = 4
√2 * √2 → = 2
sqrt 2 → ≈ 1.4142135623731
√(3²+4²) → = 5
cbrt(27) → = 3
27^(1/3) → = 3
(-8)^(1/3) → = −2
8^(2/3) → = 4
root(32, 5) → = 2
sin(30°) → = 0.5
sin 30° → = 0.5
sin(30) → ≈ −0.988031624092862
sin(π/6) → = 0.5
cos(60도) → = 0.5
tan(45°) → = 1
sin(60°) → ≈ 0.866025403784439
asin(0.5) → ≈ 0.523598775598299
asin(0.5) in degrees → = 30°
pi/4 in degrees → = 45°
180° in rad → ≈ 3.14159265358979 rad
log(100) → = 2
log(8, 2) → = 3
log2(1/8) → = −3
ln(e) → = 1
ln e^3 → = 3
ln(2) → ≈ 0.693147180559945
exp(0) → = 1
e^2 → ≈ 7.38905609893065
2π → ≈ 6.28318530717959
π → ≈ 3.14159265358979
phi^2 → ≈ 2.61803398874989
mean(1,2,3) → = 2
mean(1,200,3) → = 68
median(1, 5, 3, 2) → = 2.5
pstdev(2,4,4,4,5,5,7,9) → = 2
sum(1,2,3) → = 6
max(3 km, 500 m) → = 3 km
round(2.5) → = 3
round(-2.5) → = −3
round(3.14159, 2) → = 3.14
floor(-2.5) → = −3
ceil(2.1) → = 3
abs(-5) → = 5
gcd(12, 18) → = 6
lcm(4, 6) → = 12
comb(5,2) → = 10
perm(5,2) → = 20
hypot(3,4) → = 5
평균(80, 90, 100) → = 90
"""
UNITS = """
5 km in miles → ≈ 3.10685596118667 mi
5 km + 300 m → = 5.3 km
5 ft 11 in to cm → = 180.34 cm
5'11" in cm → = 180.34 cm
12 in in cm → = 30.48 cm
12 in cm → = 30.48 cm
180 cm in feet and inches → ≈ 5 ft 10.87 in
3/4 inch to mm → = 19.05 mm
1/2 cup in mL → = 118.29411825 mL
60 mph in km/h → = 96.56064 km/h
100 km/h in m/s → ≈ 27.7777777777778 m/s
1.5GB / 30 → = 50 MB
1 GiB in MB → = 1,073.741824 MB
1000 KB in MB → = 1 MB
100 Mbit/s * 1 h in GB → = 45 GB
700 MB / 10 Mbps → = 560 s
10 Mbps in MB/s → = 1.25 MB/s
72°F in °C → ≈ 22.2222222222222 °C
72F in C → ≈ 22.2222222222222 °C
25℃ to ℉ → = 77 °F
20°C + 5°C → = 25 °C
mean(20°C, 25°C) → = 22.5 °C
0 K in °C → = −273.15 °C
72°F → ≈ 22.2222222222222 °C
5 miles → = 8.04672 km
60 kg / (1.75 m)^2 → ≈ 19.5918367346939 kg/m²
9.8 m/s^2 * 3 s → = 29.4 m/s
5 kg * 9.8 m/s^2 → = 49 N
3 A * 220 V → = 660 W
100 W * 24 h in kWh → = 2.4 kWh
60 mph * 2 h → = 120 mi
10^3 m in km → = 1 km
3 tex * 2 → = 6 tex
2 farad * 3 V in coulomb → = 6 coulomb
5 Å in nm → = 0.5 nm
60 km/h * 30 min → = 30 km
$5/kg * 3 kg → = $15
1 GB/s * 10 s → = 10 GB
12 ft * 10 ft in m2 → = 11.1483648 m²
1 atm in hPa → = 1,013.25 hPa
90 min in h → = 1.5 h
1h30m + 15m → = 1 h 45 min
2 h 15 min * 3 → = 6 h 45 min
sqrt(4 m^2) → = 2 m
$1,200 / 4 → = $300
$10 / 3 → ≈ $3.33
"""
DAYS = """
2026-11-22 + 90 days → = 2027-02-20
2026-12-25 - today → = 33 days
2026.12.25 - today → = 33 days
25 Dec 2026 - today → = 33 days
days until 2026-12-25 → = 33 days
how many days until christmas → = 33 days
days since 2026-01-01 → = 325 days
days between 2026-01-01 and 2026-12-31 → = 364 days
weeks until christmas → = 4 weeks 5 days
90 days from today → = 2027-02-20
3 days ago → = 2026-11-19
2 weeks after 2026-11-22 → = 2026-12-06
2026-01-31 + 1 month → = 2026-02-28
2024-02-29 + 1 year → = 2025-02-28
2026-11-22 + 1 year 2 months → = 2028-01-22
tomorrow + 1 week → = 2026-11-30
next friday → = 2026-11-27
this friday → = 2026-11-27
last friday → = 2026-11-20
12:30 + 45 min → = 13:15
2:30 pm + 45 min → = 15:15
23:30 + 1 h → = 00:30
14:05 - 12:30 → = 1 h 35 min
09:00-18:00 → = 9 h
1:30 + 2:45 → = 4 h 15 min
"""
BASES = """
0xff + 1 → = 256
0b1010 → = 10
0o17 + 0 → = 15
255 in hex → = 0xff
255 in base 16 → = 0xff
100 to base 3 → = 10201
0b1111 in hex → = 0xf
-1 in hex → = -0x1
2^10 in hex → = 0x400
0xff in decimal → = 255
0.75 as fraction → = 3/4
"""
KOREAN = """
3만 5천 * 2 → = 70,000
3만 5천 → = 35,000
1억 2천만 / 4 → = 30,000,000
1.5억 / 3 → = 50,000,000
만이천 * 2 → = 24,000
삼만 오천 + 이천 → = 37,000
3만 5천 나누기 7 → = 5,000
3 더하기 4 → = 7
3 곱하기 4는? → = 12
35,000원 * 3 → = 105,000원
만원 * 3 → = 30,000원
8만원의 15% → = 12,000원
50,000원에서 20% 할인 → = 40,000원
10000원 / 3 → ≈ 3,333.33원
30평 → ≈ 99.1735537190083 m²
84㎡는 몇 평 → = 25.41평
3근 → = 1,800 g
1돈 → = 3.75 g
5km는 몇 마일 → ≈ 3.10685596118667 mi
5마일을 km로 → = 8.04672 km
화씨 72도를 섭씨로 → ≈ 22.2222222222222 °C
255를 16진수로 → = 0xff
1시간 30분 + 45분 → = 2시간 15분
90분은 몇 시간 → = 1.5시간
12월 25일까지 며칠 남았어요? → = 33일
크리스마스까지 며칠 → = 33일
오늘부터 100일 → = 2027-03-02
90일 뒤 → = 2027-02-20
오후 2:30 + 45분 → = 15:15
오전 12:10 + 1시간 → = 01:10
2주 전 → = 2026-11-08
다음 주 금요일 → = 2026-11-27
이번 주 금요일 → = 2026-11-20
2026년 12월 25일 - 오늘 → = 33일
2026-11-22부터 2026-12-25까지 → = 33일
"""


def rows(*tables: str) -> list[list[str]]:
    return [row.split(" → ") for table in tables for row in table.strip().splitlines()]


@pytest.mark.parametrize(("typed", "shown"), rows(NUMBERS, PERCENT, FUNCTIONS, UNITS, DAYS, BASES))
def test_what_is_typed_is_answered(typed: str, shown: str) -> None:
    assert line(typed) == shown


@pytest.mark.parametrize(("typed", "shown"), rows(KOREAN))
def test_what_is_typed_in_korean_is_answered(typed: str, shown: str) -> None:
    assert line(typed, "ko") == shown


def notes(typed: str, language: str = "en") -> list[str]:
    found = ask(typed, language)
    assert found is not None
    return [note.sentence() for note in found.notes]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3/4 + 1/6", "exactly 11/12"),
        ("sqrt(8)", "exactly 2√2"),
        ("sin(60°)", "exactly √3/2"),
        ("asin(0.5)", "30°"),
        ("1000!", "It has 2,568 digits; copying takes them all."),
        ("2026-11-22 + 90 days", "Saturday"),
        ("23:30 + 1 h", "on the next day"),
        ("1000 min + 5 min", "16 h 45 min"),
        ("sin(30)", "Angles without a unit are in radians; sin(30°) is in degrees."),
        ("log(100)", "log is to base 10, ln to base e."),
    ],
)
def test_a_remark_says_how_it_was_read_or_what_else_it_is(typed: str, said: str) -> None:
    assert said in notes(typed)


def test_a_large_number_is_also_said_in_korean_to_those_who_read_it() -> None:
    assert notes("400000000 / 3 * 3", "ko") == ["4억"]
    assert notes("61726 * 2000", "ko") == ["1억 2345만 2000"]
    assert notes("61726 * 2000", "en") == []


@pytest.mark.parametrize(
    ("typed", "plain", "python"),
    [
        ("1000000 * 3", "3000000", "3000000"),
        ("3/4 + 1/6", "0.916666666666667", "11/12"),
        ("sqrt(2)", "1.4142135623731", "1.4142135623730951"),
        ("exp(100)", "2.68811714181614e43", "2.6881171418161356e+43"),
        ("0.1 + 0.2", "0.3", "0.3"),
        ("3 - 5", "-2", "-2"),
        ("5 km in m", "5000 m", "5000  # m"),
        ("1/4 in %", "25%", "0.25"),
        ("255 in hex", "0xff", "0xff"),
        ("100 to base 3", "10201", 'int("10201", 3)'),
    ],
)
def test_the_clipboard_and_the_cell_get_what_programs_read(
    typed: str, plain: str, python: str
) -> None:
    found = ask(typed)
    assert found is not None
    assert (found.plain, found.python) == (plain, python)
    assert eval(python) is not None


def test_days_and_times_become_python_dates() -> None:
    day, time = ask("2026-11-22 + 90 days"), ask("12:30 + 45 min")
    assert day is not None
    assert time is not None
    assert eval(day.python, {"datetime": datetime}) == datetime.date(2027, 2, 20)
    assert eval(time.python, {"datetime": datetime}) == datetime.time(13, 15)


def test_the_clipboard_gets_every_digit_of_a_long_number() -> None:
    found = ask("1000!")
    assert found is not None
    assert len(found.plain) == 2568
    assert Fraction(found.plain) % 997 == 0
