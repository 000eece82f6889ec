// The middle of the page: the head of the channel, its messages or the app's Home tab, and the composer.

import { workspace } from "./api.js";
import { avatar } from "./avatar.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { appTabs, homeTab } from "./home.js";
import { icon } from "./icons.js";
import { membersMenu } from "./members.js";
import { messageList } from "./messages.js";
import { mrkdwn } from "./render/mrkdwn.js";
import { scene } from "./scene.js";
import { openChannel, personById, setPanel, setTheme, update } from "./state.js";
import { welcomeCard } from "./welcome.js";
import { goTo } from "./navigation.js";
import { inThread, isWithApp } from "./world.js";

export function channelPane(state) {
  const channel = openChannel();
  if (!channel)
    return h(
      "main",
      { class: "channel", key: "channel" },
      head(state, null),
      h("p", { class: "empty" }, "There is no channel to show."),
    );
  const isApp = isWithApp(channel, state.world);
  const home = isApp && state.world.app.home_tab && state.place.tab === "home";
  return h(
    "main",
    { class: "channel", key: "channel", "data-testid": "channel", inert: state.drawer },
    head(state, channel),
    isApp && state.world.app.home_tab && appTabs(state.place.tab),
    home ? homeTab(state.world) : conversation(state, channel),
  );
}

function nameOf(channel) {
  if (channel.kind !== "im") return channel.name;
  const person = personById(scene.otherIn(channel));
  return person?.real_name ?? person?.name ?? channel.name;
}

function head(state, channel) {
  const dark = document.documentElement.dataset.theme === "dark";
  const mark =
    channel &&
    (channel.kind === "im"
      ? avatar(personById(scene.otherIn(channel)), "small")
      : icon(channel.kind === "private" ? "lock" : "hash"));
  return h(
    "header",
    { class: "pane-head", key: "head" },
    h(
      "button",
      {
        type: "button",
        class: "icon-button only-narrow",
        key: "menu",
        "aria-label": "Channels",
        "aria-expanded": String(state.drawer),
        "aria-controls": "sidebar",
        "data-testid": "drawer",
        onClick: () => update({ drawer: !state.drawer }),
      },
      icon("menu"),
    ),
    channel &&
      h("h1", { class: "channel-title", key: "title" }, mark, h("span", { class: "channel-name" }, nameOf(channel))),
    channel?.topic && h("span", { class: "topic", key: "topic", title: channel.topic }, mrkdwn(channel.topic, scene)),
    h("span", { class: "head-space", key: "space" }),
    channel && channel.kind !== "im" && membersMenu(channel, state.world),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        key: "theme",
        "data-testid": "theme",
        title: dark ? "Light theme" : "Dark theme",
        "aria-label": dark ? "Switch to the light theme" : "Switch to the dark theme",
        onClick: () => setTheme(dark ? "light" : "dark"),
      },
      icon(dark ? "sun" : "moon"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        key: "panel",
        "data-testid": "panel-toggle",
        title: "Behind the scenes",
        "aria-label": "Behind the scenes: Zadig, traffic, faults",
        "aria-expanded": String(state.panel.open && !state.place.thread),
        onClick: () => togglePanel(state),
      },
      icon("panel"),
    ),
  );
}

/** A thread lies over the panel; asking for the panel then puts the thread away. */
function togglePanel({ panel, place }) {
  if (place.thread) goTo({ thread: null });
  setPanel({ open: place.thread ? true : !panel.open });
}

function conversation(state, channel) {
  const { dismissed, notices, world } = state;
  const messages = channel.messages.filter((message) => !inThread(message) && !dismissed.has(message.ts));
  const own = notices.filter((notice) => notice.channel === channel.id && !notice.thread);
  const before = [beginning(channel, world), state.welcome && welcomeCard(world)];
  return [
    messageList({ channel, where: "main", label: `Messages in ${nameOf(channel)}`, messages, notices: own, before }),
    foot(channel, world),
  ];
}

function beginning(channel, world) {
  const name = nameOf(channel);
  const words =
    channel.kind === "im"
      ? `This is the beginning of what you and ${name} say to each other.`
      : `This is the very beginning of #${name}${channel.kind === "private" ? ", a private channel: only its members see it" : ""}. Try a command of ${world.app.name} here.`;
  return h(
    "div",
    { class: "beginning", key: "beginning" },
    h(
      "div",
      { class: "beginning-mark" },
      channel.kind === "im"
        ? avatar(personById(scene.otherIn(channel)), "large")
        : icon(channel.kind === "private" ? "lock" : "hash"),
    ),
    h("div", {}, h("div", { class: "beginning-name" }, channel.kind === "im" ? name : `#${name}`), h("p", {}, words)),
  );
}

function foot(channel, world) {
  if (channel.is_archived)
    return h("p", { class: "foot-note", key: "foot" }, `#${channel.name} is archived: nothing can be written here.`);
  if (channel.kind !== "im" && !channel.is_member) {
    const join = () => workspace.membership({ channel: channel.id, user: world.me.id, present: true }).catch(() => {});
    return h(
      "div",
      { class: "foot-note", key: "foot" },
      h("span", {}, `You are looking at #${channel.name} from outside.`),
      h(
        "button",
        { type: "button", class: "button solid primary", "data-testid": "join", onClick: join },
        "Join channel",
      ),
    );
  }
  if (isWithApp(channel, world) && world.app.messages_tab === false)
    return h("p", { class: "foot-note", key: "foot" }, "Sending messages to this app has been turned off.");
  const name = nameOf(channel);
  return composer({ channel, thread: null, placeholder: `Message ${channel.kind === "im" ? name : `#${name}`}` });
}
