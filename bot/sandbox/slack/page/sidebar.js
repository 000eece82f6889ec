// The left side: the workspace, its channels and conversations with unread marks, the app, and who one is.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { addressOf, goTo } from "./navigation.js";
import { scene } from "./scene.js";
import { personById, update } from "./state.js";
import { sections } from "./world.js";

export function sidebar({ world, place, drawer }) {
  const { channels, archived, direct, app } = sections(world);
  const here = (channel) => channel.id === place.channel;
  return [
    drawer && h("div", { class: "drawer-shade", key: "shade", onClick: () => update({ drawer: false }) }),
    h(
      "nav",
      {
        class: "sidebar",
        key: "sidebar",
        id: "sidebar",
        "aria-label": "Channels and conversations",
        "data-testid": "sidebar",
        onKeydown: moveAmongEntries,
      },
      h(
        "div",
        { class: "workspace-head" },
        h("span", { class: "workspace-mark", "aria-hidden": "true" }, world.team.name.slice(0, 1)),
        h("span", { class: "workspace-name" }, world.team.name),
      ),
      h(
        "div",
        { class: "sidebar-lists" },
        section(
          "Channels",
          channels.map((channel) =>
            entry(channel, here(channel), {
              mark: icon(channel.kind === "private" ? "lock" : "hash"),
              name: channel.name,
            }),
          ),
        ),
        section(
          "Direct messages",
          direct.map((channel) => directEntry(channel, here(channel))),
        ),
        app &&
          section("Apps", [
            entry(app, here(app), {
              mark: avatar(personById(world.app.bot_user_id), "small"),
              name: world.app.name,
              tab: world.app.home_tab ? "home" : "messages",
            }),
          ]),
        archived.length > 0 &&
          section(
            "Archived",
            archived.map((channel) =>
              entry(channel, here(channel), {
                mark: icon(channel.kind === "private" ? "lock" : "hash"),
                name: channel.name,
              }),
            ),
          ),
      ),
      personSwitcher(world, place),
    ),
  ];
}

function section(title, entries) {
  if (entries.length === 0) return null;
  const id = `section-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h(
    "section",
    { class: "sidebar-section", key: id, "aria-labelledby": id },
    h("h2", { id }, title),
    h("ul", {}, entries),
  );
}

function directEntry(channel, here) {
  const person = personById(scene.otherIn(channel));
  return entry(channel, here, { mark: avatar(person, "small"), name: person?.real_name ?? channel.name });
}

function entry(channel, here, { mark, name, tab = "messages" }) {
  const unread = here ? 0 : (channel.unread ?? 0);
  const words = [
    channel.kind === "private" ? "private channel" : "",
    channel.is_archived ? "archived" : "",
    unread > 0 ? `${unread} unread` : "",
  ]
    .filter(Boolean)
    .join(", ");
  const go = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo({ channel: channel.id, tab, thread: null });
  };
  return h(
    "li",
    { key: channel.id },
    h(
      "a",
      {
        class: `entry ${here ? "here" : ""} ${unread > 0 ? "unread" : ""} ${channel.is_member ? "" : "outside"}`,
        href: addressOf({ channel: channel.id, tab }),
        "aria-current": here ? "page" : null,
        "data-testid": `channel-${channel.id}`,
        onClick: go,
      },
      mark,
      h("span", { class: "entry-name" }, name),
      words && h("span", { class: "visually-hidden" }, ` (${words})`),
      unread > 0 &&
        h(
          "span",
          { class: "badge", "aria-hidden": "true", "data-testid": `unread-${channel.id}` },
          unread > 99 ? "99+" : unread,
        ),
    ),
  );
}

function moveAmongEntries(event) {
  const entries = [...event.currentTarget.querySelectorAll(".entry")];
  const at = entries.indexOf(document.activeElement);
  const target = { ArrowDown: entries[at + 1], ArrowUp: entries[at - 1], Home: entries[0], End: entries.at(-1) }[
    event.key
  ];
  if (at < 0 || !target) return;
  event.preventDefault();
  target.focus();
}

function personSwitcher(world, place) {
  const people = world.people.filter((person) => !person.is_bot);
  const as = (person) => addressOf({ user: person.id, channel: place.channel });
  const items = [
    { heading: "Be somebody else" },
    ...people.map((person) => ({
      label: person.real_name,
      detail: person.is_guest ? `@${person.name} · guest` : `@${person.name}`,
      icon: avatar(person, "small"),
      checked: person.id === world.me.id,
      attributes: { "data-testid": `person-${person.id}` },
      pick: () => person.id !== world.me.id && location.assign(as(person)),
    })),
    { heading: "Beside this window" },
    ...people
      .filter((person) => person.id !== world.me.id)
      .map((person) => ({ label: `Open a window as ${person.real_name}`, icon: icon("newWindow"), href: as(person) })),
  ];
  return h(
    "div",
    { class: "me" },
    menuButton({
      key: "person-switcher",
      label: "Who to be",
      items,
      button: {
        class: "me-button",
        "data-testid": "person-switcher",
        "aria-label": `You are ${world.me.real_name}. Switch person`,
      },
      face: [
        avatar(world.me, "medium"),
        h(
          "span",
          { class: "me-words" },
          h("span", { class: "me-name" }, world.me.real_name),
          h("span", { class: "me-detail" }, `@${world.me.name}`),
        ),
        icon("chevron"),
      ],
    }),
  );
}
