// Draws the markdown block: standard Markdown with tables, task lists and strike-through, no HTML.

import { h } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./links.js";

const FENCE = /^(```+|~~~+)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DIVIDER_ROW = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

// Tried in this order at every position; each answers a node for its match.
const INLINE = [
  [/^`([^`]+)`/, (match) => h("code", { class: "code" }, match[1])],
  [
    /^!?\[([^\]]*)\]\(((?:[^\s()]|\([^\s()]*\))+)(?:\s+"[^"]*")?\)/,
    (match, scene) => link(match[2], inline(match[1], scene), scene),
  ],
  [/^<((?:https?|mailto):[^>\s]+)>/, (match, scene) => link(match[1], match[1], scene)],
  [/^https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]}*_~]/, (match, scene) => link(match[0], match[0], scene)],
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*/, (match, scene) => h("strong", {}, inline(match[1], scene))],
  [/^__(?=\S)([\s\S]*?\S)__/, (match, scene) => h("strong", {}, inline(match[1], scene))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (match, scene) => h("s", {}, inline(match[1], scene))],
  [/^\*(?=\S)([^*]*?\S)\*(?!\*)/, (match, scene) => h("em", {}, inline(match[1], scene))],
  [/^_(?=\S)([^_]*?\S)_(?![\p{L}\p{N}])/u, (match, scene) => h("em", {}, inline(match[1], scene))],
  [/^\\([\\`*_{}[\]()#+.!~|>-])/, (match) => match[1]],
];

/** The text of a markdown block as nodes. */
export function markdown(text, scene) {
  return blocks(text.replace(/\r\n?/g, "\n").split("\n"), scene);
}

function blocks(lines, scene) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at].trim() === "") {
      at += 1;
      continue;
    }
    const { node, next } = READERS.map((read) => read(lines, at, scene)).find(Boolean);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

// The first that recognises the line takes it, and as many after it as belong to it.
const READERS = [fence, heading, rule, quote, table, list, paragraph];

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])?.[1];
  if (!mark) return null;
  const found = lines.findIndex((line, index) => index > at && line.startsWith(mark));
  const end = found < 0 ? lines.length : found;
  return { node: h("pre", { class: "code-block" }, h("code", {}, lines.slice(at + 1, end).join("\n"))), next: end + 1 };
}

function heading(lines, at, scene) {
  const found = HEADING.exec(lines[at]);
  if (!found) return null;
  // All are second to the channel's title: what a message skips must not tear a hole into the page's outline.
  const node = h(
    "div",
    { class: `markdown-heading level-${found[1].length}`, role: "heading", "aria-level": "2" },
    inline(found[2], scene),
  );
  return { node, next: at + 1 };
}

function rule(lines, at) {
  return RULE.test(lines[at]) ? { node: h("hr", { class: "divider" }), next: at + 1 } : null;
}

function quote(lines, at, scene) {
  const end = firstNot(lines, at, (line) => line.startsWith(">"));
  if (end === at) return null;
  const content = lines.slice(at, end).map((line) => line.replace(/^> ?/, ""));
  return { node: h("blockquote", {}, blocks(content, scene)), next: end };
}

function table(lines, at, scene) {
  if (!lines[at].includes("|") || !DIVIDER_ROW.test(lines[at + 1] ?? "")) return null;
  const end = firstNot(lines, at + 2, (line) => line.includes("|"));
  const sides = cells(lines[at + 1]).map((mark) => (/:$/.test(mark) ? (/^:/.test(mark) ? "center" : "right") : "left"));
  const row = (line, tag) =>
    h(
      "tr",
      {},
      cells(line).map((cell, column) =>
        h(tag, { style: { "text-align": sides[column] ?? "left" } }, inline(cell, scene)),
      ),
    );
  const node = h(
    "div",
    { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, row(lines[at], "th")),
      h(
        "tbody",
        {},
        lines.slice(at + 2, end).map((line) => row(line, "td")),
      ),
    ),
  );
  return { node, next: end };
}

function cells(line) {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function list(lines, at, scene) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let next = at;
  while (next < lines.length) {
    const item = ITEM.exec(lines[next]);
    if (!item || item[1].length > indent + 1 || item[1].length < indent || /\d/.test(item[2]) !== ordered) break;
    const end = firstNot(lines, next + 1, (line) => line.trim() !== "" && /^\s*/.exec(line)[0].length > indent);
    const inner = lines
      .slice(next + 1, end)
      .map((line) => line.slice(Math.min(indent + 2, /^\s*/.exec(line)[0].length)));
    items.push(listItem(item[3], inner, scene));
    next = end;
  }
  const properties = ordered ? { class: "rich-list", start: Number.parseInt(first[2], 10) } : { class: "rich-list" };
  return { node: h(ordered ? "ol" : "ul", properties, items), next };
}

function listItem(text, inner, scene) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  const mark =
    task &&
    h(
      "span",
      { class: "task-mark", role: "img", "aria-label": task[1] === " " ? "to do" : "done" },
      task[1] === " " ? "☐" : "☑",
    );
  return h("li", { class: task ? "task" : null }, mark, inline(task ? task[2] : text, scene), blocks(inner, scene));
}

function paragraph(lines, at, scene) {
  const starts = (line) =>
    line.trim() === "" ||
    FENCE.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    line.startsWith(">") ||
    ITEM.test(line);
  const end = Math.max(
    firstNot(lines, at, (line) => !starts(line)),
    at + 1,
  );
  return { node: h("p", {}, inline(lines.slice(at, end).join("\n"), scene)), next: end };
}

function firstNot(lines, from, belongs) {
  let at = from;
  while (at < lines.length && belongs(lines[at])) at += 1;
  return at;
}

function inline(text, scene) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    nodes.push(...withEmoji(plain));
    plain = "";
  };
  while (at < text.length) {
    const [match, draw] = firstMatch(text, at);
    if (match) {
      flush();
      nodes.push(draw(match, scene));
      at += match[0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function firstMatch(text, at) {
  if (!/[`![<h*_~\\]/.test(text[at])) return [null];
  if (text[at] === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return [null];
  const rest = text.slice(at);
  for (const [pattern, draw] of INLINE) {
    const match = pattern.exec(rest);
    if (match) return [match, draw];
  }
  return [null];
}
