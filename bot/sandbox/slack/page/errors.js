// What an error of the control API means to the person who ran into it.

const WORDS = {
  operation_timeout: "The app did not answer in time. Try again?",
  trouble_connecting: "We had some trouble connecting. Try again?",
  message_not_visible: "You cannot see this message any more.",
  http_service_error: "The app answered with an error. Try again?",
  dispatch_failed: "The app cannot be reached. Try again?",
  no_such_element: "This control has changed meanwhile. Look again?",
};

/** One sentence for `{error, detail?}`. */
export function sentence({ error, detail }) {
  return WORDS[error] ?? (detail || `That did not work: ${error}.`);
}
