// The shapes in which Slack keeps the value of an element, and what the control API takes for them.

const OPTION = { key: "selected_option", initial: "initial_option", many: false, option: true };
const OPTIONS = { key: "selected_options", initial: "initial_options", many: true, option: true };
const TEXT = { key: "value", initial: "initial_value", many: false, option: false };
const one = (name) => ({ key: `selected_${name}`, initial: `initial_${name}`, many: false, option: false });
const several = (name) => ({ key: `selected_${name}s`, initial: `initial_${name}s`, many: true, option: false });

// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
const SHAPES = {
  plain_text_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  number_input: TEXT,
  static_select: OPTION,
  external_select: OPTION,
  radio_buttons: OPTION,
  overflow: OPTION,
  multi_static_select: OPTIONS,
  multi_external_select: OPTIONS,
  checkboxes: OPTIONS,
  users_select: one("user"),
  conversations_select: one("conversation"),
  channels_select: one("channel"),
  multi_users_select: several("user"),
  multi_conversations_select: several("conversation"),
  multi_channels_select: several("channel"),
  datepicker: one("date"),
  timepicker: one("time"),
  datetimepicker: { key: "selected_date_time", initial: "initial_date_time", many: false, option: false },
};

/** `{type, value}`, `{type, selected_option: {…}}` and so on: one entry of a view's `state.values`. */
export function shapeOf(element, value) {
  return { type: element.type, [SHAPES[element.type].key]: value };
}

/** What the element holds when it is first drawn: what was kept, else what the app put there; null or [] for nothing. */
export function firstValue(element, kept) {
  const { key, initial, many } = SHAPES[element.type];
  const value = kept && key in kept ? kept[key] : element[initial];
  return value ?? (many ? [] : null);
}

/** An entry as `/_control/click` and `/_control/input` take it: options by their value strings. */
export function spoken(element, entry) {
  const shape = SHAPES[element.type];
  if (!shape) return entry.value === undefined ? {} : { value: entry.value };
  const value = entry[shape.key];
  if (!shape.option) return { [shape.key]: value };
  return { [shape.key]: shape.many ? value.map((option) => option.value) : (value?.value ?? null) };
}
