// What the composer offers while one types: commands after "/", people after "@", channels after "#".

import { BUILTIN } from "./builtin.js";
import { h } from "./dom.js";
import { current } from "./state.js";

const LONGEST = 8;

/**
 * The offers for the text before the caret: `{kind, from, items: [{label, hint, detail, insert}]}`, or null.
 * `from` is where the inserted text begins.
 */
export function offersFor(before, { commands = true } = {}) {
  if (commands && /^\/\S*$/.test(before)) return commandOffers(before);
  const name = /(?:^|[\s(])([@#])([\w.-]*)$/.exec(before);
  if (!name) return null;
  const from = before.length - name[2].length - 1;
  return name[1] === "@" ? peopleOffers(name[2].toLowerCase(), from) : channelOffers(name[2].toLowerCase(), from);
}

/** Few enough that all can be seen: who types on narrows them. */
const offered = (kind, from, items) => (items.length > 0 ? { kind, from, items: items.slice(0, LONGEST) } : null);

/** The app's commands, then those of the client itself. */
const allCommands = () => [...current().world.app.commands, ...BUILTIN];

function commandOffers(typed) {
  const fitting = allCommands().filter((each) => each.command.startsWith(typed.toLowerCase()));
  const items = fitting.map((each) => ({
    label: each.command,
    hint: each.usage_hint,
    detail: each.description,
    insert: `${each.command} `,
  }));
  return offered("Commands", 0, items);
}

function peopleOffers(typed, from) {
  const fits = (person) =>
    [person.name, ...(person.real_name ?? "").toLowerCase().split(/\s+/)].some((word) => word.startsWith(typed));
  const items = current()
    .world.people.filter(fits)
    .map((person) => ({ label: `@${person.name}`, detail: person.real_name, insert: `@${person.name} ` }));
  return offered("People", from, items);
}

function channelOffers(typed, from) {
  const fitting = current().world.channels.filter((channel) => channel.kind !== "im" && channel.name.startsWith(typed));
  const items = fitting.map((channel) => ({
    label: `#${channel.name}`,
    detail: channel.topic,
    insert: `#${channel.name} `,
  }));
  return offered("Channels", from, items);
}

/** The command that a text runs, if the app has it: for the hint beside what is typed. */
export function commandIn(text) {
  const word = /^(\/\S+)\s/.exec(text)?.[1];
  return allCommands().find((each) => each.command === word);
}

/** `[list|show|create]`: a long list of words may break after each. */
const breakable = (hint) => hint.split(/(?<=\|)/).map((word) => [word, h("wbr")]);

/** The list of offers above the composer; `list` is its id, `active` the offer that Enter would take. */
export function offerList({ kind, items }, active, list, insert) {
  const row = (item, index) =>
    h(
      "div",
      {
        class: `offer ${index === active ? "active" : ""}`,
        role: "option",
        id: `${list}-${index}`,
        "aria-selected": String(index === active),
        onMousedown: (event) => event.preventDefault(),
        onClick: () => insert(item),
      },
      h("span", { class: "offer-label" }, item.label, item.hint && h("span", { class: "offer-hint" }, " ", breakable(item.hint))),
      item.detail && h("span", { class: "offer-detail" }, item.detail),
    );
  const properties = { class: "popup offers", role: "listbox", id: list, "aria-label": kind, "data-testid": "offers" };
  return h("div", properties, items.map(row));
}
