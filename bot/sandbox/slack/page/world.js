// What the server told of the workspace, and how an event changes it; pure functions over the snapshot.

const byTime = (left, right) => (left.ts < right.ts ? -1 : left.ts > right.ts ? 1 : 0);

/** The snapshot after an event; events that it already contains change nothing. */
export function afterEvent(world, event) {
  if (event.seq !== undefined && event.seq <= world.seq) return world;
  const change = CHANGES[event.type]?.(world, event) ?? {};
  return { ...world, ...change, seq: event.seq ?? world.seq };
}

const CHANGES = {
  message: (world, { channel, message }) =>
    inChannel(world, channel, (each) => withMessage(each, message, world.me.id)),
  message_deleted: (world, { channel, ts }) =>
    inChannel(world, channel, (each) => ({ ...each, messages: each.messages.filter((message) => message.ts !== ts) })),
  channel: withChannel,
  views: (world, { views }) => ({ views }),
  home: (world, { view }) => ({ app: { ...world.app, home_view: view } }),
  faults: (world, { faults }) => ({ faults }),
};

function inChannel(world, id, change) {
  return { channels: world.channels.map((channel) => (channel.id === id ? change(channel) : channel)) };
}

function withMessage(channel, message, me) {
  const known = channel.messages.some((each) => each.ts === message.ts);
  if (known) return { ...channel, messages: channel.messages.map((each) => (each.ts === message.ts ? message : each)) };
  const messages = [...channel.messages, message].sort(byTime);
  const counts =
    channel.is_member &&
    message.user !== me &&
    !message.is_ephemeral &&
    !inThread(message) &&
    message.ts > (channel.last_read ?? "0");
  return { ...channel, messages, unread: (channel.unread ?? 0) + (counts ? 1 : 0) };
}

/** A channel event brings the channel whole, or without its messages when only its other facts changed. */
function withChannel(world, { channel }) {
  const known = world.channels.find((each) => each.id === channel.id);
  if (channel.kind === "private" && channel.is_member === false) {
    return { channels: world.channels.filter((each) => each.id !== channel.id) };
  }
  const next = { ...known, ...channel, messages: channel.messages ?? known?.messages ?? [] };
  return { channels: known ? world.channels.map((each) => (each === known ? next : each)) : [...world.channels, next] };
}

/** Whether a message belongs in its thread only. */
export function inThread(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast";
}

/** The messages of a thread, the one that began it first. */
export function threadOf(channel, ts) {
  return channel.messages.filter((message) => message.ts === ts || message.thread_ts === ts);
}

export const isWithApp = (channel, world) => channel.kind === "im" && channel.members.includes(world.app.bot_user_id);

/** Whom one talks to in a direct message. */
export const otherIn = (channel, world) => channel.members.find((id) => id !== world.me.id) ?? channel.with_user;

/** Channels, direct messages and the app's own conversation, each in the order of the sidebar. */
export function sections(world) {
  const byName = (left, right) => left.name.localeCompare(right.name);
  const direct = world.channels.filter((channel) => channel.kind === "im");
  const app = direct.find((channel) => isWithApp(channel, world));
  return {
    channels: world.channels.filter((channel) => channel.kind !== "im" && !channel.is_archived).sort(byName),
    archived: world.channels.filter((channel) => channel.kind !== "im" && channel.is_archived).sort(byName),
    direct: direct.filter((channel) => channel !== app),
    app,
  };
}
