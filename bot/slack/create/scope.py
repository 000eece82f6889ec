"""Which services a version takes: ticked one by one or, where there are too many for that, all, only these or all but these."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.domain.requests import Field
from bot.slack.create.constants import ALL_IMAGES, KEPT_IMAGES, SCOPE, Scope, images_of
from bot.slack.create.form import CreateForm
from bot.slack.forms.state import OPTION_VALUE, OPTIONS, Typed, named

Changes = dict[str, Any]


def listed(form: CreateForm) -> tuple[str, ...]:
    """The services that stand in the select, at most a hundred: those chosen or, with `EXCEPT`, those left out."""
    chosen = tuple(form.chosen_services)
    if form.tickable:
        return chosen
    match form.wanted_scope:
        case Scope.ONLY:
            return chosen[:OPTIONS]
        case Scope.EXCEPT:
            return _others(form, chosen)[:OPTIONS]
        case _:
            return ()


def taking(form: CreateForm, names: Iterable[str]) -> CreateForm:
    """The form with these services chosen, said in the way that shows them best."""
    wanted = frozenset(names)
    chosen = tuple(name for name in form.offered_services if name in wanted)
    scope = _scope_for(len(chosen), len(form.offered_services))
    kept = chosen if scope is Scope.KEPT and not form.tickable else ()
    return form.changed(services=chosen, scope=scope, kept_services=kept)


def _scope_for(chosen: int, offered: int) -> Scope:
    left_out = offered - chosen
    if not left_out:
        return Scope.ALL
    if min(chosen, left_out) > OPTIONS:
        return Scope.KEPT
    return Scope.ONLY if chosen <= left_out else Scope.EXCEPT


def read_services(form: CreateForm, answers: Mapping[str, Typed]) -> Changes:
    """What the inputs of services say. A user who picks some while all are meant wants only those.

    What stood in the select under another scope meant something else, and counts only if it has been changed.
    """
    answer = answers.get(Field.SERVICES)
    if isinstance(answer, str):
        return {"service_lines": answer}
    if answer is None and SCOPE not in answers:
        return {}
    picked = _known(form, answer or ())
    if form.tickable:
        return {} if answer is None else {"services": picked}
    scope = _scope(answers.get(SCOPE), form)
    fresh = answer is not None and set(picked) != set(listed(form))
    if scope is form.wanted_scope and not fresh:
        return {}
    if scope is form.wanted_scope and scope in (Scope.ALL, Scope.KEPT):
        scope = Scope.ONLY
    return _under(scope, form, picked if fresh else ())


def _scope(answer: Typed | None, form: CreateForm) -> Scope:
    return Scope(answer) if isinstance(answer, str) and answer in set(Scope) else form.wanted_scope


def _under(scope: Scope, form: CreateForm, picked: tuple[str, ...]) -> Changes:
    """With another scope the select has to show something else: `revision` counts up."""
    services = {
        Scope.ALL: (),
        Scope.ONLY: picked,
        Scope.EXCEPT: _others(form, picked),
        Scope.KEPT: form.kept_services,
    }
    anew = {"revision": form.revision + 1} if scope is not form.wanted_scope else {}
    return {"scope": scope, "services": services[scope], **anew}


def _known(form: CreateForm, values: Iterable[str]) -> tuple[str, ...]:
    """The services behind the values of options, in order; what is not offered is passed over."""
    chosen = frozenset(named(values, form.offered_services, OPTION_VALUE))
    return tuple(name for name in form.offered_services if name in chosen)


def _others(form: CreateForm, names: Collection[str]) -> tuple[str, ...]:
    known = frozenset(names)
    return tuple(name for name in form.offered_services if name not in known)


def leaving(form: CreateForm, images: Iterable[str]) -> CreateForm:
    """The form in which these images are not copied; more than a select can show stand in it as one."""
    stay = tuple(dict.fromkeys(images))
    return form.changed(not_copied=stay, kept_images=stay if len(stay) > OPTIONS else ())


def listed_images(form: CreateForm) -> tuple[str, ...]:
    """The images that stand in the select of those that are not copied, at most a hundred."""
    chosen = form.not_copied or ()
    kept = frozenset(form.kept_images) if frozenset(form.kept_images) <= frozenset(chosen) else frozenset()
    others = [key for key in chosen if key not in kept]
    return (*([KEPT_IMAGES] if kept else []), *others)[:OPTIONS]


def read_not_copied(form: CreateForm, values: Iterable[str]) -> Changes:
    """The images behind the values of options."""
    offered = (ALL_IMAGES, *images_of(form.offered_services))
    chosen = frozenset(named(values, (KEPT_IMAGES, *offered), OPTION_VALUE))
    if KEPT_IMAGES in chosen:
        chosen |= frozenset(form.kept_images)
    return {"not_copied": tuple(key for key in offered if key in chosen)}


def left_out_before(form: CreateForm) -> tuple[str, ...]:
    """The chosen services that the last version was made without; none if that would leave nothing."""
    if form.habits is None or form.template:
        return ()
    left_out, chosen = frozenset(form.habits.left_out), form.chosen_services
    found = tuple(name for name in chosen if name in left_out)
    return found if len(found) < len(chosen) else ()


def stayed_before(form: CreateForm) -> tuple[str, ...]:
    """The images that are to be copied now, and were not for the last version."""
    if form.habits is None or form.template or ALL_IMAGES in (form.not_copied or ()):
        return ()
    stayed, stay = frozenset(form.habits.not_copied), frozenset(form.not_copied or ())
    images = form.chosen_images
    return tuple(key for key in images if key not in stay and stayed & {key, ALL_IMAGES})


def without_left_out(form: CreateForm) -> CreateForm:
    """The form that leaves out again what the last version was made without."""
    left_out = frozenset(left_out_before(form))
    after = taking(form, (name for name in form.chosen_services if name not in left_out))
    return after.changed(revision=form.revision + 1, touched=True)


def without_copies(form: CreateForm) -> CreateForm:
    """The form in which what was not copied for the last version stays where it is again."""
    all_of_them = ALL_IMAGES in form.habits.not_copied if form.habits else False
    images = (ALL_IMAGES,) if all_of_them else (*(form.not_copied or ()), *stayed_before(form))
    return leaving(form, images).changed(revision=form.revision + 1, touched=True)
