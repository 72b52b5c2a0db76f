"""Every setting, from `MISSIONDESK_*` in the environment and from `missiondesk.toml`; nothing else reads either."""

from __future__ import annotations

import difflib
import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.contact import Contact
from assistant.roles import KeyRole
from assistant.setting_kinds import PageOrigin, Rate, listed
from index.errors import InvalidSetting

PREFIX = "MISSIONDESK_"
FILE = "missiondesk.toml"

Network = IPv4Network | IPv6Network
Origin = Literal["default", "file", "environment", "command line"]
"""Where a setting's value comes from."""


class Settings(BaseSettings):
    """Read with `load_settings`, which explains what is wrong; the environment wins over the file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder of the library and its search engines.")
    database_url: SecretStr | None = Field(
        None,
        description="Keep the library in this PostgreSQL database, for several machines: postgresql://name@host/database.",
    )
    vectors_url: SecretStr | None = Field(
        None,
        description="Keep the vectors on this server, for several machines, and not in the data folder: "
        "postgresql://name@host/database with pgvector, or chroma://host:8000 (chroma+https://), never open to others.",
    )
    cache_dir: Path | None = Field(None, description="Folder of unpacked models; default: the user's cache folder.")
    min_free_megabytes: int = Field(
        1024, ge=0, description="Room on the disk of the library below which no documents are taken in; 0: no limit."
    )
    keep_originals: Literal["none", "pdf", "all"] = Field(
        "pdf",
        description="Files that are kept as they were read, for those who may read the document: `pdf` files, whose "
        "pages are shown beside the text, `all` kinds but web pages, or `none`, which removes those that are kept.",
    )
    original_megabytes: int = Field(100, ge=1, le=100, description="Largest file that is kept as it was read.")
    worker: bool = Field(
        True,
        description="Whether the server also reads the documents that people send; else `missiondesk work` must run.",
    )
    stop_delay_seconds: float | None = Field(
        None,
        ge=0,
        le=300,
        description="Of several servers behind a proxy: how long one that is to stop takes questions, while "
        "/health/ready says no, before it closes its port. Default: it tells everybody to come again.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the server listens on.")
    embedding_model: str = Field(
        "bundled",
        min_length=1,
        description="`bundled`, a sentence-transformers name or folder, or `provider:model` of LangChain.",
    )
    reranker: str = Field(
        "late-interaction",
        min_length=1,
        description="`late-interaction` of the embedding model's tokens, `none`, or a sentence-transformers "
        "CrossEncoder by name or folder, or `service:MODEL` at `reranker_url`. Answers are calibrated for the first.",
    )
    reranker_url: HttpUrl | None = Field(
        None, description="What stands before `/rerank` at a re-ranking service, such as https://api.jina.ai/v1."
    )
    reranker_key: SecretStr | None = Field(None, description="Key of the re-ranking service.")
    chat_model: str = Field(
        "none", min_length=1, description="`none` for verbatim answers, or `provider:model` of LangChain."
    )
    chat_api_key: SecretStr | None = Field(
        None, description="Key of the chat model's provider; default: the provider's own variable, as OPENAI_API_KEY."
    )
    chat_base_url: str | None = Field(None, description="Address of an OpenAI-compatible server (llama.cpp, vLLM).")
    chat_prompt_tokens: int = Field(
        6000, ge=500, description="Most tokens of a chat model's prompt, about; the passages least likely to answer go."
    )
    chat_first_token_seconds: float = Field(15.0, gt=0, description="Longest wait for a chat model's first word.")
    chat_seconds: float = Field(60.0, gt=0, description="Longest time a chat model may take for one answer.")
    translate: bool = Field(
        False,
        description="Whether the chat model translates the quotes that are not in the answer's language; the words of "
        "the source stay beside. Needs a second request for such an answer, which is whole later.",
    )
    answer_probability: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="A question is answered from this probability on; higher declines more. Default: where nineteen of "
        "twenty questions are declined that the pages in hand do not answer, see assistant/calibration.json.",
    )
    max_statements: int = Field(4, ge=1, le=10, description="Most sentences in one answer.")
    old_after_years: float = Field(
        3.0, gt=0, le=100, description="Years after which an answer warns that its source is old."
    )
    contacts: tuple[Contact, ...] = Field(
        (),
        description="Where people can turn who get no answer: a list of tables with `name`, at least one of `phone`, "
        "`email` and `url`, and, where it is for some only, `languages` and `countries`; in the environment as JSON.",
    )
    web_contact: str | None = Field(
        None,
        pattern=r"^[\x21-\x27\x2a-\x7e]{3,200}$",
        description="Address or e-mail that sites see when their pages are read, so that they can complain.",
    )
    web_interval_seconds: float = Field(1.0, ge=0, le=600, description="Least time between two requests to one site.")
    web_page_seconds: float = Field(20.0, gt=0, le=600, description="Longest time that one page may take to arrive.")
    web_page_megabytes: int = Field(20, ge=1, le=100, description="Largest page that is read from the web.")
    web_ports: Annotated[tuple[int, ...], NoDecode, BeforeValidator(listed)] = Field(
        (80, 443), description="Ports that pages are read from, with commas between them."
    )
    web_private_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(listed)] = Field(
        (),
        description="Networks that pages are read from though not public, such as 10.1.0.0/16; with commas.",
    )
    public_url: HttpUrl | None = Field(
        None, description="Address under which other websites reach the server, such as https://help.example.org."
    )
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)] = Field(
        (),
        description="Names, besides those of this machine, under which people reach the server, as in their browser's "
        "address bar, without the port; with commas. Needs access keys or `oidc_issuer`.",
    )
    sign_in_hours: float = Field(
        12.0, gt=0, le=24 * 90, description="Hours until somebody who signed in with a browser must do so again."
    )
    oidc_issuer: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Address of the OpenID Connect provider whose accounts people sign in with, such as "
        "https://login.example.org/realms/staff. Needs the extra `oidc`.",
    )
    oidc_client_id: str | None = Field(None, description="This server's name at the provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="This server's secret at the provider.")
    oidc_role_claim: str = Field(
        "groups", min_length=1, description="Claim of the provider's ID token that says what a person belongs to."
    )
    oidc_roles: dict[str, KeyRole] = Field(
        {},
        description='Which role a value of that claim gives: a table such as { desk = "staff" }; in the environment '
        "as JSON. The highest counts; whoever has none is refused.",
    )
    widget_session_seconds: int = Field(900, ge=30, le=900, description="How long a widget's session token is good.")
    widget_address_sessions: Rate = Field(
        "60 per minute; 600 per hour",
        description="Sessions of the widget that one address may begin; a shelter's fifty people may share an address.",
    )
    widget_address_questions: Rate = Field(
        "60 per minute; 1000 per hour", description="Questions that may come from one address through the widget."
    )
    widget_session_questions: Rate = Field("10 per minute", description="Questions of one session of the widget.")
    widget_site_sessions: Rate = Field("600 per minute", description="Sessions that may begin on one site.")
    widget_site_questions: Rate = Field("300 per minute", description="Questions that may come from one site.")
    widget_site_daily_questions: int = Field(
        5000, ge=0, description="Questions a day (UTC) of a site that has no number of its own (`sites add --daily`)."
    )
    widget_daily_questions: int = Field(20000, ge=0, description="Questions a day (UTC) of all sites together.")
    owner_questions: Rate = Field(
        "600 per minute", description="Questions and searches of one key or person: staff and researchers."
    )
    rate_storage: str | None = Field(
        None,
        min_length=1,
        description="Where calls are counted: memory://, or an address for the `limits` package, such as "
        "redis://host:6379 (its client is installed apart). Default: memory, or with `database_url` that database.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(listed)] = Field(
        (),
        description="Networks of the proxies before the server, whose X-Forwarded-For is believed; with commas. "
        "Nobody else's is.",
    )
    frame_ancestors: Annotated[tuple[PageOrigin, ...], NoDecode, BeforeValidator(listed)] = Field(
        (), description="Origins whose pages may show documents in a frame, with commas; default: none."
    )
    most_questions: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Questions that are worked on at a time. Default: 8 a core, or 128 with a chat model, for which "
        "most of them only wait.",
    )
    most_waiting: int = Field(
        64, ge=0, le=10_000, description="Questions that may wait for their turn; further ones are told to come back."
    )
    log_format: Literal["json", "text"] = Field(
        "json", description="`json`: one object a line, for programs; `text`: for people at a terminal."
    )
    log_addresses: bool = Field(False, description="Whether the log says from which address a request came.")
    metrics_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(listed)] = Field(
        (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")),
        description="Networks from which /metrics may be read without a key, with commas between them.",
    )
    otel_endpoint: HttpUrl | None = Field(
        None,
        description="Address of an OpenTelemetry collector that takes OTLP over HTTP, such as "
        "http://127.0.0.1:4318/v1/traces. Needs missiondesk[otel].",
    )

    conversation_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="Days after its last question until a conversation is deleted; a widget's ends with its session.",
    )
    share_days: float = Field(7.0, gt=0, le=365, description="Days that a link to a conversation works for others.")
    feedback_days: int = Field(
        365, ge=1, le=3650, description="Days until feedback is deleted, with the question and answer sent along."
    )
    audit_days: int = Field(
        365, ge=1, le=3650, description="Days that the audit keeps who uploaded, changed, removed or exported what."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def models_dir(self) -> Path:
        """Where unpacked models are kept."""
        if self.cache_dir:
            return self.cache_dir
        home = os.environ.get("XDG_CACHE_HOME")
        return (Path(home) if home else Path.home() / ".cache") / "missiondesk"


def is_set(variables: tuple[str, ...]) -> bool:
    """Whether one of these variables of the environment, which belong to others, holds something."""
    return any(os.environ.get(name) for name in variables)


def load_settings(**overrides: object) -> Settings:
    """Settings from file and environment, with `overrides` (None: not given) above them. Raises `InvalidSetting`."""
    given = {name: value for name, value in overrides.items() if value is not None}
    for key in os.environ:
        if key.upper().startswith(PREFIX) and key[len(PREFIX) :].lower() not in Settings.model_fields:
            raise InvalidSetting(_unknown(key[len(PREFIX) :].lower(), key))
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidSetting(_explained(error)) from error
    except ValueError as error:
        raise InvalidSetting(f"{FILE} cannot be read: {error}.") from error


def origins(**overrides: object) -> dict[str, Origin]:
    """Where the value of each setting comes from, for settings that were loaded with these `overrides`."""
    in_file = TomlConfigSettingsSource(Settings)()
    variables = {key.upper() for key in os.environ}

    def origin(name: str) -> Origin:
        if overrides.get(name) is not None:
            return "command line"
        if PREFIX + name.upper() in variables:
            return "environment"
        return "file" if name in in_file else "default"

    return {name: origin(name) for name in Settings.model_fields}


def _explained(error: ValidationError) -> str:
    sentences = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            sentences.append(_unknown(name, name))
        else:
            description = Settings.model_fields[name.partition(".")[0]].description
            sentences.append(f"Setting {name} has the wrong value {fault['input']!r}: {fault['msg']}. {description}")
    return " ".join(sentences)


def _unknown(name: str, as_given: str) -> str:
    close = difflib.get_close_matches(name, Settings.model_fields, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"There is no setting {as_given}.{hint} The settings are: {', '.join(sorted(Settings.model_fields))}."
