"""Which names of Python matter most to people who learn it, so that they are found first.

A list of ours, of what stands in first courses on Python and on data. Not which names there are.
"""

from __future__ import annotations

COMMON_NS = 4_000_000_000_000_000_000  # “changed” in 2096: rank counts it as recent, for years
_PLAIN = """
print input len range int float str list dict set tuple bool type sum min max abs round sorted
reversed enumerate zip map filter open any all isinstance help dir chr ord pow divmod
"""
_BY_PLACE = {
    "str": "split join strip replace format lower upper find startswith endswith count title "
    "isdigit zfill encode",
    "list": "append extend insert remove pop sort reverse index clear copy",
    "dict": "get items keys values update setdefault",
    "set": "add union intersection difference discard",
    "math": "sqrt pi floor ceil sin cos tan log log10 exp e gcd factorial hypot isclose",
    "random": "randint choice random shuffle sample seed uniform",
    "datetime": "datetime date timedelta",
    "datetime.datetime": "now strftime strptime",
    "time": "sleep time",
    "collections": "Counter defaultdict deque namedtuple OrderedDict",
    "itertools": "product combinations permutations chain",
    "functools": "reduce partial lru_cache",
    "pathlib": "Path",
    "os": "listdir getcwd makedirs",
    "os.path": "exists",
    "json": "loads dumps load dump",
    "csv": "reader writer DictReader",
    "re": "findall sub search match compile",
    "copy": "deepcopy",
    "dataclasses": "dataclass",
    "statistics": "median stdev",
    "numpy": "array arange linspace zeros ones reshape mean std dot ndarray where concatenate "
    "random linalg argmax argmin unique cumsum full eye nan vstack hstack meshgrid polyfit "
    "percentile",
    "numpy.ndarray": "shape reshape astype flatten tolist",
    "numpy.random": "default_rng rand randn normal",
    "pandas": "DataFrame Series read_csv read_excel concat merge to_datetime get_dummies "
    "pivot_table cut qcut crosstab date_range",
    "pandas.DataFrame": "head tail groupby merge describe info drop dropna fillna sort_values "
    "iloc loc to_csv to_excel plot value_counts reset_index set_index apply astype corr "
    "isna rename drop_duplicates pivot_table columns shape query",
    "pandas.Series": "unique map rolling",
    "matplotlib.pyplot": "plot scatter hist bar barh pie boxplot imshow subplots subplot figure "
    "title xlabel ylabel legend show savefig grid xlim ylim xticks yticks axhline text "
    "colorbar tight_layout",
    "seaborn": "heatmap pairplot lineplot scatterplot histplot boxplot",
}
_COMMON = frozenset(_PLAIN.split()) | {
    f"{place}.{name}" for place, names in _BY_PLACE.items() for name in names.split()
}


def is_common(name: str) -> bool:
    """Whether a dotted name is one of those that learners write."""
    return name in _COMMON


def weight_of(name: str) -> tuple[bool, int]:
    """Greater for what matters more: the common names, then those with few dots."""
    return is_common(name), -name.count(".")
