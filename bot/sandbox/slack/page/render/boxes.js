// Draws the blocks that stand in a frame of their own: alerts, cards, carousels, containers, tasks and plans.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { drawElement } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { link } from "./links.js";
import { textObject } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { richText } from "./rich_text.js";

const LEVEL_ICONS = { warning: "warning", error: "warning", success: "check" };
const STATES = {
  pending: ["dots", "Pending"],
  in_progress: ["clock", "In progress"],
  complete: ["check", "Complete"],
  error: ["warning", "Error"],
};

export function alert(block, host) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert-box level-${level}`, role: level === "error" ? "alert" : "status" },
    icon(LEVEL_ICONS[level] ?? "info"),
    h("div", { class: "text" }, textObject(block.text, host.scene)),
  );
}

export function card(block, host) {
  const line = (part, name) => part && h("div", { class: `text ${name}` }, textObject(part, host.scene));
  return h(
    "div",
    { class: "box card" },
    block.hero_image && picture(block.hero_image, "hero-image"),
    h(
      "div",
      { class: "box-head" },
      block.icon && picture(block.icon, "box-icon"),
      h("div", {}, line(block.title, "box-title"), line(block.subtitle, "box-note")),
    ),
    line(block.body, "box-body"),
    line(block.subtext, "box-note"),
    block.actions?.length > 0 &&
      h(
        "div",
        { class: "box-actions" },
        block.actions.map((element) => drawElement(element, { block, host })),
      ),
  );
}

/** The cards side by side; they scroll inside their frame. `drawBlocks`: of blocks.js. */
export const carousel = (block, host, drawBlocks) =>
  h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" }, drawBlocks(block.elements, host));

export function container(block, host, drawBlocks) {
  const title = h(
    "div",
    { class: "box-title" },
    block.title ? textObject(block.title, host.scene) : richText(block.rich_text_title, host.scene),
  );
  const subtitle = block.subtitle && h("div", { class: "text box-note" }, textObject(block.subtitle, host.scene));
  const head = [block.icon && picture(block.icon, "box-icon"), h("div", {}, title, subtitle)];
  const children = h("div", { class: "box-children" }, drawBlocks(block.child_blocks, host));
  const name = `box container ${block.has_header_divider ? "divided" : ""}`;
  if (!block.is_collapsible) return h("div", { class: name }, h("div", { class: "box-head" }, head), children);
  return h(
    "details",
    { class: name, open: !block.default_collapsed },
    h("summary", { class: "box-head" }, icon("chevron-right", "box-arrow"), head),
    children,
  );
}

export function task(block, host) {
  const [mark, words] = STATES[block.status ?? "pending"];
  const sources = block.sources ?? [];
  return h(
    "div",
    { class: `task task-${block.status ?? "pending"}` },
    h(
      "div",
      { class: "task-head" },
      icon(mark),
      h("span", { class: "visually-hidden" }, `${words}: `),
      h("span", {}, withEmoji(block.title ?? "")),
    ),
    block.details && h("div", { class: "task-more" }, richText(block.details, host.scene)),
    block.output && h("div", { class: "task-more" }, richText(block.output, host.scene)),
    sources.length > 0 &&
      h(
        "div",
        { class: "task-more box-note" },
        sources.map((each) => [link(each.url, each.text ?? each.url, host.scene), " "]),
      ),
  );
}

export const taskCard = (block, host) => h("div", { class: "box" }, task(block, host));

export const plan = (block, host) =>
  h(
    "div",
    { class: "box" },
    h("div", { class: "box-title" }, withEmoji(block.title ?? "")),
    (block.tasks ?? []).map((each) => task(each, host)),
  );
