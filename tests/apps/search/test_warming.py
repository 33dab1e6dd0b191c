"""Words that are read beside, and what is shown beside a sum."""

from __future__ import annotations

from lookin.apps.accounts.models import User
from lookin.apps.search import warming
from lookin.apps.search.index import reading
from lookin.apps.search.index.opening import largest_indexes, open_index
from lookin.apps.workspaces.access import personal_workspace
from tests.apps.search.indexes import fill, notebook
from tests.people import client_of


def test_many_words_are_read_beside_and_a_search_waits_for_them(owner: User) -> None:
    count = reading._LEARNT_NOW + 500
    place = str(personal_workspace(owner).id)
    fill(place, notebook("a.ipynb", " ".join(f"pear{n}x" for n in range(count))))
    found = client_of(owner).get("/ajax/search", {"q": f"pear{count - 1}x"}).json()
    assert [group["kind"] for group in found["groups"]]
    words = open_index(place).vocabulary()
    assert len(words) >= count
    assert words.number("pear7x") is not None


def test_the_largest_indexes_are_made_ready(owner: User) -> None:
    place = str(personal_workspace(owner).id)
    fill(place, notebook("a.ipynb", "apple"))
    assert place in largest_indexes(5)
    assert warming.begin() is warming.begin()


def test_beside_a_sum_stands_only_what_holds_it_exactly(owner: User) -> None:
    place = str(personal_workspace(owner).id)
    fill(place, notebook("a.ipynb", "2 and 35"), notebook("b.ipynb", "20 and 350 plants"))
    found = client_of(owner).get("/ajax/search", {"q": "2 * 35"}).json()
    titles = ["".join(t for t, _ in i["title"]) for g in found["groups"] for i in g["items"]]
    assert found["answer"]["plain"] == "70"
    assert set(titles) == {"a"}
    assert found["words"] == []
