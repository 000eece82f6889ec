// Draws the rich_text block: sections, lists, quotes, preformatted text and the elements inside them.

import { h } from "../dom.js";
import { emoji, withPictures } from "./emoji.js";
import { broadcast, channelMention, groupMention, link, moment, userMention } from "./links.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code", highlight: "mark" };
const ORDERED = ["1", "a", "i"];

const ELEMENTS = {
  text: (element) => withPictures(element.text ?? ""),
  link: (element, scene) => link(element.url, element.text ? withPictures(element.text) : element.url, scene),
  user: (element, scene) => userMention(element.user_id, scene),
  channel: (element, scene) => channelMention(element.channel_id, scene),
  usergroup: (element) => groupMention(element.usergroup_id),
  broadcast: (element) => broadcast(element.range),
  emoji: (element) => emoji(element.name, element.skin_tone),
  color: (element) =>
    h("span", { class: "color-sample" }, h("i", { style: { "background-color": element.value } }), element.value),
  date: (element, scene) =>
    moment(
      {
        seconds: element.timestamp,
        template: element.format ?? "",
        address: element.url,
        fallback: element.fallback,
        zone: element.timezone,
      },
      scene,
    ),
};

const PARTS = {
  rich_text_section: (part, scene) => h("div", { class: "rich-section" }, inline(part.elements, scene)),
  rich_text_preformatted: (part, scene) =>
    h("pre", { class: "code-block" }, h("code", {}, inline(part.elements, scene))),
  rich_text_quote: (part, scene) => h("blockquote", {}, inline(part.elements, scene)),
  rich_text_list: (part, scene) => list(part, scene),
};

/** The parts of one rich_text block. */
export function richText(block, scene) {
  return (block.elements ?? []).map(
    (part) => PARTS[part.type]?.(part, scene) ?? h("div", { class: "undrawn" }, part.type),
  );
}

/** The elements of a section without the section: table cells, list items. */
export function inline(elements, scene) {
  return (elements ?? []).map((element) =>
    styled(element, ELEMENTS[element.type]?.(element, scene) ?? `[${element.type}]`),
  );
}

function styled(element, content) {
  return Object.entries(STYLE_TAGS).reduce(
    (inner, [style, tag]) => (element.style?.[style] ? h(tag, tag === "code" ? { class: "code" } : {}, inner) : inner),
    content,
  );
}

function list(part, scene) {
  const indent = part.indent ?? 0;
  const ordered = part.style === "ordered";
  const properties = {
    class: `rich-list indent-${indent} ${part.border ? "bordered" : ""}`,
    style: { "margin-inline-start": `${indent * 1.5}em` },
    type: ordered ? ORDERED[indent % 3] : null,
    start: ordered && part.offset ? part.offset + 1 : null,
  };
  const items = (part.elements ?? []).map((item) =>
    h("li", {}, item.type === "rich_text_section" ? inline(item.elements, scene) : PARTS[item.type]?.(item, scene)),
  );
  return h(ordered ? "ol" : "ul", properties, items);
}
