// The one script of every page: mounts the features that the page asks for, and no others.
// A page asks with <section data-module="name" data-…>; a feature's props are data attributes.
import "../styles/base.css";
import "../styles/top.css";
import "../styles/search.css";
// Here and not in their features, so that these pages look right before any script ran.
import "../styles/eye.css";
import "../styles/signin.css";
import "../styles/classroom.css";
import "../styles/account.css";
import "../styles/passkeys.css";
import "../styles/broken.css";
import "../styles/touch.css";

import { forgetOthers, shelfOf } from "./lib/unsentkeys";
import { mountField } from "./search/opening";

type Feature = { mount(element: HTMLElement): void | Promise<void> };

// One line per feature. The import is fetched only when a page asks for the feature.
const features: Record<string, () => Promise<Feature>> = {
  signin: () => import("./signin/view"),
  faces: () => import("./faces/view"),
  passkeys: () => import("./passkeys/view"),
  notebook: () => import("./notebook/view"),
  history: () => import("./history/view"),
  workspace: () => import("./workspace/view"),
  running: () => import("./running/view"),
  lessons: () => import("./lessons/view"),
  classroom: () => import("./classroom/view"),
  door: () => import("./classroom/door"),
  appearance: () => import("./appearance/view"),
};

const { person } = document.documentElement.dataset;
const shelf = shelfOf();
if (person && shelf) forgetOthers(shelf, person);

for (const element of document.querySelectorAll<HTMLElement>("[data-module]")) {
  const name = element.dataset.module ?? "";
  const load = features[name];
  if (!load) throw new Error(`No feature is called "${name}".`);
  void load().then(async (feature) => {
    await feature.mount(element);
    element.dataset.mounted = ""; // from now on it answers
  });
}

const box = document.querySelector<HTMLElement>("[data-box]");
if (box) mountField(box);
