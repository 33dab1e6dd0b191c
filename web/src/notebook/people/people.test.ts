import { describe, expect, it } from "vitest";
import type { Visit } from "../live/protocol";
import { Colours, comingAndGoing, initials, othersInWords, peopleOf } from "./people";

const visit = (person: string, name: string, n = 1): Visit => ({
  visit: `${person}${n}`,
  person,
  name,
  role: "editor",
});
const here = (...visits: Visit[]) => peopleOf(visits, "me", new Colours());
const me = visit("me", "Me");

describe("who is here", () => {
  it("is told once for each person, oneself first", () => {
    const people = here(visit("b", "Jun"), visit("b", "Jun", 2), me, visit("a", "Ara"));
    expect(people.map((one) => one.name)).toEqual(["Me", "Ara", "Jun"]);
    expect(people[2]?.visits).toEqual(["b1", "b2"]);
  });

  it("is put in words without oneself", () => {
    expect(othersInWords(here(me))).toBe("");
    expect(othersInWords(here(me, visit("a", "Mina")))).toBe("Mina");
    const many = ["Ara", "Bo", "Cho", "Dan"].map((name) => visit(name, name));
    expect(othersInWords(here(me, ...many))).toBe("Ara, Bo and 2 more");
  });

  it("has up to eight people in eight colours, each always in the same", () => {
    const colours = new Colours();
    const given = Array.from({ length: 8 }, (_, i) => colours.of(`person-${i * 7}`));
    expect(new Set(given).size).toBe(8);
    expect(colours.of("person-7")).toBe(given[1]);
    expect(colours.of("a ninth")).toBeGreaterThan(0);
  });

  it("is said when it changes, and not of oneself or of a second tab", () => {
    const before = here(me, visit("a", "Ara"), visit("b", "Bo"));
    const now = here(me, visit("a", "Ara"), visit("a", "Ara", 2), visit("c", "Cho"));
    expect(comingAndGoing(before, now)).toBe("Cho came in. Bo left.");
    expect(
      comingAndGoing(now, here(visit("me", "Me", 2), visit("a", "Ara"), visit("c", "Cho"))),
    ).toBe("");
  });

  it("has the server's initials", () => {
    expect(["김미나", "Ada King", "jun", "김 미나", "😀"].map(initials)).toEqual([
      "김",
      "AK",
      "J",
      "김",
      "😀",
    ]);
  });
});
