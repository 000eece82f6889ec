// The card of the first visit: three things to try, made from what the installed app can do.

import { suggestText } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { goTo } from "./navigation.js";
import { current, dismissWelcome, setPanel } from "./state.js";

// Suggested when the app has the command; anything else is suggested from its own usage hints.
const KNOWN = {
  "/release": [
    { text: "/release create", words: "Make a version: a form opens" },
    { text: "/release subscribe shop", words: "Follow the project shop here, then watch a card move" },
  ],
};

export function welcomeCard(world) {
  return h(
    "section",
    { class: "welcome", key: "welcome", "aria-label": "Three things to try", "data-testid": "welcome" },
    h(
      "div",
      { class: "welcome-head" },
      h("h2", {}, `Welcome to ${world.team.name}`),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Dismiss",
          "data-testid": "welcome-dismiss",
          onClick: dismissWelcome,
        },
        icon("close"),
      ),
    ),
    h(
      "p",
      {},
      `A workspace of your own, with ${world.app.name} in it. Nothing here leaves this machine, so try things:`,
    ),
    h(
      "ol",
      {},
      commands(world.app).map(({ text, words }) => item(() => tryCommand(world, text), h("code", {}, text), words)),
      lastItem(),
    ),
  );
}

function commands(app) {
  const known = app.commands.flatMap(({ command }) => KNOWN[command] ?? []);
  const made = app.commands.map(({ command, usage_hint: hint, description }) => ({
    text: `${command} ${firstWord(hint)}`.trim(),
    words: description,
  }));
  return (known.length > 0 ? known : made).slice(0, 2);
}

/** `list [project] | create` → `list`: a word one can type as it stands. */
function firstWord(hint) {
  const word = (hint ?? "").split(/[\s|]/)[0];
  return /^[a-z-]+$/.test(word) ? word : "";
}

function lastItem() {
  return item(
    () => setPanel({ open: true, tab: "faults" }),
    "Break something",
    "Be somebody else by a click on your name, then make Slack or Zadig misbehave under Faults",
  );
}

/** The app is in few channels: a command is tried in one where it can also post. */
function tryCommand(world, text) {
  const { place } = current();
  const here = world.channels.find((channel) => channel.id === place.channel);
  if (here?.members && !here.members.includes(world.app.bot_user_id)) {
    const better = world.channels.find(
      (channel) => channel.kind === "channel" && channel.members.includes(world.app.bot_user_id),
    );
    if (better) goTo({ channel: better.id, tab: "messages", thread: null });
  }
  requestAnimationFrame(() => requestAnimationFrame(() => suggestText(text)));
}

function item(go, title, words) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "welcome-item", onClick: go },
      h("span", { class: "welcome-title" }, title),
      h("span", { class: "welcome-words" }, words),
      icon("chevron-right"),
    ),
  );
}
