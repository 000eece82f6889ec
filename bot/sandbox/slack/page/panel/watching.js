// Keeps what is known of the Zadig beside the workspace fresh while somebody looks at it.

import { zadig } from "../api.js";
import { current, onChange, update } from "../state.js";

const PACE = 1000; // milliseconds between two looks
const PACE_WITHOUT = 10_000; // when there is no Zadig here
const REQUESTS_KEPT = 200;

let timer = 0;
let looking = false;

const wanted = ({ panel, place }) => panel.open && !place.thread && panel.tab !== "traffic" && !document.hidden;

/** Asked for by polling, not by a second stream: a browser allows six connections, and every window holds one. */
export function startWatchingZadig() {
  onChange((state) => {
    if (wanted(state) && !looking && !timer) look();
  });
}

/** Looks at once, for instance after having done something. */
export async function look() {
  clearTimeout(timer);
  timer = 0;
  looking = true;
  try {
    const before = current().zadig.requests;
    const [state, traffic] = await Promise.all([zadig.state(), zadig.traffic(before.at(-1)?.seq ?? 0)]);
    const fresh = state.seq < (current().zadig.state?.seq ?? 0) ? [] : before; // it was started anew
    update({
      zadig: { state, requests: [...fresh, ...(traffic.entries ?? [])].slice(-REQUESTS_KEPT), missing: false },
    });
  } catch {
    update((state) => ({ zadig: { ...state.zadig, missing: true } }));
  }
  looking = false;
  if (wanted(current())) timer = setTimeout(look, current().zadig.missing ? PACE_WITHOUT : PACE);
}
