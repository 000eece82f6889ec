// Draws Slack's mrkdwn: https://docs.slack.dev/messaging/formatting-message-text

import { h } from "../dom.js";
import { emoji, emojiAt, withEmoji } from "./emoji.js";
import { broadcast, channelMention, groupMention, link, moment, userMention } from "./links.js";

const FENCE = /```([\s\S]+?)```/;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const BARE_ADDRESS = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]}*_~]/;
const ESCAPES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** `&amp; &lt; &gt;` back to their characters; nothing else is an entity in Slack. */
function unescape(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ESCAPES[entity]);
}

/** A mrkdwn text as nodes. `verbatim` leaves bare addresses alone. */
export function mrkdwn(text, scene, { verbatim = false } = {}) {
  const fence = FENCE.exec(text);
  if (!fence) return quotesAndLines(text, scene, verbatim);
  const before = text.slice(0, fence.index).replace(/\n$/, "");
  const after = text.slice(fence.index + fence[0].length).replace(/^\n/, "");
  return [
    before && quotesAndLines(before, scene, verbatim),
    h("pre", { class: "code-block" }, h("code", {}, preformatted(fence[1].replace(/^\n/, ""), scene))),
    after && mrkdwn(after, scene, { verbatim }),
  ];
}

/** Inside code only `<…>` is read, so that addresses and mentions show their names. */
function preformatted(text, scene) {
  return text
    .split(/(<[^<>\n]+>)/)
    .map((part) => (isControl(part) ? control(part.slice(1, -1), scene) : unescape(part)));
}

function isControl(part) {
  return /^<(?:[@#!]|https?:|mailto:|tel:|slack:)[^<>\n]*>$/.test(part);
}

function quotesAndLines(text, scene, verbatim) {
  const nodes = [];
  for (const { quoted, lines } of groups(text.split("\n"))) {
    const content = inline(lines.join("\n"), { scene, verbatim });
    nodes.push(quoted ? h("blockquote", {}, content) : content);
  }
  return nodes;
}

/** Runs of quoted and of plain lines; `>>>` quotes everything that follows. */
function groups(lines) {
  const found = [];
  let open = false;
  for (const line of lines) {
    const rest = /^(?:&gt;|>){3} ?/.exec(line);
    const mark = rest ?? /^(?:&gt;|>) ?/.exec(line);
    const quoted = open || mark !== null;
    open ||= rest !== null;
    const content = mark ? line.slice(mark[0].length) : line;
    const last = found.at(-1);
    if (last?.quoted === quoted) last.lines.push(content);
    else found.push({ quoted, lines: [content] });
  }
  return found;
}

/** The nodes of a run of text; `style` marks that are already open are not opened again. */
function inline(text, context, open = "") {
  const nodes = [];
  let plain = "";
  let position = 0;
  const flush = () => {
    if (plain) nodes.push(...withEmoji(unescape(plain)));
    plain = "";
  };
  while (position < text.length) {
    const piece = pieceAt(text, position, context, open);
    if (piece) {
      flush();
      nodes.push(piece.node);
      position += piece.length;
    } else {
      plain += text[position];
      position += 1;
    }
  }
  flush();
  return nodes;
}

function pieceAt(text, position, context, open) {
  const sign = text[position];
  if (sign === "<") return controlAt(text.slice(position), context);
  if (sign === "`") return codeAt(text, position, context);
  if (sign === ":") return emojiPiece(text.slice(position));
  if (sign === "h" && !context.verbatim && startsWord(text, position)) return addressAt(text.slice(position), context);
  if (STYLES[sign] && !open.includes(sign)) return styledAt(text, position, context, open);
  return null;
}

function controlAt(rest, { scene }) {
  const end = rest.indexOf(">");
  const whole = rest.slice(0, end + 1);
  return end > 0 && isControl(whole) ? { node: control(whole.slice(1, -1), scene), length: whole.length } : null;
}

function codeAt(text, position, { scene }) {
  const found = /^`([^`\n]+)`/.exec(text.slice(position));
  return found && { node: h("code", { class: "code" }, preformatted(found[1], scene)), length: found[0].length };
}

function emojiPiece(rest) {
  const found = emojiAt(rest);
  return found && { node: emoji(found.name, found.tone), length: found.whole.length };
}

function addressAt(rest, { scene }) {
  const found = BARE_ADDRESS.exec(rest);
  return found && { node: link(unescape(found[0]), unescape(found[0]), scene), length: found[0].length };
}

function startsWord(text, position) {
  return position === 0 || !/[\p{L}\p{N}]/u.test(text[position - 1]);
}

/** `*bold*`: opens at the start of a word, closes at the end of one, and stays on its line. */
function styledAt(text, position, context, open) {
  const sign = text[position];
  if (!startsWord(text, position) || /\s|^$/.test(text[position + 1] ?? "")) return null;
  const end = closing(text, position, sign);
  if (end < 0) return null;
  const content = inline(text.slice(position + 1, end), context, open + sign);
  return { node: h(STYLES[sign], {}, content), length: end + 1 - position };
}

function closing(text, position, sign) {
  for (let at = position + 1; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "<") {
      const end = text.indexOf(">", at);
      if (end > 0) at = end;
    } else if (text[at] === "`") {
      const end = text.indexOf("`", at + 1);
      if (end > 0) at = end;
    } else if (
      text[at] === sign &&
      at > position + 1 &&
      !/\s/.test(text[at - 1]) &&
      !/[\p{L}\p{N}]/u.test(text[at + 1] ?? "")
    ) {
      return at;
    }
  }
  return -1;
}

/** What stands between `<` and `>`. */
function control(content, scene) {
  const bar = content.indexOf("|");
  const target = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(content.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), scene, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), scene, label);
  if (target.startsWith("!")) return special(target.slice(1), label, scene);
  return link(unescape(target), label ? withEmoji(label) : unescape(target).replace(/^(?:mailto|tel):/, ""), scene);
}

function special(target, label, scene) {
  const [kind, ...details] = target.split("^");
  if (kind === "date") {
    const [seconds, template = "", address] = details;
    const fields = { seconds: Number(seconds), template: unescape(template), address, fallback: label };
    return moment(fields, scene);
  }
  if (kind === "subteam") return groupMention(details[0] ?? "", label);
  return ["here", "channel", "everyone"].includes(kind) ? broadcast(kind) : h("span", {}, label ?? `<${target}>`);
}

/** A text object: mrkdwn, or plain text in which only emoji are read. */
export function textObject(text, scene) {
  if (!text) return [];
  if (typeof text === "string") return withEmoji(text);
  if (text.type === "mrkdwn") return mrkdwn(text.text ?? "", scene, { verbatim: text.verbatim });
  return text.emoji === false ? [text.text ?? ""] : withEmoji(text.text ?? "");
}
