// Draws secondary attachments: a coloured bar with blocks or the older fields.

import { h } from "../dom.js";
import { drawBlocks } from "./blocks.js";
import { link, moment } from "./links.js";
import { mrkdwn } from "./mrkdwn.js";
import { picture } from "./pictures.js";

const NAMED = { good: "#2eb67d", warning: "#f2b01e", danger: "#e0334d" };

export function attachments(list, host) {
  return (list ?? []).map((each, index) => {
    const colour =
      NAMED[each.color] ?? (/^#?[0-9a-f]{6}$/i.test(each.color ?? "") ? `#${each.color.replace("#", "")}` : null);
    const style = colour ? { "border-inline-start-color": colour } : {};
    return h(
      "div",
      { class: "attachment", style, key: `attachment-${index}` },
      each.blocks ? drawBlocks(each.blocks, host) : older(each, host.scene),
    );
  });
}

function older(each, scene) {
  return [
    each.pretext && h("div", { class: "text" }, mrkdwn(each.pretext, scene)),
    each.author_name && h("div", { class: "attachment-author" }, each.author_name),
    each.title &&
      h("div", { class: "attachment-title" }, each.title_link ? link(each.title_link, each.title, scene) : each.title),
    (each.text ?? each.fallback) && h("div", { class: "text" }, mrkdwn(each.text ?? each.fallback, scene)),
    each.fields &&
      h(
        "div",
        { class: "fields" },
        each.fields.map((field) =>
          h(
            "div",
            { class: field.short ? "text" : "text wide" },
            h("strong", {}, field.title),
            "\n",
            mrkdwn(field.value ?? "", scene),
          ),
        ),
      ),
    each.image_url && picture({ image_url: each.image_url, alt_text: each.fallback ?? "image" }, "large-image"),
    (each.footer || each.ts) &&
      h(
        "div",
        { class: "attachment-footer" },
        each.footer,
        each.ts && [" · ", moment({ seconds: Number(each.ts), template: "{date_short_pretty} {time}" }, scene)],
      ),
  ];
}
