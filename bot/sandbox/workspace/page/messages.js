// The scrolling list of messages of a channel or thread: days, grouping, the line "New", staying at the end.

import { drawer, h, widget } from "./dom.js";
import { drawMessage, drawNotice, drawSystemLine } from "./message.js";
import { dayHeading, dayOf } from "./render/dates.js";
import { scene, secondsOf } from "./scene.js";
import { current } from "./state.js";

const TOGETHER = 300; // seconds within which messages of one author share a heading
const SYSTEM = new Set(["channel_join", "channel_leave", "channel_archive", "channel_unarchive", "channel_topic", "channel_name"]);

/** The list as a part of its own. Props: `channel`, `where`, `messages`, `notices`, `label`, `before` (what stands above). */
export const messageList = (props) => widget(scroller, { ...props, key: `list-${props.where}-${props.channel.id}-${props.thread ?? ""}` });

function scroller(first) {
  const node = document.createElement("div");
  node.className = "messages";
  node.dataset.testid = first.where === "main" ? "messages" : "thread-messages";
  node.setAttribute("role", "log");
  node.setAttribute("aria-label", first.label);
  node.setAttribute("aria-live", "polite");
  node.tabIndex = 0;
  const inner = document.createElement("div");
  inner.className = "messages-inner";
  node.append(inner);
  const draw = drawer(inner);
  const kept = new Map();
  let atEnd = true;
  let top = 0;
  let led = null;

  const toEnd = () => {
    if (atEnd) node.scrollTop = node.scrollHeight;
  };
  node.onscroll = () => {
    const isEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 40;
    if (isEnd) atEnd = true;
    else if (node.scrollTop < top) atEnd = false; // only a person scrolls up; growing content does not
    top = node.scrollTop;
  };
  node.onkeydown = moveAmongMessages;
  const watch = new ResizeObserver(toEnd);
  watch.observe(node);
  watch.observe(inner);

  function update(props) {
    draw(props.before, rows(props, kept));
    toEnd();
    leadTo(current().flash);
  }

  /** Brings a message that a link pointed at into sight, once. */
  function leadTo(ts) {
    if (!ts || ts === led) return;
    const target = inner.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!target) return;
    led = ts;
    atEnd = false;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  update(first);
  queueMicrotask(toEnd);
  return { node, update, destroy: () => watch.disconnect() };
}

/** Arrow keys, Home and End lead from message to message while one of them, or the list, has the focus. */
function moveAmongMessages(event) {
  const all = [...event.currentTarget.querySelectorAll("article.message")];
  const at = all.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== event.currentTarget) return;
  const target = { ArrowDown: all[at + 1], ArrowUp: at < 0 ? all.at(-1) : all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
  if (target) {
    event.preventDefault();
    target.focus();
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    all[at].querySelector("button, a, input")?.focus();
  }
}

function rows({ channel, where, messages, notices = [] }, kept) {
  const zone = scene.zone();
  const after = where === "main" && current().newLine?.channel === channel.id ? current().newLine.after : null;
  const list = [];
  let previous = null;
  let marked = false;
  for (const message of messages) {
    const day = dayOf(secondsOf(message.ts), zone);
    if (day !== (previous && dayOf(secondsOf(previous.ts), zone))) list.push(divider(message, day, zone));
    const isNew = after !== null && !marked && message.ts > after && message.user !== scene.me();
    if (isNew) list.push(newLine());
    marked ||= isNew;
    list.push(row(message, { channel, where, compact: !isNew && follows(message, previous, zone) }, kept));
    previous = message;
    for (const notice of notices.filter((each) => each.after === message.ts)) {
      list.push(drawNotice(notice));
      previous = null;
    }
    if (previous === null) previous = { ...message, user: null };
  }
  const early = notices.filter((notice) => !messages.some((message) => message.ts === notice.after));
  return [...list, ...early.map(drawNotice)];
}

/** A drawing is used again while nothing it depends on has changed: most messages are drawn once. */
function row(message, { channel, where, compact }, kept) {
  if (SYSTEM.has(message.subtype)) return drawSystemLine(message);
  const { busy, problems, flash, world } = current();
  const surface = `${channel.id}/${message.ts}`;
  const waiting = [...busy].filter((key) => key.startsWith(`${surface}/`)).join();
  const depends = [message, compact, waiting, problems.get(surface), flash === message.ts, world.people, world.app.shortcuts, Math.floor(scene.now() / 60)];
  const known = kept.get(message.ts);
  if (known && known.depends.every((each, index) => each === depends[index])) return known.drawing;
  const drawing = drawMessage(message, { channel: channel.id, where, compact });
  kept.set(message.ts, { depends, drawing });
  return drawing;
}

function follows(message, previous, zone) {
  return (
    previous !== null &&
    previous.user === message.user &&
    previous.username === message.username &&
    !message.is_ephemeral &&
    !previous.is_ephemeral &&
    !SYSTEM.has(previous.subtype) &&
    secondsOf(message.ts) - secondsOf(previous.ts) < TOGETHER &&
    dayOf(secondsOf(message.ts), zone) === dayOf(secondsOf(previous.ts), zone)
  );
}

function divider(message, day, zone) {
  const words = dayHeading(secondsOf(message.ts), zone, scene.now());
  return h("div", { class: "day", key: `day-${day}`, role: "separator", "aria-label": words }, h("span", {}, words));
}

const newLine = () => h("div", { class: "new-line", key: "new", "data-testid": "new-line", role: "separator", "aria-label": "New messages" }, h("span", {}, "New"));
