// The thread pane: the message that began it, its replies and a composer of its own.

import { composer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { messageList } from "./messages.js";
import { goTo } from "./navigation.js";
import { threadOf } from "./world.js";

export const closeThread = () => goTo({ thread: null });

export function threadPane({ place, dismissed, notices }, channel) {
  const messages = threadOf(channel, place.thread).filter((message) => !dismissed.has(message.ts));
  const replies = messages.filter((message) => message.ts !== place.thread && !message.is_ephemeral).length;
  const name = channel.kind === "im" ? "Direct message" : `#${channel.name}`;
  const own = notices.filter((notice) => notice.channel === channel.id && notice.thread === place.thread);
  return h(
    "aside",
    { class: "right thread", key: "thread", "aria-label": "Thread", "data-testid": "thread" },
    h(
      "header",
      { class: "pane-head" },
      h("h2", {}, "Thread", h("span", { class: "pane-sub" }, name)),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close thread",
          title: "Close (Esc)",
          "data-testid": "thread-close",
          onClick: closeThread,
        },
        icon("close"),
      ),
    ),
    messages.length === 0 && h("p", { class: "empty" }, "This message is not here any more."),
    messageList({
      channel,
      where: "thread",
      thread: place.thread,
      label: "Thread",
      messages,
      notices: own,
      before: null,
    }),
    h(
      "div",
      { class: "thread-count-line", role: "status" },
      replies === 0 ? "" : `${replies} ${replies === 1 ? "reply" : "replies"}`,
    ),
    composer({ channel, thread: place.thread, placeholder: "Reply…" }),
  );
}
