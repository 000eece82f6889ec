// Says a moment in the viewer's time zone, in all the ways that Slack's date tokens know.

const HOUR12 = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12 ?? true;
const DAY = 86400;
const formatters = new Map();

/** The zone if this browser knows it, else the browser's own. */
export function knownZone(zone) {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function format(seconds, zone, options) {
  const key = `${zone}|${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone }));
  return formatters.get(key).format(new Date(seconds * 1000));
}

function parts(seconds, zone) {
  const text = format(seconds, zone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const [month, day, year, hour, minute, second] = text.match(/\d+/g);
  return { year, month, day, hour, minute, second };
}

/** `YYYY-MM-DD` in that zone; equal for two moments of one day. */
export function dayOf(seconds, zone) {
  const { year, month, day } = parts(seconds, zone);
  return `${year.padStart(4, "0")}-${month}-${day}`;
}

function dayNumber(seconds, zone) {
  return Date.parse(`${dayOf(seconds, zone)}T00:00:00Z`) / 1000 / DAY;
}

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th")}`;
}

function long(seconds, zone, withYear = true) {
  const day = ordinal(Number(format(seconds, zone, { day: "numeric" })));
  const start = `${format(seconds, zone, { weekday: "long" })}, ${format(seconds, zone, { month: "long" })} ${day}`;
  return withYear ? `${start}, ${format(seconds, zone, { year: "numeric" })}` : start;
}

function near(seconds, zone, now) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[dayNumber(seconds, zone) - dayNumber(now, zone)];
}

export function clockTime(seconds, zone, { withSeconds = false, hour12 = HOUR12 } = {}) {
  const second = withSeconds ? { second: "2-digit" } : {};
  const cycle = hour12 ? { hour: "numeric", hourCycle: "h12" } : { hour: "2-digit", hourCycle: "h23" };
  return format(seconds, zone, { ...cycle, minute: "2-digit", ...second });
}

/** "3 minutes ago", "in 2 hours". */
export function ago(seconds, now) {
  const distance = Math.round(now - seconds);
  const size = Math.abs(distance);
  if (size < 45) return distance >= 0 ? "just now" : "in a moment";
  const [unit, length] = [
    ["year", 365 * DAY],
    ["month", 30 * DAY],
    ["day", DAY],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ].find(([, each]) => size >= each);
  const count = Math.round(size / length);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return distance >= 0 ? `${words} ago` : `in ${words}`;
}

function dayDivider(seconds, zone, now) {
  const sameYear = dayOf(seconds, zone).slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return near(seconds, zone, now) ?? long(seconds, zone, !sameYear);
}

// https://docs.slack.dev/reference/block-kit/block-elements/date-element lists the tokens.
const TOKENS = {
  day_divider_pretty: dayDivider,
  date_num: dayOf,
  date_slash: (at, zone) => format(at, zone, { month: "2-digit", day: "2-digit", year: "numeric" }),
  date_long: (at, zone) => long(at, zone),
  date_long_full: (at, zone) => format(at, zone, { month: "long", day: "numeric", year: "numeric" }),
  date_long_pretty: (at, zone, now) => near(at, zone, now) ?? long(at, zone),
  date: (at, zone) => format(at, zone, { month: "long", day: "numeric" }),
  date_pretty: (at, zone, now) => near(at, zone, now) ?? TOKENS.date(at, zone),
  date_short: (at, zone) => format(at, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_short_pretty: (at, zone, now) => near(at, zone, now) ?? TOKENS.date_short(at, zone),
  time: (at, zone) => clockTime(at, zone),
  time_secs: (at, zone) => clockTime(at, zone, { withSeconds: true }),
  ago: (at, zone, now) => ago(at, now),
};

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * `template` with its `{tokens}` replaced, "today" at its beginning with a capital as in Slack;
 * null when a token is unknown or the moment is none, so that the fallback is shown.
 */
export function fillDate(template, seconds, zone, now) {
  if (!Number.isFinite(seconds)) return null;
  let known = true;
  const text = template.replace(/\{(\w+)\}/g, (whole, token) => {
    if (Object.hasOwn(TOKENS, token)) return TOKENS[token](seconds, zone, now);
    known = false;
    return whole;
  });
  return known ? text.replace(/^(?:yesterday|today|tomorrow)/, capital) : null;
}

/** The heading between two days of messages. */
export function dayHeading(seconds, zone, now) {
  return capital(dayDivider(seconds, zone, now));
}

/** The full date and time, for tooltips. */
export function fullMoment(seconds, zone) {
  return `${long(seconds, zone)} at ${clockTime(seconds, zone, { withSeconds: true })}`;
}

/** Unix seconds → what `<input type="datetime-local">` takes, in that zone. */
export function toLocalInput(seconds, zone) {
  const { hour, minute } = parts(seconds, zone);
  return `${dayOf(seconds, zone)}T${hour}:${minute}`;
}

/** The reverse: `YYYY-MM-DDTHH:MM` read in that zone → Unix seconds, null when it is no moment. */
export function fromLocalInput(text, zone) {
  const asUtc = Date.parse(`${text}Z`) / 1000;
  if (!Number.isFinite(asUtc)) return null;
  const offset = (moment) => Date.parse(`${toLocalInput(moment, zone)}Z`) / 1000 - Math.floor(moment / 60) * 60;
  const guess = asUtc - offset(asUtc);
  return asUtc - offset(guess);
}
