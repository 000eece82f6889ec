// What each surface (a message, a modal, the Home tab) can do with the blocks on it: the `host` of the renderers.

import { Unreachable, workspace } from "./api.js";
import { confirmDialog } from "./confirm.js";
import { sentence } from "./errors.js";
import { spoken } from "./render/values.js";
import { scene } from "./scene.js";
import { current, setBusy, setProblem } from "./state.js";

/** Values that were typed or picked and not yet taken over by the app: view id → block id → action id → entry. */
const drafts = new Map();

/** surface → a promise of everything that was filled there having been told */
const lines = new Map();

export function draftOf(view) {
  if (!drafts.has(view)) drafts.set(view, {});
  return drafts.get(view);
}

export function forgetDraft(view) {
  drafts.delete(view);
  lines.delete(view);
}

/** The blocks of a message. `where` tells two drawings of one message apart: in the channel and in its thread. */
export function messageHost(channel, message, where) {
  return host({
    kind: "message",
    surface: `${channel}/${message.ts}`,
    prefix: `${where}-${message.ts}`,
    target: { channel, ts: message.ts },
    state: message.state?.values ?? {},
  });
}

/** The blocks of a view. `more` brings what only modals have: `error(block_id)`, `touched(block_id)`, `submit()`. */
export function viewHost(view, more = {}) {
  return host({
    kind: view.type === "home" ? "home" : "modal",
    surface: view.id,
    prefix: view.id,
    target: { view_id: view.id },
    state: view.state?.values ?? {},
    ...more,
  });
}

function host({
  kind,
  surface,
  prefix,
  target,
  state,
  error = () => undefined,
  touched = () => {},
  submit = () => {},
  disabled = false,
}) {
  const address = (block, element) => ({
    user: current().place.user,
    ...target,
    block_id: block.block_id,
    action_id: element.action_id,
  });
  const body = (block, element, entry) => ({ ...address(block, element), ...spoken(element, entry) });
  const draft = (block, element, entry) => {
    const values = draftOf(surface);
    values[block.block_id] = { ...values[block.block_id], [element.action_id]: entry };
    touched(block.block_id);
  };
  return {
    kind,
    scene,
    disabled,
    error,
    submit,
    draft,
    id: (block, action) => `${prefix}-${block}-${action}`.replace(/[^\w.-]/g, "_"),
    people: () => current().world.people,
    channels: () => current().world.channels,
    busy: (block, action) => current().busy.has(`${surface}/${block}/${action}`),
    kept: (block, action) => (kind === "modal" && draftOf(surface)[block]?.[action]) || state[block]?.[action],
    act: (block, element, entry) => act(surface, block, element, body(block, element, entry)),
    fill(block, element, entry) {
      draft(block, element, entry);
      const asks = block.dispatch_action && element.confirm;
      const what = body(block, element, entry);
      return asks ? act(surface, block, element, what, workspace.input) : fill(surface, what);
    },
    /** Puts typed text into the view's state without telling the app, which asked to hear of it on Enter only. */
    note(block, element, entry) {
      draft(block, element, entry);
      return fill(surface, { ...body(block, element, entry), dispatch: false });
    },
    suggest: async (block, element, value) => {
      const answer = await workspace.suggest({ ...address(block, element), value });
      if (!answer.ok) throw new Error(answer.error);
      return answer;
    },
  };
}

/** Asks for confirmation if the element wants it, then tells the app. False when the person declined. */
async function act(surface, block, element, body, send = workspace.click) {
  if (element.confirm && !(await confirmDialog(element.confirm, scene))) return false;
  setProblem(surface, null);
  setBusy(surface, block.block_id, element.action_id, true);
  try {
    await settled(surface);
    const answer = await send(body);
    if (!answer.ok) setProblem(surface, sentence(answer));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    setProblem(surface, "The workspace cannot be reached.");
  } finally {
    setBusy(surface, block.block_id, element.action_id, false);
  }
  return true;
}

/** Inputs of one view are told one after another, in the order in which they were filled. */
function fill(surface, body) {
  const told = (lines.get(surface) ?? Promise.resolve())
    .then(() => workspace.input(body))
    .then(
      (answer) => answer.ok || setProblem(surface, sentence(answer)),
      () => setProblem(surface, "The workspace cannot be reached."),
    );
  lines.set(surface, told);
  return told;
}

/** Resolves when every input of the view that was filled has been told. */
export function settled(surface) {
  return lines.get(surface) ?? Promise.resolve();
}
