// Draws one message: author, time, blocks or text, attachments, thread link, and what one can do with it.

import { workspace } from "./api.js";
import { avatar, noticeAvatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { goTo } from "./navigation.js";
import { attachments } from "./render/attachments.js";
import { drawBlocks } from "./render/blocks.js";
import { ago, clockTime, fullMoment } from "./render/dates.js";
import { emoji, onlyEmoji } from "./render/emoji.js";
import { mrkdwn } from "./render/mrkdwn.js";
import { scene, secondsOf } from "./scene.js";
import { addNotice, current, personById, update } from "./state.js";
import { messageHost } from "./surfaces.js";

/**
 * One message. `where` is "main" or "thread"; `compact` ones follow another by the same author and go without face
 * and name.
 */
export function drawMessage(message, { channel, where, compact }) {
  const author = personById(message.user);
  const name = message.username ?? author?.real_name ?? "Unknown";
  const isRoot = where === "thread" && (message.thread_ts ?? message.ts) === message.ts;
  const marks = { compact, ephemeral: message.is_ephemeral, flash: current().flash === message.ts };
  return h(
    "article",
    {
      key: message.ts,
      class: ["message", ...Object.keys(marks).filter((mark) => marks[mark])].join(" "),
      "data-testid": `${isRoot ? "thread-root" : "message"}-${message.ts}`,
      "data-ts": message.ts,
      "aria-label": `${name}, ${clockTime(secondsOf(message.ts), scene.zone())}`,
      tabindex: "-1",
    },
    h("div", { class: "message-side" }, compact ? time(message, { short: true }) : face(message, author, name)),
    h(
      "div",
      { class: "message-main" },
      message.is_ephemeral && onlyYou(),
      !compact && heading(message, author, name),
      h("div", { class: "message-body" }, content(message, channel, where)),
      problem(channel, message),
      reactions(message),
      where === "main" && threadLink(message),
      message.is_ephemeral && dismissal(() => putAway(message)),
    ),
    !message.is_ephemeral && toolbar(message, channel, where),
  );
}

const onlyYou = () => h("div", { class: "only-you" }, icon("info"), "Only visible to you");

const dismissal = (onClick) => h("button", { type: "button", class: "link-button small", onClick }, "Dismiss message");

function heading(message, author, name) {
  const isApp = message.bot_id || author?.is_bot;
  const mark = isApp && h("span", { class: "app-mark" }, "APP");
  return h("div", { class: "message-head" }, h("span", { class: "author" }, name), mark, time(message));
}

/** An app may bring its own face: an emoji in place of the usual one. */
function face({ icons }, author, name) {
  const own = /^:(.+):$/.exec(icons?.emoji ?? "")?.[1];
  return own
    ? h("span", { class: "avatar medium own", "aria-hidden": "true" }, emoji(own))
    : avatar(author, "medium", name);
}

function time(message, { short = false } = {}) {
  const at = secondsOf(message.ts);
  const words = clockTime(at, scene.zone());
  return h(
    "time",
    { class: "time", datetime: new Date(at * 1000).toISOString(), title: fullMoment(at, scene.zone()) },
    short ? words.replace(/\s?[AP]M/i, "") : words,
  );
}

function content(message, channel, where) {
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  const host = messageHost(channel, message, where);
  const blocks = message.blocks?.length > 0;
  const big = !blocks && onlyEmoji(message.text ?? "");
  return [
    blocks
      ? drawBlocks(message.blocks, host)
      : h("div", { class: big ? "text big-emoji" : "text" }, mrkdwn(message.text ?? "", scene), edited),
    blocks && edited,
    attachments(message.attachments, host),
  ];
}

function problem(channel, message) {
  const words = current().problems.get(`${channel}/${message.ts}`);
  return words && h("div", { class: "problem", role: "alert", key: "problem" }, icon("warning"), words);
}

function reactions({ reactions: all }) {
  if (!all) return null;
  const one = ([name, users]) =>
    h(
      "span",
      { class: "reaction", key: name, title: users.map((id) => personById(id)?.real_name ?? id).join(", ") },
      emoji(name),
      h("span", {}, users.length),
    );
  return h("div", { class: "reactions", key: "reactions" }, Object.entries(all).map(one));
}

function threadLink(message) {
  if (!message.reply_count) return null;
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(personById(id), "small"));
  const last =
    message.latest_reply &&
    h("span", { class: "thread-last" }, `Last reply ${ago(secondsOf(message.latest_reply), scene.now())}`);
  return h(
    "button",
    {
      type: "button",
      class: "thread-link",
      key: "thread",
      "data-testid": `replies-${message.ts}`,
      onClick: () => goTo({ thread: message.ts }),
    },
    faces,
    h("span", { class: "thread-count" }, words),
    last,
  );
}

function toolbar(message, channel, where) {
  const reply =
    where === "main" &&
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: "Reply in thread",
        "aria-label": "Reply in thread",
        "data-testid": `reply-${message.ts}`,
        onClick: () => goTo({ thread: message.thread_ts ?? message.ts }),
      },
      icon("reply"),
    );
  const more = menuButton({
    key: "more",
    label: "More actions",
    align: "end",
    items: actionsFor(message, channel),
    button: {
      class: "icon-button",
      title: "More actions",
      "aria-label": "More actions",
      "data-testid": `more-${message.ts}`,
    },
    face: icon("dots"),
  });
  return h("div", { class: "toolbar", key: "toolbar" }, reply, more);
}

function actionsFor(message, channel) {
  const shortcuts = (current().world.app.shortcuts ?? []).filter((shortcut) => shortcut.type === "message");
  const run = (shortcut) => ({
    label: shortcut.name,
    detail: shortcut.description,
    icon: icon("bolt"),
    attributes: { "data-callback-id": shortcut.callback_id },
    pick: () => runShortcut(shortcut, { channel, ts: message.ts }),
  });
  return [
    { label: "Reply in thread", icon: icon("reply"), pick: () => goTo({ thread: message.thread_ts ?? message.ts }) },
    { label: "Copy text", icon: icon("message"), pick: () => navigator.clipboard?.writeText(message.text ?? "") },
    shortcuts.length > 0 && { heading: current().world.app.name },
    ...shortcuts.map(run),
  ].filter(Boolean);
}

/** Runs a shortcut of the app; what goes wrong is said at the end of the channel. */
export async function runShortcut(shortcut, target = {}) {
  const { user, channel } = current().place;
  const answer = await workspace
    .shortcut({ user, callback_id: shortcut.callback_id, ...target })
    .catch(() => ({ ok: false, error: "trouble_connecting" }));
  if (!answer.ok) addNotice(target.channel ?? channel, `“${shortcut.name}” failed with the error \`${answer.error}\``);
}

function putAway(message) {
  update((state) => ({ dismissed: new Set(state.dismissed).add(message.ts) }));
}

/** A line in the manner of Slackbot. */
export function drawNotice(notice) {
  const dismiss = () => update(({ notices }) => ({ notices: notices.filter((each) => each !== notice) }));
  const at = h("span", { class: "time" }, clockTime(notice.at, scene.zone()));
  return h(
    "article",
    {
      key: notice.id,
      class: "message ephemeral notice",
      "data-testid": "notice",
      tabindex: "-1",
      "aria-label": "Slackbot",
    },
    h("div", { class: "message-side" }, noticeAvatar()),
    h(
      "div",
      { class: "message-main" },
      onlyYou(),
      h("div", { class: "message-head" }, h("span", { class: "author" }, "Slackbot"), at),
      h("div", { class: "message-body text" }, mrkdwn(notice.text, scene)),
      dismissal(dismiss),
    ),
  );
}

/** Words of the system, such as who joined. */
export function drawSystemLine(message) {
  return h(
    "div",
    { key: message.ts, class: "system-line", "data-testid": `message-${message.ts}`, "data-ts": message.ts },
    mrkdwn(message.text ?? "", scene),
  );
}
