// The modal of an app: the topmost view of its stack, with Back to the one below, field errors and loading marks.

import { Unreachable, workspace } from "./api.js";
import { drawer, h } from "./dom.js";
import { icon } from "./icons.js";
import { keepTabInside, openLayer, rememberFocus } from "./layers.js";
import { drawBlocks } from "./render/blocks.js";
import { withEmoji } from "./render/emoji.js";
import { current, onChange } from "./state.js";
import { draftOf, forgetDraft, settled, viewHost } from "./surfaces.js";

const INPUTS = "input, textarea, select";

/** What this page alone knows of a view: view id → {errors, banner, sending}. */
const marks = new Map();

let dialog = null;
let draw = null;
let takeAway = null;
let giveBack = null;
let shown = null; // {id, hash} of the view that was drawn last

export function startModals() {
  onChange(({ world }) => world && show(world.views));
}

function show(views) {
  const view = views.at(-1);
  forgetOthers(views);
  if (!view) return hide();
  if (!dialog) open();
  dialog.setAttribute("aria-busy", String(Boolean(marks.get(view.id)?.sending)));
  draw(head(view, views.length > 1), waitingMark(), body(view), foot(view));
  const another = view.id !== shown?.id;
  const waiting = view.hash !== shown?.hash && [dialog, document.body].includes(document.activeElement);
  if (another || waiting) focusFirst();
  shown = { id: view.id, hash: view.hash };
  return undefined;
}

function open() {
  giveBack = rememberFocus();
  dialog = document.createElement("dialog");
  dialog.className = "dialog modal";
  dialog.tabIndex = -1;
  dialog.dataset.testid = "modal";
  dialog.setAttribute("aria-labelledby", "modal-title");
  dialog.onkeydown = keepTabInside(dialog);
  dialog.oncancel = (event) => event.preventDefault();
  document.body.append(dialog);
  draw = drawer(dialog);
  dialog.showModal();
  takeAway = openLayer({ close: () => close(current().world.views.at(-1)) });
}

function hide() {
  if (!dialog) return;
  takeAway();
  draw();
  dialog.close();
  dialog.remove();
  dialog = shown = null;
  giveBack();
}

function focusFirst() {
  const body_ = dialog.querySelector(".modal-body");
  const wanted =
    body_.querySelector("[data-focus-on-load]") ?? [...body_.querySelectorAll(INPUTS)].find((each) => !each.disabled);
  (wanted ?? dialog).focus();
}

function forgetOthers(views) {
  for (const id of marks.keys()) {
    if (views.some((view) => view.id === id)) continue;
    marks.delete(id);
    forgetDraft(id);
  }
}

function markOf(view) {
  if (!marks.has(view.id)) marks.set(view.id, { errors: null, banner: null, sending: false });
  return marks.get(view.id);
}

function mark(view, change) {
  Object.assign(markOf(view), change);
  show(current().world.views);
}

const errorsOf = (view) => markOf(view).errors ?? view.errors ?? {};

/** A thin line while the app is thinking about something that was chosen or typed. */
const waitingMark = () =>
  h(
    "div",
    { class: "waiting", key: "waiting", hidden: current().pending.size === 0 },
    h("div", { class: "waiting-bar" }),
  );

function head(view, pushed) {
  return h(
    "header",
    { class: "modal-head", key: "head" },
    pushed &&
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          key: "back",
          "data-testid": "modal-back",
          "aria-label": "Back",
          onClick: () => close(view),
        },
        icon("arrow-left"),
      ),
    h("h2", { id: "modal-title", key: "title" }, withEmoji(view.title?.text ?? "")),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        key: "close",
        "data-testid": "modal-close",
        "aria-label": "Close",
        onClick: () => close(view, true),
      },
      icon("close"),
    ),
  );
}

function body(view) {
  const { banner } = markOf(view);
  const problem = banner ?? current().problems.get(view.id);
  const host = viewHost(view, {
    error: (block) => errorsOf(view)[block],
    touched: (block) => errorsOf(view)[block] && mark(view, { errors: { ...errorsOf(view), [block]: undefined } }),
    submit: () => view.submit && submit(view),
  });
  return h(
    "div",
    { class: "modal-body", key: view.id },
    problem &&
      h(
        "div",
        { class: "banner", role: "alert", key: "banner", "data-testid": "modal-banner" },
        icon("warning"),
        h("span", {}, problem),
      ),
    drawBlocks(view.blocks, host),
  );
}

function foot(view) {
  const { sending } = markOf(view);
  const closing = view.close?.text ?? (view.submit ? "Cancel" : "Close");
  return h(
    "footer",
    { class: "modal-foot", key: "foot" },
    h(
      "button",
      { type: "button", class: "button", key: "cancel", "data-testid": "modal-cancel", onClick: () => close(view) },
      withEmoji(closing),
    ),
    view.submit &&
      h(
        "button",
        {
          type: "button",
          class: `button solid primary ${sending ? "busy" : ""}`,
          key: "submit",
          "data-testid": "modal-submit",
          disabled: Boolean(view.submit_disabled),
          "aria-busy": sending ? "true" : null,
          onClick: () => submit(view),
        },
        sending && h("span", { class: "spinner", key: "spinner" }),
        h("span", { key: "words" }, withEmoji(view.submit.text)),
      ),
  );
}

/** What was filled in and still has a place in the view. */
function filledIn(view) {
  const draft = draftOf(view.id);
  const inputs = view.blocks.filter((block) => block.type === "input");
  const present = ({ block_id: block, element }) =>
    draft[block]?.[element.action_id] && [block, { [element.action_id]: draft[block][element.action_id] }];
  return Object.fromEntries(inputs.map(present).filter(Boolean));
}

async function submit(view) {
  if (markOf(view).sending || view.submit_disabled) return;
  mark(view, { sending: true, banner: null });
  const answer = await settled(view.id).then(() =>
    asked(() => workspace.submit({ user: current().place.user, view_id: view.id, values: filledIn(view) })),
  );
  if (!marks.has(view.id)) return;
  const errors = answer.errors ?? {};
  const wrong = Object.keys(errors).length > 0;
  mark(view, { sending: false, errors: wrong ? errors : {}, banner: answer.ok || wrong ? null : troubled(answer) });
  if (wrong) focusError(view, errors);
}

async function close(view, all = false) {
  const answer = await asked(() => workspace.close({ user: current().place.user, view_id: view.id, all }));
  if (!answer.ok && marks.has(view.id)) mark(view, { banner: troubled(answer) });
}

async function asked(call) {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Unreachable) return { ok: false, error: "trouble_connecting" };
    throw error;
  }
}

/** Slack says this whatever the reason was; ours is added for the engineer who has to find it. */
function troubled({ error, detail }) {
  const reason =
    detail ?? { operation_timeout: "The app did not answer in time.", trouble_connecting: "" }[error] ?? error;
  return `We had some trouble connecting. Try again?${reason ? ` (${reason})` : ""}`;
}

function focusError(view, errors) {
  const first = view.blocks.find((block) => errors[block.block_id]);
  const block = first && dialog?.querySelector(`[data-block-id="${CSS.escape(first.block_id)}"]`);
  block?.querySelector(INPUTS)?.focus();
  block?.scrollIntoView({ block: "nearest" });
}
