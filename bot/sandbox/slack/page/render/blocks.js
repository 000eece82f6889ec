// Draws Block Kit blocks; each kind is one row of the table at the end.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { alert, card, carousel, container, plan, taskCard } from "./boxes.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { richText } from "./rich_text.js";
import { table } from "./tables.js";

const INPUT_GROUPS = new Set(["checkboxes", "radio_buttons"]);

/** All blocks of a message, modal or Home tab. `host`: see surfaces.js. */
export function drawBlocks(blocks, host) {
  return (blocks ?? []).map((block, index) => drawBlock(block, index, host));
}

function drawBlock(block, index, host) {
  const draw = BLOCKS[block.type];
  const properties = {
    key: `${block.block_id ?? index}/${block.type}`,
    class: `block block-${block.type}`,
    "data-block-id": block.block_id,
    "data-block-type": block.type,
  };
  return h("div", properties, draw ? draw(block, host) : undrawn(block));
}

function undrawn(block) {
  return h(
    "details",
    { class: "undrawn" },
    h("summary", {}, `The block “${block.type}” is not drawn in this sandbox.`),
    h("pre", { tabindex: "0" }, JSON.stringify(block, null, 2)),
  );
}

function header(block, host) {
  const level = host.kind === "modal" ? 3 : 2; // below the title of the modal, or of the channel
  return h(
    "div",
    { class: `header-text level-${block.level ?? 1}`, role: "heading", "aria-level": String(level) },
    textObject(block.text, host.scene),
  );
}

function section(block, host) {
  const accessory =
    block.accessory &&
    h(
      "div",
      { class: "accessory" },
      block.accessory.type === "image"
        ? picture(block.accessory, "thumbnail")
        : drawElement(block.accessory, { block, host }),
    );
  return [
    h(
      "div",
      { class: "section-body" },
      block.text && h("div", { class: "text" }, textObject(block.text, host.scene)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", { class: "text" }, textObject(field, host.scene))),
        ),
    ),
    accessory,
  ];
}

function context(block, host) {
  return (block.elements ?? []).map((element) =>
    element.type === "image"
      ? picture(element, "context-image")
      : h("span", { class: "text" }, textObject(element, host.scene)),
  );
}

const actions = (block, host) => (block.elements ?? []).map((element) => drawElement(element, { block, host }));

function image(block, host) {
  return h(
    "figure",
    {},
    block.title && h("figcaption", {}, textObject(block.title, host.scene)),
    picture(block, "large-image"),
  );
}

function input(block, host) {
  const id = host.id(block.block_id, block.element?.action_id ?? "");
  const error = host.error(block.block_id);
  const [labelId, hintId, errorId] = [`${id}-label`, `${id}-hint`, `${id}-error`];
  const described = [error && errorId, block.hint && hintId].filter(Boolean).join(" ");
  const words = [
    textObject(block.label, host.scene),
    block.optional && h("span", { class: "optional" }, " (optional)"),
  ];
  const label = INPUT_GROUPS.has(block.element?.type)
    ? h("span", { class: "label", id: labelId, key: "label" }, words)
    : h("label", { class: "label", id: labelId, for: id, key: "label" }, words);
  return [
    label,
    drawElement(block.element ?? { type: "missing" }, {
      block,
      host,
      input: { labelId, described, invalid: Boolean(error), required: !block.optional },
    }),
    error &&
      h(
        "div",
        { class: "field-error", role: "alert", id: errorId, key: "error" },
        icon("warning"),
        h("span", {}, error),
      ),
    block.hint && h("div", { class: "hint", id: hintId, key: "hint" }, textObject(block.hint, host.scene)),
  ];
}

/** Every block that is drawn, by its type. */
export const BLOCKS = {
  header,
  section,
  context,
  actions,
  image,
  input,
  divider: () => h("hr", { class: "divider" }),
  rich_text: (block, host) => richText(block, host.scene),
  markdown: (block, host) => markdown(block.text ?? "", host.scene),
  table,
  data_table: table,
  alert,
  card,
  carousel: (block, host) => carousel(block, host, (cards) => drawBlocks(cards, host)),
  container: (block, host) => container(block, host, (children) => drawBlocks(children, host)),
  plan,
  task_card: taskCard,
};
