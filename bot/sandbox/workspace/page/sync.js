// Keeps the page in step with the workspace: reads the snapshot, then follows the events.

import { listen, workspace } from "./api.js";
import { firstChannel, newLineIn, placeInAddress, tellApp } from "./navigation.js";
import { secondsOf } from "./scene.js";
import { addNotice, current, update } from "./state.js";
import { afterEvent, inThread } from "./world.js";

const TRAFFIC_KEPT = 500;

/** Opens the workspace as the person in the address, else as the first one there is. */
export async function start() {
  const wanted = placeInAddress();
  const user = wanted.user ?? (await someone());
  update({ place: { ...current().place, ...wanted, user, flash: undefined }, flash: wanted.flash ?? null });
  let waiting = []; // events that came while the snapshot was being read; null while none is
  listen(user, {
    heard(event) {
      if (event.type === "hello") {
        waiting = [];
        read(user).then(
          () => {
            const missed = waiting;
            waiting = null;
            missed?.forEach(apply);
          },
          () => setTimeout(() => location.reload(), 2000),
        );
      } else if (waiting) {
        waiting.push(event);
      } else {
        apply(event);
      }
    },
    lost: () => update({ connection: "lost" }),
  });
}

async function someone() {
  for (;;) {
    try {
      const { people } = await workspace.people();
      return people.find((person) => !person.is_bot).id;
    } catch {
      update({ connection: "lost" });
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

async function read(user) {
  const [world, traffic] = await Promise.all([workspace.state(user), workspace.traffic(0)]);
  if (!world.ok) return leave();
  const first = current().world === null;
  const place = { ...current().place, channel: firstChannel(world, current().place.channel) };
  update({
    pending: new Set(),
    world,
    place,
    connection: "open",
    traffic: traffic.entries ?? [],
    ahead: (world.now ?? Date.now() / 1000) - Date.now() / 1000,
  });
  if (first) {
    update({
      newLine: newLineIn(place.channel),
      place: { ...place, thread: place.thread ?? threadAt(world, place.channel) },
    });
    tellApp(place);
  }
  return undefined;
}

/** A permalink may point into a thread. */
function threadAt(world, channel) {
  const message = world.channels
    .find((each) => each.id === channel)
    ?.messages.find((each) => each.ts === current().flash);
  return message && inThread(message) ? message.thread_ts : null;
}

/** The person in the address is not here (any more): start again as somebody who is. */
function leave() {
  location.replace("/");
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

/** The workspace's clock may run faster than this machine's: a message is never from the future. */
function keepPace(seconds) {
  const ahead = seconds - Date.now() / 1000;
  if (ahead > current().ahead) update({ ahead });
}
