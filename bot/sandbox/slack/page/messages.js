// The scrolling list of messages of a channel or thread: days, grouping, the line "New", staying at the end.

import { drawer, h, widget } from "./dom.js";
import { drawMessage, drawNotice, drawSystemLine } from "./message.js";
import { dayHeading, dayOf } from "./render/dates.js";
import { scene, secondsOf } from "./scene.js";
import { current } from "./state.js";

const TOGETHER = 300; // seconds within which messages of one author share a heading
const NEAR = 40; // pixels from the end that still count as the end
const SYSTEM = new Set([
  "channel_join",
  "channel_leave",
  "channel_archive",
  "channel_unarchive",
  "channel_topic",
  "channel_name",
]);

/** The list as a part of its own. Props: `channel`, `where`, `messages`, `notices`, `label`, `before` (what stands above). */
export const messageList = (props) =>
  widget(MessageList, { ...props, key: `list-${props.where}-${props.channel.id}-${props.thread ?? ""}` });

class MessageList {
  node = document.createElement("div");
  #inner = document.createElement("div");
  #draw = drawer(this.#inner);
  #kept = new Map();
  #atEnd = true;
  #top = 0;
  #led = null;
  #watch = new ResizeObserver(() => this.#toEnd());

  constructor(props) {
    const { node } = this;
    node.className = "messages";
    node.dataset.testid = props.where === "main" ? "messages" : "thread-messages";
    node.setAttribute("role", "log");
    node.setAttribute("aria-label", props.label);
    node.setAttribute("aria-live", "polite");
    node.setAttribute("aria-relevant", "additions");
    node.tabIndex = 0;
    node.onscroll = () => this.#scrolled();
    node.onkeydown = moveAmongMessages;
    this.#inner.className = "messages-inner";
    node.append(this.#inner);
    this.#watch.observe(node);
    this.#watch.observe(this.#inner);
    this.update(props);
    queueMicrotask(() => this.#toEnd());
  }

  update(props) {
    this.#draw(props.before, rows(props, this.#kept));
    this.#toEnd();
    this.#leadTo(current().flash);
  }

  destroy() {
    this.#watch.disconnect();
  }

  #toEnd() {
    if (this.#atEnd) this.node.scrollTop = this.node.scrollHeight;
  }

  /** Who is at the end stays there; only a person scrolls up, growing content does not. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#atEnd = true;
    else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
  }

  /** Brings a message that a link pointed at into sight, once. */
  #leadTo(ts) {
    const target = ts && ts !== this.#led && this.#inner.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!target) return;
    this.#led = ts;
    this.#atEnd = false;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }
}

/** Arrow keys, Home and End lead from message to message while one of them, or the list, has the focus. */
function moveAmongMessages(event) {
  const all = [...event.currentTarget.querySelectorAll("article.message")];
  const at = all.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== event.currentTarget) return;
  const above = at < 0 ? all.at(-1) : all[at - 1];
  const target = { ArrowDown: all[at + 1], ArrowUp: above, Home: all[0], End: all.at(-1) }[event.key];
  if (target) {
    event.preventDefault();
    target.focus();
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    all[at].querySelector("button, a, input")?.focus();
  }
}

/** Messages and notices in their order, with a line before each day and before what is new. */
function rows({ channel, where, messages, notices = [] }, kept) {
  const zone = scene.zone();
  const { newLine: mark } = current();
  let unread = where === "main" && mark?.channel === channel.id ? mark.after : null;
  let previous = null;
  const list = [];
  for (const { message, notice } of inOrder(messages, notices)) {
    if (notice) {
      list.push(drawNotice(notice));
      previous = previous && { ...previous, user: null };
      continue;
    }
    const day = dayOf(secondsOf(message.ts), zone);
    if (previous === null || day !== dayOf(secondsOf(previous.ts), zone)) list.push(divider(message, day, zone));
    const isFirstNew = unread !== null && message.ts > unread && message.user !== scene.me();
    if (isFirstNew) list.push(newLine());
    if (isFirstNew) unread = null;
    list.push(row(message, { channel, where, compact: !isFirstNew && follows(message, previous, zone) }, kept));
    previous = message;
  }
  return list;
}

/** A notice stands after the messages that were there when it came. */
function inOrder(messages, notices) {
  const items = [
    ...messages.map((message) => ({ at: message.ts, message })),
    ...notices.map((notice) => ({ at: notice.after, notice })),
  ];
  return items.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

/** A drawing is used again while nothing it depends on has changed: most messages are drawn once. */
function row(message, { channel, where, compact }, kept) {
  if (SYSTEM.has(message.subtype)) return drawSystemLine(message);
  const { busy, problems, flash, world } = current();
  const surface = `${channel.id}/${message.ts}`;
  const waiting = [...busy].filter((key) => key.startsWith(`${surface}/`)).join();
  const depends = [
    message,
    compact,
    waiting,
    problems.get(surface),
    flash === message.ts,
    world.people,
    world.app.shortcuts,
    Math.floor(scene.now() / 60),
  ];
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

const newLine = () =>
  h(
    "div",
    { class: "new-line", key: "new", "data-testid": "new-line", role: "separator", "aria-label": "New messages" },
    h("span", {}, "New"),
  );
