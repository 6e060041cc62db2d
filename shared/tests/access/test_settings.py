"""What start-up refuses."""

import base64
import os
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from ansim.access import check_settings

GOOD_KEK = base64.b64encode(bytes(range(32))).decode()
GOOD_SECRET = "q7Zp4mXw9KfT2sLd8VbN"


def settings(**changed: Any) -> Any:
    whole = {
        "demo": False,
        "kek": SecretStr(GOOD_KEK),
        "database_url": SecretStr("postgresql://intake@db/ansim_intake"),
        "keys_url": SecretStr("postgresql://intake@db/ansim_keys"),
        "owner_database_url": SecretStr(""),
        "oidc_issuer": "https://sign-in.example",
        "oidc_client_id": "ansim",
        "oidc_client_secret": SecretStr(GOOD_SECRET),
        "urls": {"intake": "https://intake.example"},
    }
    return SimpleNamespace(**(whole | changed))


def test_good_settings_pass() -> None:
    assert check_settings(settings()) == []
    assert check_settings(settings(kek=SecretStr(base64.b64encode(os.urandom(32)).decode()))) == []


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"kek": SecretStr("")}, "ANSIM_KEK"),
        ({"kek": SecretStr("c2hvcnQ=")}, "ANSIM_KEK"),
        ({"kek": SecretStr(base64.b64encode(bytes(32)).decode())}, "ANSIM_KEK"),
        ({"kek": SecretStr(base64.b64encode(b"ansim" * 6 + b"an").decode())}, "ANSIM_KEK"),
        ({"oidc_issuer": ""}, "ANSIM_OIDC_ISSUER"),
        ({"oidc_issuer": "http://sign-in.example"}, "ANSIM_OIDC_ISSUER"),
        ({"oidc_client_secret": SecretStr("")}, "ANSIM_OIDC_CLIENT_SECRET"),
        ({"oidc_client_secret": SecretStr("changeme-changeme-changeme")}, "ANSIM_OIDC_CLIENT_SECRET"),
        ({"oidc_client_secret": SecretStr("a" * 40)}, "ANSIM_OIDC_CLIENT_SECRET"),
        ({"urls": {}}, "ANSIM_URLS"),
        ({"urls": {"intake": "http://intake.example"}}, "ANSIM_URLS"),
        ({"database_url": SecretStr("")}, "ANSIM_DATABASE_URL"),
        ({"keys_url": SecretStr("")}, "ANSIM_KEYS_URL"),
        ({"keys_url": SecretStr("postgresql://intake@db/ansim_intake")}, "ANSIM_KEYS_URL"),
        ({"owner_database_url": SecretStr("postgresql://owner@db/postgres")}, "ANSIM_OWNER_DATABASE_URL"),
    ],
)
def test_a_weak_setting_is_named(changed: dict[str, Any], names: str) -> None:
    found = check_settings(settings(**changed))

    assert found
    assert all(names in sentence for sentence in found)


def test_no_sentence_repeats_a_secret() -> None:
    weak = settings(kek=SecretStr("bm90LXJhbmRvbQ=="), oidc_client_secret=SecretStr("password1234567890"))

    assert not any("bm90" in sentence or "password1" in sentence for sentence in check_settings(weak))


def test_the_demo_may_use_plain_http_but_only_on_this_machine() -> None:
    demo = {"demo": True, "oidc_client_secret": SecretStr("x"), "urls": {"intake": "http://127.0.0.1:8101"}}

    assert check_settings(settings(**demo, oidc_issuer="http://127.0.0.1:9000")) == []
    assert check_settings(settings(**demo, oidc_issuer="http://provider.localhost:9000")) == []
    assert check_settings(settings(**demo, oidc_issuer="https://sign-in.example"))
    assert check_settings(settings(**demo, oidc_issuer="http://127.0.0.1.evil.example"))
    assert check_settings(settings(**demo, oidc_issuer="http://127.0.0.1:9000", kek=SecretStr("")))
