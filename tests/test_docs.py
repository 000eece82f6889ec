"""What the documents say is what the code does: README, Dockerfile and the script that decides whether a change lands."""

import argparse
import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from starlette.applications import Starlette

import bot.domain
from bot import cli
from bot.__main__ import start
from bot.config import Settings
from bot.setting_sources import SECRETS
from bot.slack.handlers import FEATURES
from bot.web import build_web
from tests.__main__ import SLOW

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Defaults that depend on something are told in words.
IN_WORDS = {"log_format": "`text` on a terminal, else `json`"}


def section(title: str) -> str:
    """What stands between a heading and the next of its rank."""
    _, _, rest = README.partition(f"\n## {title}\n")
    assert rest, f"the README has no section {title}"
    return rest.partition("\n## ")[0]


def table(title: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def fenced(marker: str) -> str:
    """The one command behind a comment."""
    found = re.findall(rf"<!-- {marker} -->\n```sh\n(.+)\n```", README)
    assert len(found) == 1, f"one block behind the comment {marker}"
    return str(found[0])


def test_the_settings_are_those_of_the_code() -> None:
    def default(name: str) -> str:
        field = Settings.model_fields[name]
        if name in IN_WORDS:
            return IN_WORDS[name]
        return "–" if field.is_required() or field.default is None else f"`{field.default}`"

    assert table("Settings") == [
        [f"`{name.upper()}`", default(name), field.description]
        for name, field in Settings.model_fields.items()
    ]


def test_the_commands_are_those_of_the_features() -> None:
    rows = [row for feature in FEATURES for row in feature.subcommands]
    assert table("Commands") == [
        [f"`{f'/release {row.word} {row.arguments}'.strip()}`", row.summary] for row in rows
    ]


def test_every_word_of_the_commands_is_explained() -> None:
    for feature in FEATURES:
        for row in feature.subcommands:
            for option in re.findall(r"\[(\w+)\]", row.arguments):
                if option not in {"project", "status"}:
                    assert (
                        f"`{option}` " in section("Commands").partition("|---|---|")[2].partition("\n\n")[2]
                    )


def glossary() -> dict[str, str]:
    """The words of the domain, each with its whole entry on one line."""
    entries: dict[str, str] = {}
    for head, body in re.findall(r"^(\w.*)\n((?:    .+\n)+)", bot.domain.__doc__ or "", re.MULTILINE):
        entries |= dict.fromkeys(head.split(", "), " ".join(body.split()))
    return entries


def test_the_words_mean_what_the_glossary_says() -> None:
    words = glossary()
    for word, means in table("Words"):
        entry = words[word.strip("*")].lower()
        for clause in means.split("; "):
            assert clause.lower() in entry, f"{word}: {clause}"


def test_settings_that_are_spoken_of_exist() -> None:
    others = {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ZADIG_TOKEN_FILE", *cli.WAYS_OUT}
    spoken = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", README)) | set(
        re.findall(r"^([A-Z_]+)=", README, re.MULTILINE)
    )
    assert spoken - others <= {name.upper() for name in Settings.model_fields}


def test_the_secrets_that_can_come_from_files_are_named() -> None:
    told = section("Settings").partition("can each come from a file")[0]
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", told)) == {name.upper() for name in SECRETS}


def test_paths_that_are_spoken_of_exist() -> None:
    for path in re.findall(r"`((?:bot|tests)/[\w/.]*)`", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / path).exists(), path


def test_addresses_that_are_spoken_of_are_served() -> None:
    served = {route.path for route in everything().routes if hasattr(route, "path")}
    assert set(re.findall(r"`(?:GET |POST )?(/(?:slack/events|healthz|readyz|metrics))`", README)) == served


def everything() -> Starlette:
    async def nothing() -> dict[str, str]:
        return {}

    async def no_figures() -> bytes:
        return b""

    async def events(*_: object) -> None: ...

    return build_web(events=events, readiness=nothing, metrics=no_figures, alive=lambda: True)


def test_the_demo_command_is_one_that_the_command_line_knows() -> None:
    venv, install, run = fenced("demo command").split(" && ")
    assert venv == "python3 -m venv .venv"
    assert install == ".venv/bin/pip install --quiet ."
    python, *words = run.split()
    assert (python, words[:2]) == (".venv/bin/python", ["-m", "bot"])
    assert cli._parser().parse_args(words[2:]).run is cli._demo


@pytest.mark.parametrize(
    "words", re.findall(r"`(?:python -m bot |)((?:serve|demo|check)(?: [^`]*)?)`", README)
)
def test_commands_that_are_spoken_of_can_be_run(words: str) -> None:
    assert isinstance(cli._parser().parse_args(words.split()), argparse.Namespace)


def test_the_test_command_runs_everything() -> None:
    venv, pinned, install, run = fenced("test command").split(" && ")
    assert venv == "python3 -m venv .venv"
    assert pinned == ".venv/bin/pip install --quiet --require-hashes --requirement .ci/constraints-dev.txt"
    assert install == ".venv/bin/pip install --quiet --no-deps --no-build-isolation --editable ."
    assert run == ".venv/bin/python -m tests"
    checks = ast.parse((ROOT / "tests" / "__main__.py").read_text())
    names = {node.value for node in ast.walk(checks) if isinstance(node, ast.Constant)}
    assert {"ruff", "mypy", "importlinter.cli", "pytest"} <= names


def test_what_the_fast_tests_leave_out_exists() -> None:
    assert [path for path in SLOW if not (ROOT / "tests" / path).exists()] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("constraints.txt", PROJECT["dependencies"]),
        ("constraints-dev.txt", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]),
    ],
)
def test_the_pinned_versions_satisfy_the_project(name: str, wanted: list[str]) -> None:
    text = (ROOT / ".ci" / name).read_text()
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement
    assert text.count("==") <= text.count("--hash=")
    assert "://" not in text


def test_the_example_of_settings_names_settings() -> None:
    names = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(names) <= {name.upper() for name in Settings.model_fields}
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required <= set(names)


def test_what_decides_about_a_change_is_the_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    extracting = re.findall(r"^test_command=.+$", script.read_text(), re.MULTILINE)
    assert len(extracting) == 1
    shown = subprocess.run(  # noqa: S603 - the script's own line
        ["/bin/bash", "-euc", f'{extracting[0]}; printf %s "$test_command"'],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout == fenced("test command")
    assert "-m tests" not in script.read_text(), "the README alone says how to test"


def instructions(name: str) -> list[str]:
    whole = DOCKERFILE.replace("\\\n", " ")
    return [
        line.removeprefix(f"{name} ").strip() for line in whole.splitlines() if line.startswith(f"{name} ")
    ]


def test_the_container_serves_as_nobody_in_particular() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert instructions("USER") == ["bot"]
    assert "USER bot" in final
    assert "--uid 10001" in final
    assert instructions("ENTRYPOINT") == ['["release-bot"]']
    assert instructions("CMD")[-1] == '["serve"]'
    assert cli._parser().parse_args(["serve"]).run is cli._serve
    assert PROJECT["scripts"]["release-bot"] == f"{start.__module__}:{start.__name__}"


def test_the_container_asks_for_health_where_it_is_served() -> None:
    (check,) = instructions("HEALTHCHECK")
    (path,) = re.findall(r"\]\}(/\w+)'", check)
    assert path in {route.path for route in everything().routes if hasattr(route, "path")}
    (environment,) = instructions("ENV")
    variables = dict(word.split("=", 1) for word in environment.split())
    assert instructions("EXPOSE") == [variables["PORT"]] == [str(Settings.model_fields["port"].default)]
    directory = variables["DATABASE_URL"].removeprefix("sqlite+aiosqlite:///").rpartition("/")[0]
    assert instructions("VOLUME") == [directory] == instructions("WORKDIR")[-1:]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_the_container_is_made_of_what_there_is() -> None:
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            assert all((ROOT / path).exists() for path in line.split()[:-1]), line
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", ".venv"} <= set(ignored)
    least = tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
    for version in re.findall(r"FROM python:(\d+)\.(\d+)-slim", DOCKERFILE):
        assert tuple(map(int, version)) >= least
