// The tab "Faults": switches for what can go wrong on both sides, and what is set right now.

import { workspace, zadig } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { update } from "../state.js";
import { faultOf, GROUPS, idOf } from "./fault_rows.js";
import { look } from "./watching.js";

const TIMES = [
  ["", "until switched off"],
  ["1", "once"],
  ["3", "three times"],
];
const CHANCE = 1 / 6; // of versions fail by themselves in a Zadig as it is at the start
const CALLS = { slack: workspace.faults, zadig: zadig.faults };
const rows = GROUPS.flatMap((group) => group.rows);

const chosen = {}; // group → {scope, times}
let problem = "";

/** Every fault that is set, on either side: `{side, fault}`. */
export function faultsSet({ world, zadig: { state } }) {
  const slack = world.faults.map((fault) => ({ side: "slack", fault }));
  return [...slack, ...(state?.faults ?? []).map((fault) => ({ side: "zadig", fault }))];
}

export function faultsTab(state) {
  const set = faultsSet(state);
  const { revoked } = state.world.tokens;
  const groups = GROUPS.filter((group) => !state.zadig.missing || group.rows[0].side === "slack");
  return [
    h(
      "div",
      { class: "panel-tools", key: "tools" },
      h(
        "span",
        { class: "panel-note", role: "status" },
        set.length + revoked > 0 ? `${set.length + revoked} set` : inOrder(state.zadig.state),
      ),
      h("span", { class: "head-space" }),
      h(
        "button",
        {
          type: "button",
          class: "button small",
          disabled: set.length + revoked === 0,
          "data-testid": "faults-clear",
          onClick: () => clearAll(state),
        },
        "Clear all",
      ),
    ),
    problem && h("div", { class: "banner", role: "alert", key: "problem" }, icon("warning"), h("span", {}, problem)),
    foreign(set),
    groups.map((group) => groupPart(group, set, EXTRAS[group.key]?.(state))),
  ];
}

async function run(call) {
  const answer = await call().catch((error) => ({ ok: false, error: error.message }));
  problem = answer.ok === false ? (answer.detail ?? answer.error) : "";
  if (answer.faults && answer.side !== "zadig") update(({ world }) => ({ world: { ...world, faults: answer.faults } }));
  update({});
}

const runSlack = (call) => run(call);
const runZadig = (call) => run(async () => ({ ...(await call()), side: "zadig" })).then(look);
const runOn = (side, call) => (side === "zadig" ? runZadig(call) : runSlack(call));

async function clearAll({ world, zadig: { missing } }) {
  await runSlack(workspace.faults.clear);
  if (!missing) await runZadig(zadig.faults.clear);
  if (world.tokens.revoked) await setToken(false);
}

/** Faults that something else than these switches has set. */
function foreign(set) {
  const known = new Set(rows.map(idOf));
  const others = set.filter(({ fault }) => !known.has(fault.id));
  if (others.length === 0) return null;
  const one = ({ side, fault }) =>
    h(
      "li",
      { key: fault.id },
      h("code", {}, `${fault.where} ${fault.method ?? ""} ${fault.kind}`),
      h("span", { class: "panel-note" }, fault.times ? `${fault.times} more` : ""),
      h("span", { class: "head-space" }),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": `Remove ${fault.kind}`,
          onClick: () => runOn(side, () => CALLS[side].remove(fault.id)),
        },
        icon("close"),
      ),
    );
  return h(
    "section",
    { class: "fault-group", key: "foreign", "aria-label": "Set elsewhere" },
    h("h3", { class: "panel-title" }, "Set elsewhere"),
    h("ul", { class: "foreign" }, set.length > 0 && others.map(one)),
  );
}

function groupPart(group, set, extra) {
  const choice = (chosen[group.key] ??= { scope: "*", times: "" });
  return h(
    "section",
    { class: "fault-group", key: group.key, "aria-labelledby": `faults-${group.key}` },
    h("h3", { class: "panel-title", id: `faults-${group.key}` }, group.title),
    h(
      "div",
      { class: "fault-choices" },
      group.scopes &&
        chooser(`${group.title}: which calls`, group.scopes, choice.scope, (value) => (choice.scope = value)),
      chooser(`${group.title}: how often`, TIMES, choice.times, (value) => (choice.times = value)),
    ),
    extra,
    group.rows.map((row) =>
      faultSwitch(
        row,
        group.scopes,
        choice,
        set.find(({ side, fault }) => side === row.side && fault.id === idOf(row))?.fault,
      ),
    ),
  );
}

function chooser(label, options, value, choose) {
  return h(
    "select",
    { class: "small-select", "aria-label": label, value, onChange: ({ target }) => choose(target.value) },
    options.map(([each, words]) => h("option", { value: each, key: each }, words)),
  );
}

function faultSwitch(row, scopes, choice, fault) {
  const on = fault !== undefined;
  const toggle = () =>
    runOn(row.side, () =>
      on
        ? CALLS[row.side].remove(fault.id)
        : CALLS[row.side].add(faultOf(row, choice.scope, choice.times ? Number(choice.times) : null)),
    );
  return toggleRow({
    id: idOf(row),
    on,
    title: row.title,
    words: row.words,
    detail: on && detailOf(row, scopes, fault),
    toggle,
  });
}

/** Which calls and how often, once it is on. */
function detailOf(row, scopes, fault) {
  const scope = row.side === "zadig" ? fault.where : fault.method;
  const name = row.scoped && (scopes.find(([value]) => value === scope)?.[1] ?? scope);
  return [name, fault.times && `${fault.times} more ${fault.times === 1 ? "time" : "times"}`]
    .filter(Boolean)
    .join(" · ");
}

const EXTRAS = { api: tokenSwitch, delivery: socketButtons, inside: chanceSwitch };

const oneIn = (rate) => `about 1 in ${Math.round(1 / rate)}`;

/** What is said while no fault is set: chance is no fault, but nobody should take it for one. */
function inOrder(zadigState) {
  const rate = zadigState?.failure_rate ?? 0;
  return rate === 0 ? "Everything works." : `Everything works, but versions fail by chance, ${oneIn(rate)}.`;
}

/** Some versions fail by themselves, as in life, unless it is switched off. */
function chanceSwitch({ zadig: { state } }) {
  const rate = state?.failure_rate ?? 0;
  return toggleRow({
    id: "chance",
    on: rate > 0,
    title: "New versions fail by chance",
    words: `One image cannot be copied, in ${oneIn(rate || CHANCE)}`,
    detail: "",
    toggle: () => runZadig(() => zadig.settings({ failure_rate: rate > 0 ? 0 : CHANCE })),
  });
}

/** Socket Mode's connections, for apps that use it. */
function socketButtons() {
  const one = (reason, words) =>
    h(
      "button",
      {
        type: "button",
        class: "button small",
        key: reason,
        onClick: () => runSlack(() => workspace.sockets({ reason })),
      },
      words,
    );
  return h(
    "div",
    { class: "fault-choices", key: "sockets" },
    one("refresh_requested", "Ask sockets to reconnect"),
    one("drop", "Cut all sockets"),
  );
}

function tokenSwitch({ world }) {
  const { revoked } = world.tokens;
  const words = "Every call answers token_revoked until it is given back";
  return toggleRow({
    id: "token",
    on: revoked,
    title: "The app's token is revoked",
    words,
    detail: "",
    toggle: () => setToken(!revoked),
  });
}

async function setToken(revoked) {
  await runSlack(() => workspace.token(revoked));
  update(({ world }) => ({ world: { ...world, tokens: { revoked } } }));
}

function toggleRow({ id, on, title, words, detail, toggle }) {
  return h(
    "button",
    {
      type: "button",
      role: "switch",
      class: `fault ${on ? "on" : ""}`,
      key: id,
      "aria-checked": String(on),
      "data-testid": `fault-${id}`,
      onClick: toggle,
    },
    h("span", { class: "switch", "aria-hidden": "true" }),
    h(
      "span",
      { class: "fault-words" },
      h("span", { class: "fault-title" }, title),
      h("span", { class: "fault-detail" }, words),
      detail && h("span", { class: "fault-set" }, detail),
    ),
  );
}
