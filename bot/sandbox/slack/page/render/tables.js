// Draws tables: the table block and the data table.

import { h } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

const CELLS = {
  raw_text: (cell) => withEmoji(cell.text ?? ""),
  raw_number: (cell) => cell.text ?? String(cell.value ?? ""),
  rich_text: (cell, scene) => richText(cell, scene),
  mrkdwn: (cell, scene) => mrkdwn(cell.text ?? "", scene),
};

/** Its first row is the header; wide tables scroll inside their frame. A data table has a caption, and all its pages are shown. */
export function table(block, host) {
  const [head = [], ...body] = block.rows ?? [];
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "group", "aria-label": block.caption || "Table" },
    h(
      "table",
      {},
      block.caption && h("caption", {}, withEmoji(block.caption)),
      h("thead", {}, row(head, "th", block, host)),
      h(
        "tbody",
        {},
        body.map((cells) => row(cells, "td", block, host)),
      ),
    ),
  );
}

function row(cells, tag, block, host) {
  return h(
    "tr",
    {},
    cells.map((cell, column) => {
      const settings = block.column_settings?.[column] ?? {};
      const properties = {
        style: { "text-align": settings.align ?? "left" },
        class: settings.is_wrapped ? "wrapped" : null,
      };
      return h(tag, properties, CELLS[cell?.type]?.(cell, host.scene) ?? "");
    }),
  );
}
