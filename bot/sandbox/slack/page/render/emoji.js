// Turns :names: and emoji characters into what is shown for them.

import { h } from "../dom.js";
import { ART } from "./emoji_art.js";
import { CHARACTERS, NAMES } from "./emoji_table.js";

const TONES = ["", "", "\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];
const NAME = ":([a-z0-9_+'-]+?)(?:::skin-tone-([2-6]))?:";
const PICTURE =
  "\\p{Extended_Pictographic}\\uFE0F?(?:[\\u{1F3FB}-\\u{1F3FF}])?(?:\\u200D\\p{Extended_Pictographic}\\uFE0F?)*";
const EITHER = new RegExp(`${NAME}|(${PICTURE})`, "gu");
const ALIASES = {
  thumbsup: "+1",
  pencil: "memo",
  blue_circle: "large_blue_circle",
  arrows_clockwise: "arrows_counterclockwise",
};
const drawable = new Map();

/** The name at the start of `text`, as `{whole, name, tone}`, or null when that is no emoji. */
export function emojiAt(text) {
  const found = new RegExp(`^${NAME}`, "u").exec(text);
  return found && CHARACTERS.has(found[1]) ? { whole: found[0], name: found[1], tone: Number(found[2] ?? 0) } : null;
}

/** One emoji by name; a name nobody knows stays text, as in Slack. */
export function emoji(name, tone = 0) {
  const spoken = `:${name}:`;
  const art = ART[ALIASES[name] ?? name];
  if (art && tone < 2) {
    const shapes = art.map(([tag, attributes]) => h(tag, attributes));
    return h(
      "span",
      { class: "emoji", title: spoken },
      h("svg", { viewBox: "0 0 24 24", role: "img", "aria-label": spoken }, shapes),
    );
  }
  const character = CHARACTERS.get(name);
  if (character === undefined) return h("span", {}, spoken);
  if (!canDraw(character)) return h("span", { class: "emoji-name" }, spoken);
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": spoken, title: spoken },
    character + (TONES[tone] ?? ""),
  );
}

/** `text` with its emoji characters drawn; :names: stay text, as in rich text. */
export function withPictures(text) {
  return drawn(text, new RegExp(`()()(${PICTURE})`, "gu"));
}

/** `text` with its :names: and emoji characters drawn; everything else stays text. */
export function withEmoji(text) {
  return drawn(text, EITHER);
}

function drawn(text, pattern) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, name, tone, picture] = match;
    const known = name ? (CHARACTERS.has(name) ? name : null) : (NAMES.get(picture) ?? null);
    if (known === null) continue;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    nodes.push(emoji(known, Number(tone ?? 0)));
    from = match.index + whole.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

/** The same as plain text, for places that hold no pictures: input values, labels, titles. */
export function emojiText(text) {
  return text.replace(new RegExp(NAME, "gu"), (whole, name) => {
    const character = CHARACTERS.get(name);
    return character !== undefined && canDraw(character) ? character : whole;
  });
}

/** Whether a text consists of nothing but a few emoji, which Slack then shows larger. */
export function onlyEmoji(text) {
  const names = text.trim().match(new RegExp(NAME, "gu")) ?? [];
  const rest = text.replace(new RegExp(NAME, "gu"), "").trim();
  return names.length > 0 && names.length <= 20 && rest === "" && names.every((name) => emojiAt(name) !== null);
}

/** Whether a font of this machine has a glyph: it is drawn beside a character that no font has, and compared. */
function canDraw(character) {
  if (!drawable.has(character)) drawable.set(character, pixels(character) !== pixels("\u{10FFFD}"));
  return drawable.get(character);
}

function pixels(character) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 20;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.font = "14px system-ui, 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif";
  context.fillText(character, 1, 15);
  return context.getImageData(0, 0, 20, 20).data.join();
}
