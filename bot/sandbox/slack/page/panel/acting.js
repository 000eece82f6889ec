// Acts on Zadig from the side panel and remembers what could not be done.

import { look } from "./watching.js";

let problem = "";

/** What went wrong with the last act, or nothing. */
export const zadigProblem = () => problem;

/** Does something, says what went wrong if it did, and looks at once at what has become of it. */
export async function inZadig(call) {
  const answer = await call().catch((error) => ({ ok: false, error: error.message }));
  problem = answer.ok === false ? (answer.detail ?? answer.error) : "";
  await look();
}
