// The line icons of the page, drawn here so that nothing is fetched from elsewhere.

import { h } from "./dom.js";

const PATHS = {
  "arrow-left": "M15 5l-7 7 7 7",
  app: "M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  check: "M5 13l4.5 4.5L19 7.5",
  chevron: "M7 10l5 5 5-5",
  "chevron-right": "M10 7l5 5-5 5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  close: "M6 6l12 12M18 6L6 18",
  dots: "M12 5.6v.8M12 11.6v.8M12 17.6v.8",
  hash: "M9.5 4L7.5 20M16.5 4l-2 16M5 9h15M4 15h15",
  home: "M4 11l8-7 8 7M6.5 9.5V20h11V9.5",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.4v.6",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  message: "M4 5h16v12H10l-4 3.5V17H4z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  newWindow: "M13 5h6v6M19 5l-8 8M16 14v5H5V8h5",
  panel: "M4 5h16v14H4zM14.5 5v14",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.3a3.5 3.5 0 0 1 0 6.4M18 14.4a6.5 6.5 0 0 1 3.5 5.6",
  plus: "M12 5v14M5 12h14",
  reply: "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12.5h5",
  send: "M4 12L20 4.5 15.5 20l-4-6.5zM11.5 13.5L20 4.5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  thread: "M5 5h14v10H11l-4 4v-4H5z",
  warning: "M12 4L2.5 20h19zM12 10v4.5M12 17v.4",
};

/** One icon, hidden from screen readers: the control around it carries the name. */
export function icon(name, className = "") {
  return h(
    "svg",
    { class: `icon ${className}`, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("path", { d: PATHS[name] }),
  );
}
