"""The configuration of the service: one YAML file with a schema, every error with its line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from clausal.facts.source import Source, dotted, read_source
from clausal.problems import InvalidInput, Problem, expected_one_of, nearest
from clausal.schedules.store import data_folder
from clausal.service.roles import ROLES, Role
from clausal.service.shape import said

LOOPBACK = ("127.0.0.1", "::1", "localhost")
DATABASE = "CLAUSAL_DATABASE"
"""The environment variable with the address of the database, so that no password stands in a file or a command."""


class Section(BaseModel):
    """A part of the configuration: names that are not known are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignIn(Section):
    """Sign-in by OpenID Connect: the authorization code flow with PKCE; programs bring access tokens of the issuer."""

    issuer: str = Field(description="The provider's issuer; its settings are read from .well-known.")
    client_id: str
    client_secret_file: Path | None = Field(None, description="A file that holds the client's secret alone.")
    scopes: list[str] = ["openid", "profile"]
    audience: str | None = Field(None, description="The audience of access tokens of programs; none: they are refused.")
    roles_claim: str = Field("roles", description="The claim that names roles or groups.")
    roles: dict[Role, list[str]] = Field(description="For each role the values of that claim that give it.")
    hours: float = Field(8, gt=0, le=24, description="A session lasts at most so long.")
    idle_minutes: float = Field(30, gt=0, description="A session that is not used so long has ended.")


class Limits(Section):
    """How much is taken and how long it may take."""

    body_kb: int = Field(1024, ge=16, le=16384, description="Of a request that is no upload.")
    upload_mb: int = Field(64, ge=1, le=65536, description="Of an upload.")
    body_seconds: float = Field(30, gt=0, description="A request that is no upload has to have come by then.")
    idle_seconds: float = Field(15, gt=0, description="A client that sends nothing for so long is let go.")
    answer_seconds: float = Field(20, gt=0, description="An answer that takes longer is given up.")
    requests_per_minute: int = Field(1200, ge=1, description="Of one person, of each worker; more have to wait.")
    sign_ins_per_minute: int = Field(10, ge=1, description="Wrong tokens and sign-ins from one address.")


class Jobs(Section):
    """Claim files that are worked through."""

    at_once: int = Field(1, ge=1, le=16, description="Jobs that run at the same time.")
    workers: int = Field(1, ge=1, le=64, description="Threads of each.")
    niceness: int = Field(10, ge=0, le=19, description="How far a job stands back behind answers.")
    part_seconds: float = Field(10, gt=0, description="How often what is done is kept; so much is done again at most.")
    claims_folder: Path | None = Field(None, description="A folder of which files may be named instead of sent.")


class Kept(Section):
    """How many days things are kept; what is not named is kept for ever."""

    answers: int | None = Field(None, ge=1)
    determinations: int | None = Field(None, ge=1)
    jobs: int | None = Field(30, ge=1)


class Determinations(Section):
    """What a person has to determine."""

    automatic_approval: bool = Field(
        False, description="Whether what the rules find covered in every line is determined without a person."
    )


class Log(Section):
    """The log of the service, on standard error: no member data, no query strings."""

    form: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Tracing(Section):
    """OpenTelemetry; needs the extra `observe`."""

    endpoint: str = Field(description="Where traces are sent: OTLP over HTTP.")
    service_name: str = "clausal"


class Configuration(Section):
    """Everything that can be set; nothing has to be."""

    address: str = Field("127.0.0.1", description="The address to listen on; any but loopback needs `sign_in`.")
    port: int = Field(8640, ge=0, le=65535)
    public_url: str | None = Field(None, description="The address that people use, where a proxy stands before it.")
    trusted_proxies: list[str] = Field(["127.0.0.1"], description="Whose X-Forwarded-For is believed.")
    data: Path = Field(default_factory=data_folder, description="The folder of the store, of jobs and of fee tables.")
    database: str | None = Field(None, description=f"postgresql://..., or left out: SQLite in `data`. Or {DATABASE}.")
    packs: list[Path] = Field([], description="Packs, or folders of packs, besides the bundled ones.")
    workers: int = Field(1, ge=1, le=64, description="Processes; more than one need Postgres.")
    sign_in: SignIn | None = None
    limits: Limits = Limits()
    jobs: Jobs = Jobs()
    keep: Kept = Kept()
    determinations: Determinations = Determinations()
    log: Log = Log()
    tracing: Tracing | None = None

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("write it with https://, as people type it")
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def _is_safe(self) -> Configuration:
        if self.sign_in is None and self.address not in LOOPBACK:
            raise ValueError("`address` is no loopback address and there is no `sign_in`: anybody could come in")
        if self.address not in LOOPBACK and not (self.public_url or "").startswith("https://"):
            raise ValueError("`public_url` is missing: the https:// address of the proxy that people use")
        if self.workers > 1 and not self.database_url.startswith("postgresql"):
            raise ValueError("several `workers` need a `database` on Postgres: SQLite has one writer")
        return self

    @property
    def database_url(self) -> str:
        """The address of the database that holds."""
        from clausal.store.database import sqlite_url

        return self.database or os.environ.get(DATABASE) or sqlite_url(self.data / "store.sqlite")

    @property
    def is_single_user(self) -> bool:
        """Whether whoever has the printed address is the one user."""
        return self.sign_in is None

    @property
    def origin(self) -> str:
        """The origin that pages are served from."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.public_url or f"http://{host}:{self.port}"


def read_configuration(path: Path | None, **given: Any) -> Configuration:
    """The configuration of a file, with what a command line gives besides; raises InvalidInput with every problem."""
    source = read_source(path) if path else Source("serve", {})
    if not isinstance(source.data, dict):
        raise InvalidInput.at(source.place(), "a configuration is a mapping of names to values", "see docs/operate.md")
    named = {name: value for name, value in given.items() if value not in (None, [])}
    try:
        return Configuration.model_validate({**source.data, **named})
    except ValidationError as error:
        raise InvalidInput(_problem(source, detail) for detail in error.errors()) from None


def configuration_schema() -> dict[str, Any]:
    """JSON schema of the configuration file, as editors read it."""
    schema = Configuration.model_json_schema()
    schema["properties"]["data"].pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of clausal serve",
        **schema,
    }


def _problem(source: Source, detail: Any) -> Problem:
    path = tuple(one for one in detail["loc"] if one != "[key]")
    place = source.place(path)
    if detail["type"] == "extra_forbidden":
        names = _names(path[:-1])
        return Problem(place, f"unknown name '{path[-1]}'", nearest(str(path[-1]), names) or expected_one_of(names))
    if detail["type"] == "missing":
        return Problem(place, f"`{dotted(path)}` is missing", "docs/operate.md tells what it is")
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return Problem(place, f"unknown role '{path[-1]}'", nearest(str(path[-1]), ROLES) or expected_one_of(ROLES))
    if detail["type"] == "value_error":
        return Problem(place, str(detail["msg"]).removeprefix("Value error, "))
    message, expected = said(detail, str(path[-1]) if path else "")
    return Problem(place, message, f"expected {expected}" if expected else "")


def _names(path: tuple[Any, ...]) -> list[str]:
    """The names that a section has."""
    found: Any = Configuration
    for step in path:
        annotation = found.model_fields[step].annotation
        options = [one for one in getattr(annotation, "__args__", (annotation,)) if isinstance(one, type)]
        found = next(one for one in options if issubclass(one, Section))
    return list(found.model_fields)
