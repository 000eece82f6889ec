"""On top of the form stands where it comes from."""

from typing import Any

from bot.slack.create.origins import Earlier, Recorded, Replaced, Template


def recorded(service: str, tag: str = "v1") -> Recorded:
    return Recorded(
        service=service,
        module="app0",
        name=service,
        reference=f"dev.example.com/{service}:{tag}",
        registry="r2",
    )


def test_a_template_is_named_with_what_became_of_it(catalog: Any, create_client: Any) -> None:
    template = Template(
        name="v13",
        services=("service0", "gone", "service1"),
        images=(
            recorded("service0"),
            recorded("gone"),
            recorded("service1").model_copy(update={"module": "x"}),
        ),
    )
    somebody = create_client(catalog.form(services=3, template=template))
    assert "Filled in from `shop/v13`." in somebody.shown()
    assert ":warning: `dev` no longer has `gone`, `service1/x`: left out." in somebody.shown()
    assert "Not in `v13`, so left out: `service2`." in somebody.shown()


def test_many_names_are_counted(catalog: Any, create_client: Any) -> None:
    template = Template(name="v13", services=("service0", *(f"gone{number}" for number in range(30))))
    shown = create_client(catalog.form(services=50, template=template)).shown()
    assert "`gone9` and 20 more: left out." in shown
    assert "`service10` and 39 more." in shown


def test_a_template_of_which_nothing_was_recorded_says_so(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(services=3, template=Template(name="v13")))
    assert "Zadig recorded no services for it, so all running ones are chosen." in somebody.shown()


def test_images_that_keep_the_templates_tag_are_warned_of(catalog: Any, create_client: Any) -> None:
    images = tuple(
        Recorded(
            service=f"service{number}",
            module="app0",
            name=f"image{number}",
            reference=f"dev.example.com/image{number}:7",
            registry="r2",
        )
        for number in range(3)
    )
    template = Template(
        name="v13", tag="7", registry="r2", services=("service0", "service1", "service2"), images=images
    )
    form = catalog.form(services=3, version_name="v14", image_tag="7", template=template)
    assert "3 images would overwrite the template's own tag" in create_client(form).shown()
    assert "would overwrite the template's own tag" not in create_client(form.changed(image_tag="")).shown()


def test_names_from_outside_stay_names(catalog: Any, create_client: Any) -> None:
    nasty = "<!channel> *b* `c`\n:tada:"
    somebody = create_client(
        catalog.form(
            services=3,
            template=Template(name=nasty, services=(nasty,), images=(recorded(nasty),)),
            replaces=Replaced(id="1" * 24, name=nasty),
            earlier=Earlier(draft="d", what=nasty, seconds=100_000),
        )
    )
    assert "<" not in somebody.shown()
    assert "\n:tada:" not in somebody.shown()


def test_how_long_ago_is_one_unit(catalog: Any, create_client: Any) -> None:
    for seconds, said in ((0, "just now"), (59, "59 s ago"), (3700, "1 h ago"), (200_000, "2 d ago")):
        earlier = Earlier(draft="d", what="shop/v14", seconds=seconds)
        assert f"*shop/v14* {said}." in create_client(catalog.form(earlier=earlier)).shown()
