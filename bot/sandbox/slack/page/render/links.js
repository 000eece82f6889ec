// Links and mentions as they stand in a text: what may be opened, and what it is called.

import { h } from "../dom.js";
import { fillDate, fullMoment } from "./dates.js";

const OPENABLE = new Set(["http:", "https:", "mailto:", "tel:", "slack:"]);
const PERMALINK = /\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})/;

/** The address if a click on it is harmless, else null: no `javascript:`, no `data:`. */
export function safeAddress(address) {
  try {
    return OPENABLE.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

/** A link in a text. A permalink of this workspace leads to the message instead of away from the page. */
export function link(address, content, scene) {
  const safe = safeAddress(address);
  if (safe === null) return h("span", {}, content);
  const permalink = PERMALINK.exec(safe);
  const here = permalink && scene.channel(permalink[1]);
  return h(
    "a",
    {
      href: safe,
      target: "_blank",
      rel: "noopener noreferrer",
      onClick: here
        ? (event) => {
            event.preventDefault();
            scene.goToMessage(permalink[1], `${permalink[2]}.${permalink[3]}`);
          }
        : null,
    },
    content,
  );
}

export function userMention(id, scene, fallback) {
  const person = scene.person(id);
  const name = person?.name ?? fallback ?? id;
  return h(
    "span",
    { class: id === scene.me() ? "mention mention-me" : "mention", title: person?.real_name ?? id },
    `@${name}`,
  );
}

export function channelMention(id, scene, fallback) {
  const channel = scene.channel(id);
  if (!channel)
    return h(
      "span",
      { class: "mention", title: "You are not in this channel" },
      fallback ? `#${fallback}` : "#private-channel",
    );
  return h(
    "button",
    { type: "button", class: "mention mention-channel", onClick: () => scene.goToChannel(id) },
    `#${channel.name}`,
  );
}

export function groupMention(id, fallback) {
  return h("span", { class: "mention", title: id }, fallback ? `@${fallback.replace(/^@/, "")}` : `@${id}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/** A moment in the viewer's zone, or the fallback when the format cannot be filled. */
export function moment({ seconds, template, address, fallback, zone }, scene) {
  const place = zone ?? scene.zone();
  const text = fillDate(template, seconds, place, scene.now());
  if (text === null) return h("span", {}, fallback ?? template);
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fullMoment(seconds, place) }, text);
  return address ? link(address, time, scene) : time;
}
