"""The files of deploy/ do what SECURITY.md says that the operator's proxy and system do."""

import re
import shutil
import subprocess

import pytest
import yaml

from kuntamittari import settings

DEPLOY = settings.ROOT / "deploy"
MOST_EXPOSED = 3.0


def directives() -> list[str]:
    """The directives of nginx.conf that are not commented out."""
    lines = (DEPLOY / "nginx.conf").read_text("utf-8").splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()]


@pytest.mark.parametrize(
    "needed",
    [
        r"limit_conn_zone \$binary_remote_addr zone=connections:\d+m;",
        r"limit_req_zone \$binary_remote_addr zone=requests:\d+m rate=\d+r/s;",
        r"limit_conn connections \d+;",
        r"limit_req zone=requests burst=\d+ nodelay;",
        r"limit_(conn|req)_status 429;",
        r"client_header_timeout \d+s;",
        r"client_body_timeout \d+s;",
        r"client_max_body_size 21m;",
        r"location /_stcore/metrics \{ return 404; \}",
        r"location /metrics \{ return 404; \}",
        r"proxy_set_header Host \$http_host;",
        r"proxy_set_header X-Forwarded-For \$remote_addr;",
        r"proxy_set_header X-Forwarded-Proto \$scheme;",
        r'proxy_set_header X-Forwarded-Prefix "";',
        r"server_tokens off;",
        r"access_log off;",
    ],
)
def test_the_proxy_does_what_is_said_of_it(needed: str) -> None:
    assert [line for line in directives() if re.fullmatch(needed, line)], f"deploy/nginx.conf lacks {needed}"


def test_the_proxy_names_what_only_the_operator_can_switch_on() -> None:
    whole = (DEPLOY / "nginx.conf").read_text("utf-8")
    for commented in (
        "listen 443 ssl;",
        "add_header Strict-Transport-Security",
        "proxy_cookie_flags ~ secure;",
        "server_name",
    ):
        assert f"# {commented}" in whole


def test_braces_of_the_proxy_s_file_are_closed() -> None:
    whole = "\n".join(directives())
    assert whole.count("{") == whole.count("}") > 5
    assert all(line.endswith((";", "{", "}")) for line in directives())


def test_more_connections_may_be_open_than_the_service_itself_allows_pages() -> None:
    [most] = [int(found[1]) for line in directives() if (found := re.fullmatch(r"limit_conn connections (\d+);", line))]
    assert most >= 2 * settings.DEFAULT_CONNECTIONS, "a page needs one for its websocket and some for its files"


def test_the_containers_may_do_nothing_that_they_need_not() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    for name in ("replica-1", "replica-2"):
        assert services[name]["read_only"] is True and services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"] and services[name]["pids_limit"]
        assert services[name]["mem_limit"] and {"KUNTAMITTARI_API_RATE", "KUNTAMITTARI_CONNECTIONS"} <= set(
            services[name]["environment"]
        )
    container = (settings.ROOT / "Containerfile").read_text("utf-8")
    assert re.search(r"^USER 10001:10001$", container, re.MULTILINE) and "KUNTAMITTARI_UPDATE=off" in container


def unit() -> dict[str, str]:
    """The settings of the unit of systemd."""
    lines = (DEPLOY / "kuntamittari@.service").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]\w*=", line))


def test_the_unit_leaves_the_process_the_calls_that_it_makes() -> None:
    given = unit()
    assert "@resources" not in given["SystemCallFilter"], (
        "workbooks are read with limits, reports made at a lower priority"
    )
    assert given["CacheDirectory"] == "kuntamittari" and given["PrivateTmp"] == "yes", "where it writes"
    assert {"AF_INET", "AF_INET6", "AF_UNIX"} == set(given["RestrictAddressFamilies"].split())


@pytest.mark.parametrize(
    "name",
    [
        *("NoNewPrivileges", "PrivateDevices", "PrivateUsers", "ProtectClock", "ProtectHostname", "ProtectKernelLogs"),
        *("ProtectKernelModules", "ProtectKernelTunables", "ProtectControlGroups", "RestrictNamespaces"),
        *("RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "RemoveIPC"),
    ],
)
def test_the_unit_is_shut_in(name: str) -> None:
    assert unit()[name] == "yes"


def test_systemd_counts_the_unit_as_little_exposed() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: the settings that it counts are tested above")
    command = [program, "security", "--offline=true", "--no-pager", str(DEPLOY / "kuntamittari@.service")]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    if found is None:
        pytest.skip("this systemd-analyze does not read files")
    assert float(found[1]) < MOST_EXPOSED
