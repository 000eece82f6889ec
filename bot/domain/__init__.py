"""The words and rules of the release bot; standard library only.

Glossary. Names in code, log fields and texts use these words, and only these.

version
    A named set of images or charts of one project that Zadig builds and keeps (`Version`, `version_name`).
    Not an API generation: that is a *dialect*.
release
    Only the URL path (`…/delivery/releases`), the `/release` command and the port `Releases`.
    Never one item: in Helm a release is an installed chart.
kind
    `k8s` or `helm` (`K8SYaml`, `HelmChart` on the wire).
status
    `creating`, `retrying`, `success`, `failed`, and `unknown` for anything else on the wire.
    *success* and *failed* are *settled*. Not an HTTP status.
project, environment, service, image, chart, registry, chart repository
    Zadig's words, each in full. Never *env* alone; never *registry* for a table of handlers.
subscription
    A channel's standing wish to hear of a project, with a filter. Not a watch.
watch
    One person following one version until it settles. Not a subscription.
request, record
    What a person asked the bot to do, kept permanently with who, when, where and the result, and the tables that keep it.
    Not an HTTP request: that is a *call*.
revision
    What has become of a version since it was told of; messages that stand are edited to say it.
pending request
    A version that a user asked to have created or retried; kept until its outcome is told (`PendingRequest`).
poll, seen
    A poll is one fetch of a project by the poller; what the last one saw is *seen*.
epoch
    Our own count of how often a version (re)started; Zadig keeps no attempt number.
change, notification
    Two polls differ: a change. A notification is one thing worth telling. Not the Slack message.
card
    The one message per version and channel that is edited in place.
post
    To put a notification into Slack; the *poster* does it. Not *deliver*: Zadig uses *delivery* for its whole area.
posting
    A notification on its way to one destination: a row before it is a message.
ending
    How the life of a version, or one attempt at making it, came to an end: succeeded, failed, gone, stalled, missing.
digest
    Many endings of one kind that share a project or a reason, told as one message (`outcomes_folded` on the wire). Not a thread.
gone, stalled, abandoned
    Deleted in Zadig; unsettled for longer than Zadig itself watches a version; unsettled for a week, so that it is no longer
    waited for. Not *failed*: whether it failed is not known.
draft
    What a user typed into a form, kept so that it need not be typed twice.
habit
    What a user or a channel used last for a project; the next form opens on it. Not a draft: that is one form.
template
    A version that a form is filled in from, to make the next one like it.
dialect
    `v1` (the documented API, Zadig 2.3.1 to 3.4.1) or `v2` (Zadig 4 and later).
sandbox
    The local Zadig and the local Slack workspace that ship with the bot.
workspace, journey
    The Slack of the sandbox, and a test that lives in it.
"""
