// Everything that can be made to go wrong, in words that an operator understands: one row each.

const api = (kind, title, words, more = {}) => ({ side: "slack", where: "api", kind, title, words, ...more });
const delivery = (kind, title, words, more = {}) => ({ side: "slack", where: "delivery", kind, title, words, ...more });
const zadig = (kind, title, words, more = {}) => ({ side: "zadig", where: "*", kind, title, words, ...more });

/** `scoped` rows apply to the calls chosen above them; the others always to what they say. */
export const GROUPS = [
  {
    key: "api",
    title: "When the app calls Slack",
    scopes: [
      ["*", "every call"],
      ["chat.postMessage", "posting a message"],
      ["chat.update", "editing a message"],
      ["chat.postEphemeral", "a message only you see"],
      ["views.open", "opening a form"],
      ["views.update", "updating a form"],
      ["views.publish", "the Home tab"],
      ["hooks", "delayed answers (response_url)"],
      ["conversations.history", "reading history"],
    ],
    rows: [
      api("429", "Slack asks to slow down", "“Too many requests, come back in 5 seconds”", {
        retry_after: 5,
        scoped: true,
      }),
      api("slow", "Slack answers slowly", "Every answer takes 4 seconds", { seconds: 4, scoped: true }),
      api("500", "Slack has an internal error", "Status 500, nothing was done", { scoped: true }),
      api("503", "Slack is unavailable", "Status 503, nothing was done", { scoped: true }),
      api("html", "A proxy answers instead of Slack", "A web page where JSON should be", { scoped: true }),
      api("drop_before", "The line breaks before Slack hears", "Connection closed, nothing was done", { scoped: true }),
      api("drop_after", "The line breaks after Slack has done it", "The work is done, but the app never learns it", {
        scoped: true,
      }),
      api("truncated", "Half of the answer is lost", "The work is done, the answer cannot be read", { scoped: true }),
      api("metadata", "Slack drops what the app attached", "The message stands without its metadata, with a warning", {
        method: "chat.postMessage",
      }),
      api("fatal", "Slack says it failed although it did it", "fatal_error after the work was done", { scoped: true }),
      api("error", "The app was thrown out of the channel", "Posting answers not_in_channel", {
        method: "chat.postMessage",
        error: "not_in_channel",
      }),
      api("error", "The channel is gone", "Posting answers channel_not_found", {
        method: "chat.postMessage",
        error: "channel_not_found",
      }),
      api("error", "Forms open too late", "Opening a form answers expired_trigger_id", {
        method: "views.open",
        error: "expired_trigger_id",
      }),
    ],
  },
  {
    key: "delivery",
    title: "When Slack calls the app",
    rows: [
      delivery("slow", "What people do arrives late", "Delivered 4 seconds later: forms cannot open any more", {
        seconds: 4,
      }),
      delivery("lost", "What people do never arrives", "The person waits and reads that it timed out"),
      delivery("replay", "Every request comes twice", "The same signed request a second time"),
      delivery("duplicate", "Events come again", "Retried although the app had acknowledged"),
      delivery("forge", "Somebody forges requests", "Signed with a wrong secret: the app must refuse"),
      delivery("stale", "Old requests are played back", "Signed ten minutes ago: the app must refuse"),
      delivery("socket_disconnect", "The socket is renewed all the time", "Socket Mode reconnects after each delivery"),
    ],
  },
  {
    key: "zadig",
    title: "When the app calls Zadig",
    scopes: [
      ["*", "every call"],
      ["list", "listing versions"],
      ["detail", "looking at one version"],
      ["create", "creating"],
      ["retry", "retrying"],
      ["delete", "deleting"],
      ["catalog", "projects and environments"],
    ],
    rows: [
      zadig("slow", "Zadig answers slowly", "Every answer takes 8 seconds", { seconds: 8, scoped: true }),
      zadig("500", "Zadig has an internal error", "Status 500 with its words, nothing was done", { scoped: true }),
      zadig("empty_500", "Zadig fails without a word", "Status 500 with an empty body", { scoped: true }),
      zadig("502_html", "Zadig is restarting", "Status 502 from its gateway, as a web page", { scoped: true }),
      zadig("503", "Zadig is down", "Status 503, nothing was done", { scoped: true }),
      zadig("html", "The address leads to the portal", "Status 200, but a web page instead of JSON", { scoped: true }),
      zadig("truncated", "Half of the answer is lost", "The work is done, the answer cannot be read", { scoped: true }),
      zadig("drop_before", "The line breaks before Zadig hears", "Connection closed, nothing was done", {
        scoped: true,
      }),
      zadig("drop_after", "The line breaks after Zadig has done it", "The work is done, but the app never learns it", {
        scoped: true,
      }),
      zadig("401", "The token is not accepted", "Status 401", { scoped: true }),
      zadig("403", "The token may not do this", "Status 403", { scoped: true }),
      zadig("license", "The licence has run out", "Zadig refuses with its own words", { scoped: true }),
    ],
  },
  {
    key: "inside",
    title: "Inside Zadig",
    rows: [
      zadig("failing_create", "Creating fails half-way", "The version exists, then creating reports an error"),
      zadig("hung_version", "New versions hang", "They never settle by themselves"),
      zadig("registry_error", "The registry refuses images", "New versions fail while copying"),
      zadig("deleted_underneath", "Somebody deletes what you act on", "The version disappears just before the request"),
    ],
  },
];

/** A row's id, the same in every window. */
export const idOf = (row) =>
  `page-${row.side}-${row.where}-${row.kind}${row.error ? `-${row.error}` : ""}`.replaceAll("*", "all");

/** The fault that a row sets, for the calls in `scope` and so many `times` (null: until it is switched off). */
export function faultOf(row, scope, times) {
  const { side, where, kind, scoped, method, error, seconds, retry_after } = row;
  const aim = side === "zadig" ? { where: scoped ? scope : where } : { where, method: scoped ? scope : method };
  return { id: idOf(row), kind, ...aim, error, seconds, retry_after, times };
}
