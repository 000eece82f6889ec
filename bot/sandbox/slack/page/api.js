// Calls the control API of the workspace and of the Zadig beside it; the only module that knows their addresses.

/** The server could not be reached or did not answer with JSON. */
export class Unreachable extends Error {}

async function request(method, path, body) {
  const options = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, options);
    return await answer.json();
  } catch (cause) {
    throw new Unreachable(answer ? `${path} answered ${answer.status} without JSON` : `${path} cannot be reached`, {
      cause,
    });
  }
}

const query = (parameters) => new URLSearchParams(parameters).toString();
const post = (path) => (body) => request("POST", path, body);

/** Every call answers what the server said, `{ok: true, …}` or `{ok: false, error, detail?}`, or throws `Unreachable`. */
export const workspace = {
  people: () => request("GET", "/_control/people"),
  state: (user) => request("GET", `/_control/state?${query({ user })}`),
  type: post("/_control/type"),
  click: post("/_control/click"),
  input: post("/_control/input"),
  submit: post("/_control/submit"),
  close: post("/_control/close"),
  suggest: post("/_control/suggest"),
  openHome: post("/_control/open_home"),
  shortcut: post("/_control/shortcut"),
  read: post("/_control/read"),
  sockets: post("/_control/sockets"),
  membership: post("/_control/membership"),
  archive: post("/_control/archive"),
  token: (revoked) => request("POST", "/_control/token", { revoked }),
  traffic: (after) => request("GET", `/_control/traffic?${query({ after })}`),
  faults: faultCalls("/_control"),
};

export const zadig = {
  state: () => request("GET", "/zadig/_control/state"),
  traffic: (after) => request("GET", `/zadig/_control/traffic?${query({ after })}`),
  version: post("/zadig/_control/version"),
  clock: post("/zadig/_control/clock"),
  settings: post("/zadig/_control/settings"),
  restart: post("/zadig/_control/restart"),
  upgrade: post("/zadig/_control/upgrade"),
  reset: post("/zadig/_control/reset"),
  faults: faultCalls("/zadig/_control"),
};

function faultCalls(root) {
  return {
    list: () => request("GET", `${root}/faults`),
    add: (fault) => request("POST", `${root}/faults`, fault),
    remove: (id) => request("DELETE", `${root}/faults?${query({ id })}`),
    clear: () => request("DELETE", `${root}/faults`),
  };
}

/**
 * What happens in the workspace, as this person sees it: `heard(event)` for each, `lost()` when the line breaks.
 * The line mends itself; its first event is then `hello` again. Answers a function that hangs up.
 */
export function listen(user, { heard, lost }) {
  let source;
  let timer = 0;
  const connect = () => {
    source = new EventSource(`/_control/events?${query({ user })}`);
    source.onmessage = ({ data }) => heard(JSON.parse(data));
    source.onerror = () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(connect, 2000);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
