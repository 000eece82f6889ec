// Zadig's projects in the side panel: their versions on the way, and acting as somebody there.

import { zadig } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";
import { ago } from "../render/dates.js";
import { update } from "../state.js";
import { inZadig } from "./acting.js";

const ACTS = [
  { action: "succeed", label: "Succeed now", detail: "every image is copied" },
  { action: "fail", label: "Fail", detail: "as if the registry had refused" },
  { action: "hang", label: "Hang", detail: "it never settles by itself" },
  { action: "advance", label: "Finish one more image" },
  { action: "retry", label: "Retry", detail: "as somebody in Zadig" },
  { action: "delete", label: "Delete", detail: "as somebody in Zadig", danger: true },
];
const MOODS = { success: "good", passed: "good", failed: "bad", creating: "busy", retrying: "busy", running: "busy" };

let making = null; // the project for which the little form is open

export function projectPart(project, state) {
  const live = project.versions.filter((version) => !version.deleted);
  const gone = project.versions.length - live.length;
  const newest = [...live].sort((left, right) => right.created_at - left.created_at);
  const toggle = () => {
    making = making === project.key ? null : project.key;
    update({});
  };
  return h(
    "section",
    {
      class: "project",
      key: project.key,
      "aria-labelledby": `project-${project.key}`,
      "data-testid": `project-${project.key}`,
    },
    h(
      "div",
      { class: "project-head" },
      h("h3", { id: `project-${project.key}` }, project.name),
      h("span", { class: "panel-note" }, `${project.key} · ${project.deploy_type}`),
      h("span", { class: "head-space" }),
      h(
        "button",
        { type: "button", class: "button small", "aria-expanded": String(making === project.key), onClick: toggle },
        icon("plus"),
        "Version",
      ),
    ),
    making === project.key && makingForm(project),
    newest.length === 0 && h("p", { class: "panel-note" }, "No versions."),
    h(
      "ul",
      { class: "versions" },
      newest.map((version) => versionRow(version, project, state)),
    ),
    gone > 0 && h("p", { class: "panel-note" }, `${gone} deleted`),
  );
}

function makingForm(project) {
  const make = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    making = null;
    inZadig(() => zadig.version({ project: project.key, action: "create", ...(name && { name }) }));
  };
  return h(
    "form",
    { class: "making", key: "making", onSubmit: make },
    h("input", {
      name: "name",
      class: "panel-search",
      placeholder: "Name, or empty for the next one",
      "aria-label": `Name of the new version of ${project.name}`,
      autocomplete: "off",
      ref: (field) => queueMicrotask(() => field.focus()),
    }),
    h("button", { class: "button small solid primary" }, "Create as somebody in Zadig"),
  );
}

function versionRow(version, project, state) {
  const mood = MOODS[version.status] ?? "plain";
  const act = ({ action, label, detail, danger }) => ({
    label,
    detail,
    danger,
    attributes: { "data-act": action },
    pick: () => inZadig(() => zadig.version({ project: project.key, name: version.name, action })),
  });
  return h(
    "li",
    { class: "version", key: version.id, "data-testid": `version-${version.name}` },
    h(
      "div",
      { class: "version-head" },
      h("span", { class: `dot ${mood}`, "aria-hidden": "true" }),
      h("span", { class: "version-name" }, version.name),
      h("span", { class: `version-status ${mood}` }, version.status),
      h("span", { class: "head-space" }),
      h(
        "span",
        { class: "panel-note" },
        `${version.created_by ?? ""} ${version.created_at ? ago(version.created_at, state.now) : ""}`,
      ),
      menuButton({
        key: "act",
        label: `Act on ${version.name} in Zadig`,
        align: "end",
        items: ACTS.map(act),
        button: { class: "icon-button", "aria-label": `Act on ${version.name} in Zadig` },
        face: icon("dots"),
      }),
    ),
    version.total > 0 && progress(version, mood),
    version.error && h("div", { class: "version-error" }, version.error),
    version.images?.length > 0 && images(version),
  );
}

function progress({ name, done, total }, mood) {
  return h(
    "div",
    { class: "progress-line" },
    h(
      "div",
      {
        class: "progress",
        role: "progressbar",
        "aria-label": `Images of ${name}`,
        "aria-valuemin": "0",
        "aria-valuemax": String(total),
        "aria-valuenow": String(done),
      },
      h("div", { class: `progress-bar ${mood}`, style: { width: `${(100 * done) / total}%` } }),
    ),
    h("span", { class: "panel-note" }, `${done}/${total}`),
  );
}

function images(version) {
  const row = (image) =>
    h(
      "li",
      { key: `${image.service}/${image.container ?? image.name}` },
      h("span", { class: `dot ${MOODS[image.status] ?? "plain"}`, "aria-hidden": "true" }),
      h("span", { class: "image-name" }, image.name || image.service),
      h("span", { class: "panel-note" }, image.status),
    );
  return h(
    "details",
    { class: "images" },
    h("summary", {}, `${version.images.length} ${version.images.length === 1 ? "image" : "images"}`),
    h("ul", {}, version.images.map(row)),
  );
}
