// Keeps the page in step with the workspace: reads the snapshot, then follows the events.

import { listen, Unreachable, workspace } from "./api.js";
import { addressOf, firstChannel, newLineIn, placeInAddress, tellApp } from "./navigation.js";
import { secondsOf } from "./scene.js";
import { addNotice, current, keepPace, update } from "./state.js";
import { afterEvent, inThread } from "./world.js";

const TRAFFIC_KEPT = 500;
const PATIENCE = 2000; // milliseconds between two attempts

/** Opens the workspace as the person in the address, else as the first one there is. */
export async function start() {
  const { flash = null, ...wanted } = placeInAddress();
  const user = await somebody(wanted.user);
  update({ place: { ...current().place, ...wanted, user }, flash });
  let held = []; // events that came while the snapshot was being read; null while none is
  const hello = async () => {
    held = [];
    await read(user);
    const missed = held;
    held = null;
    missed.forEach(apply);
  };
  listen(user, {
    heard(event) {
      if (event.type === "hello") hello().catch(startAgain);
      else if (held) held.push(event);
      else apply(event);
    },
    lost: () => update({ connection: "lost" }),
  });
}

/** The person of that id, or the first one if there is none; waits until the workspace answers. */
async function somebody(id) {
  for (;;) {
    try {
      const { people } = await workspace.people();
      const humans = people.filter((person) => !person.is_bot);
      return (humans.find((person) => person.id === id) ?? humans[0]).id;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      update({ connection: "lost" });
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    }
  }
}

const startAgain = () => setTimeout(() => location.reload(), PATIENCE);

async function read(user) {
  const [world, traffic] = await Promise.all([workspace.state(user), workspace.traffic(0)]);
  if (!world.ok) throw new Error(world.detail);
  const isFirst = current().world === null;
  const place = { ...current().place, channel: firstChannel(world, current().place.channel) };
  const ahead = world.now - Date.now() / 1000;
  update({ world, place, ahead, connection: "open", pending: new Set(), traffic: traffic.entries });
  if (isFirst) arrive(world, place);
}

function arrive(world, place) {
  const thread = place.thread ?? threadAt(world, place.channel);
  update({ newLine: newLineIn(place.channel), place: { ...place, thread } });
  history.replaceState(null, "", addressOf({ ...place, thread }));
  tellApp(place);
}

/** A permalink may point into a thread. */
function threadAt(world, channel) {
  const message = world.channels
    .find((each) => each.id === channel)
    ?.messages.find((each) => each.ts === current().flash);
  return message && inThread(message) ? message.thread_ts : null;
}

function apply(event) {
  ASIDE[event.type]?.(event);
  update(({ world }) => ({ world: afterEvent(world, event) }));
}

/** What events change besides the snapshot. */
const ASIDE = {
  traffic: ({ entry }) => update(({ traffic }) => ({ traffic: [...traffic, entry].slice(-TRAFFIC_KEPT) })),
  pending: ({ id, state }) =>
    update(({ pending }) => ({ pending: state === "ended" ? without(pending, id) : new Set(pending).add(id) })),
  message: ({ message }) => keepPace(secondsOf(message.ts)),
  notice: ({ channel, text, kind }) => {
    const { busy, world, place } = current();
    const saidAtTheButton = kind === "trouble_connecting" && busy.size > 0;
    const saidInTheModal = channel === null && world.views.length > 0;
    if (!saidAtTheButton && !saidInTheModal) addNotice(channel ?? place.channel, text);
  },
};

const without = (set, id) => new Set([...set].filter((each) => each !== id));
