// Faces: initials on the person's colour, in a shape that tells people from apps.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const PALETTE = ["#a0335f", "#1f6f8b", "#7a4fb5", "#9a5b13", "#2d7a46", "#b3402f", "#3c5fb0", "#6b6b13"];

/** The same colour for the same words, dark enough for white letters. */
function colourFor(words) {
  let sum = 0;
  for (const letter of words) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return PALETTE[sum % PALETTE.length];
}

function initialsOf(name) {
  const words = name
    .trim()
    .split(/[\s_.-]+/)
    .filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

/** `person` may be missing, for authors that left; `size` is small, medium or large. */
export function avatar(person, size = "medium", name = person?.real_name ?? "?") {
  const own = /^[0-9a-f]{6}$/i.test(person?.color ?? "")
    ? `color-mix(in srgb, #${person.color} 88%, black)`
    : colourFor(person?.id ?? name);
  const style = { "background-color": own };
  const face = person?.is_bot ? icon("app") : (person?.initials ?? initialsOf(name)).slice(0, 2);
  return h("span", { class: `avatar ${size} ${person?.is_bot ? "bot" : ""}`, style, "aria-hidden": "true" }, face);
}

/** The face of Slackbot-like lines. */
export function noticeAvatar() {
  return h(
    "span",
    { class: "avatar medium bot", style: { "background-color": "#4a5568" }, "aria-hidden": "true" },
    icon("info"),
  );
}
