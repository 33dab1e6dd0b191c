"""The units of daily life: their symbol, pint's name for them, and what people call them.

A table, and nothing else. Where two names differ in case alone, the first row wins in small ones.
"""

from __future__ import annotations

from fractions import Fraction

# symbol: pint's name, then every other name (plural, abbreviation, Korean, one-letter signs).
ROWS: dict[str, str] = {
    # length
    "m": "meter meters metre metres 미터 ｍ",
    "km": "kilometer kilometers kilometre kilometres kilometer kms 킬로미터 키로미터 ㎞",
    "cm": "centimeter centimeters centimetre centimetres centimeter 센티미터 센티 센치 ㎝",
    "mm": "millimeter millimeters millimetre millimetres millimeter 밀리미터 ㎜",
    "µm": "micrometer micrometers micron microns um μm 마이크로미터 ㎛",
    "Å": "angstrom Å angstroms angstrom 옹스트롬",
    "nm": "nanometer nanometers 나노미터 ㎚",
    "in": "inch inches inch ″ 인치",
    "ft": "foot feet foot ′ 피트",
    "yd": "yard yards yard 야드",
    "mi": "mile miles mile 마일",
    "nmi": "nautical_mile 해리",
    "ly": "light_year lightyear lightyears 광년",
    "au": "astronomical_unit",
    # area and volume
    "ha": "hectare hectares hectare 헥타르 ㏊",
    "a": "are are ares 아르",
    "acre": "acre acres 에이커",
    "m²": "meter**2 sqm ㎡ 제곱미터 평방미터",
    "km²": "kilometer**2 ㎢ 제곱킬로미터",
    "cm²": "centimeter**2 ㎠ 제곱센티미터",
    "ft²": "foot**2 sqft",
    "m³": "meter**3 ㎥ 세제곱미터 입방미터",
    "cm³": "centimeter**3 cc ㏄ ㎤ 세제곱센티미터 시시",
    "평": "pyeong pyeong",
    "L": "liter liters litre litres liter l ℓ 리터",
    "mL": "milliliter milliliters millilitre millilitres milliliter ml ㎖ 밀리리터",
    "dL": "deciliter dl ㎗ 데시리터",
    "gal": "gallon gallons gallon 갤런",
    "qt": "quart quarts quart",
    "pt": "pint pints pint 파인트",
    "cup": "cup cups 컵",
    "tbsp": "tablespoon tablespoons tablespoon 큰술",
    "tsp": "teaspoon teaspoons teaspoon 작은술",
    "fl_oz": "fluid_ounce floz",
    # mass
    "kg": "kilogram kilograms kilogram kgs kilo kilos 킬로그램 킬로 키로 ㎏",
    "g": "gram grams gram 그램",
    "mg": "milligram milligrams 밀리그램 ㎎",
    "µg": "microgram micrograms ug μg 마이크로그램 ㎍",
    "t": "metric_ton tonne tonnes ton tons 톤",
    "lb": "pound lbs pounds pound 파운드",
    "oz": "ounce ounces ounce 온스",
    "근": "geun geun",
    "돈": "don",
    # time
    "s": "second sec secs seconds second 초",
    "ms": "millisecond milliseconds millisecond 밀리초 ㎳",
    "µs": "microsecond microseconds us μs 마이크로초 ㎲",
    "ns": "nanosecond nanoseconds 나노초 ㎱",
    "min": "minute mins minutes minute 분",
    "h": "hour hr hrs hours hour 시간",
    "d": "day days day 일 일간",
    "week": "week weeks wk wks 주 주일 주간",
    "month": "month months mo 개월 달",
    "year": "year years yr yrs 년",
    # speed
    "mph": "mile_per_hour",
    "km/h": "kilometer/hour kph kmh kmph",
    "kn": "knot knots knot kt kts 노트",
    # temperature
    "°C": "degC degC celsius C c ℃ 섭씨 섭씨온도",
    "°F": "degF degF fahrenheit F f ℉ 화씨 화씨온도",
    "K": "kelvin kelvin 켈빈",
    # angle
    "°": "degree deg degs degree degrees 도",
    "rad": "radian radians radian 라디안",
    "turn": "turn turns 바퀴",
    "arcmin": "arcminute",
    "arcsec": "arcsecond",
    # data; kB is 1000 bytes and KiB 1024, as IEC 80000-13 has it
    "B": "byte bytes byte b 바이트",
    "kB": "kilobyte kilobytes kilobyte KB kb 킬로바이트",
    "MB": "megabyte megabytes megabyte mb 메가바이트 메가",
    "GB": "gigabyte gigabytes gigabyte gb 기가바이트 기가",
    "TB": "terabyte terabytes terabyte tb 테라바이트 테라",
    "PB": "petabyte petabytes petabyte pb 페타바이트",
    "KiB": "kibibyte kibibytes",
    "MiB": "mebibyte mebibytes",
    "GiB": "gibibyte gibibytes",
    "TiB": "tebibyte tebibytes",
    "PiB": "pebibyte pebibytes",
    "bit": "bit bits 비트",
    "kbit": "kilobit kilobits Kb Kbit",
    "Mbit": "megabit megabits Mb 메가비트",
    "Gbit": "gigabit gigabits Gb 기가비트",
    "Tbit": "terabit terabits Tb",
    "bit/s": "bit/second bps",
    "kbit/s": "kilobit/second kbps Kbps",
    "Mbit/s": "megabit/second mbps Mbps",
    "Gbit/s": "gigabit/second gbps Gbps",
    # energy, power, force, pressure, electricity
    "J": "joule joules joule 줄",
    "kJ": "kilojoule kilojoules 킬로줄",
    "cal": "calorie calories calorie 칼로리",
    "kcal": "kilocalorie kilocalories 킬로칼로리",
    "Wh": "watt_hour 와트시",
    "kWh": "kilowatt_hour 킬로와트시",
    "eV": "electron_volt",
    "W": "watt watts watt 와트",
    "kW": "kilowatt kilowatts 킬로와트",
    "hp": "horsepower horsepower 마력",
    "N": "newton newtons newton 뉴턴",
    "Pa": "pascal pascals pascal 파스칼",
    "hPa": "hectopascal 헥토파스칼",
    "bar": "bar bars",
    "atm": "standard_atmosphere 기압",
    "psi": "pound_force_per_square_inch",
    "mmHg": "millimeter_Hg",
    "V": "volt volts volt 볼트",
    "A": "ampere amp amps ampere amperes 암페어",
    "mA": "milliampere",
    "mAh": "milliampere*hour",
    "Ah": "ampere_hour",
    "Ω": "ohm ohms ohm 옴",
    "F": "farad farad farads 패럿",
    "Hz": "hertz hertz 헤르츠 ㎐",
    "kHz": "kilohertz ㎑",
    "MHz": "megahertz ㎒",
    "GHz": "gigahertz ㎓",
    "mol": "mole moles mole 몰",
    # money, without rates: a won is a won
    "원": "원 krw KRW won ₩",
    "$": "$ usd USD dollar dollars 달러",
    "€": "€ eur EUR euro euros 유로",
    "¥": "¥ jpy JPY yen 엔",
}
# What pint does not know: what it is measured in, and how many. A 평 is (20/11 m)²; a 근 of meat
# 600 g; a 돈 of gold 3.75 g.
OF_OUR_OWN: dict[str, tuple[str, Fraction]] = {
    "평": ("meter**2", Fraction(400, 121)),
    "근": ("gram", Fraction(600)),
    "돈": ("gram", Fraction(15, 4)),
    **{sign: (sign, Fraction(1)) for sign in ("원", "$", "€", "¥")},
}
# In Korean, what is written without a space after its number; elsewhere symbols do.
# Units that come apart when they meet others: 60 mph · 2 h is 120 mi.
COMPOUND: dict[str, tuple[tuple[str, int], ...]] = {
    "mph": (("mi", 1), ("h", -1)),
    "km/h": (("km", 1), ("h", -1)),
    "kn": (("nmi", 1), ("h", -1)),
    "bit/s": (("bit", 1), ("s", -1)),
    "kbit/s": (("kbit", 1), ("s", -1)),
    "Mbit/s": (("Mbit", 1), ("s", -1)),
    "Gbit/s": (("Gbit", 1), ("s", -1)),
}
# What a product is called: by its symbols, else by its kind, where that is one of these units'.
PRODUCTS = {("W", "h"): "Wh", ("kW", "h"): "kWh", ("mA", "h"): "mAh", ("A", "h"): "Ah"}
NAMED_KINDS = ("N", "J", "W", "Pa", "V", "Ω")
KOREAN = {
    "d": "일",
    "week": "주",
    "month": "개월",
    "year": "년",
    "h": "시간",
    "min": "분",
    "s": "초",
    "turn": "바퀴",
    "cup": "컵",
}
PLURALS = {
    "d": ("day", "days"),
    "week": ("week", "weeks"),
    "month": ("month", "months"),
    "year": ("year", "years"),
    "turn": ("turn", "turns"),
    "cup": ("cup", "cups"),
    "acre": ("acre", "acres"),
}
