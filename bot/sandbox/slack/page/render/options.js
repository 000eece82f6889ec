// Where the options of a select come from: the element itself, the app, or the people and channels of the workspace.

import { emojiText, withEmoji } from "./emoji.js";

const KINDS = { channel: "public", private: "private", im: "im", mpim: "mpim" };

function fromOption(option) {
  const words = option.text?.text ?? "";
  return {
    id: option.value,
    text: emojiText(words),
    face: withEmoji(words),
    detail: option.description ? withEmoji(option.description.text ?? "") : null,
    value: option,
  };
}

function fromPerson(person) {
  return {
    id: person.id,
    text: person.real_name || person.name,
    face: [person.real_name || person.name],
    detail: [`@${person.name}`],
    value: person.id,
  };
}

function fromChannel(channel, scene) {
  const other = channel.kind === "im" ? scene.person(scene.otherIn(channel)) : null;
  const text = other ? `@${other.name}` : `#${channel.name}`;
  return {
    id: channel.id,
    text,
    face: [text],
    detail: channel.kind === "private" ? ["private"] : null,
    value: channel.id,
  };
}

/** Groups as the app gave them: `{options}` or `{option_groups}` → `[{label, options}]`. */
function groupsOf({ options, option_groups: groups }) {
  if (groups)
    return groups.map((group) => ({
      label: emojiText(group.label?.text ?? ""),
      options: (group.options ?? []).map(fromOption),
    }));
  return [{ label: null, options: (options ?? []).map(fromOption) }];
}

function conversations(element, host) {
  const { include, exclude_bot_users: withoutBots } = element.filter ?? {};
  const fits = (channel) =>
    !channel.is_archived &&
    (!include || include.includes(KINDS[channel.kind])) &&
    !(withoutBots && channel.kind === "im" && host.scene.person(host.scene.otherIn(channel))?.is_bot);
  return host.channels().filter(fits);
}

const LOCAL = {
  static_select: groupsOf,
  users_select: (element, host) => [{ label: null, options: host.people().map(fromPerson) }],
  conversations_select: (element, host) => [
    { label: null, options: conversations(element, host).map((each) => fromChannel(each, host.scene)) },
  ],
  channels_select: (element, host) => [
    {
      label: null,
      options: host
        .channels()
        .filter((each) => each.kind === "channel" && !each.is_archived)
        .map((each) => fromChannel(each, host.scene)),
    },
  ],
};

const single = (type) => type.replace(/^multi_/, "");

/** `{groups}` for what is known here, or `{search(query), atLeast}` for what the app is asked. */
export function sourceOf(element, block, host) {
  const type = single(element.type);
  if (type === "external_select") {
    return {
      atLeast: element.min_query_length ?? 3,
      search: async (query) => groupsOf(await host.suggest(block, element, query)),
    };
  }
  return { groups: LOCAL[type](element, host) };
}

/** Stored values (option objects or ids) as options of the list. */
export function chosenOptions(element, value, host) {
  const type = single(element.type);
  const values = Array.isArray(value) ? value : value === null ? [] : [value];
  if (type === "static_select" || type === "external_select") return values.map(fromOption);
  const find =
    type === "users_select"
      ? (id) => host.scene.person(id) && fromPerson(host.scene.person(id))
      : (id) => host.scene.channel(id) && fromChannel(host.scene.channel(id), host.scene);
  return values.map((id) => find(id) ?? { id, text: id, face: [id], detail: null, value: id });
}
