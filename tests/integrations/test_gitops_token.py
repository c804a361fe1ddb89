"""The token opens the remote, and shows up in no argument, file, error or other host's log."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.sandbox.gitrepo import SeededRepo
from integrations.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    Rejected,
    Unauthorized,
    UpstreamError,
)
from integrations.gitops import GitOps
from tests.integrations.git_http import GitServer, serving
from tests.integrations.gitops_kit import PRODUCTION, STAGING, deploy, git, seeded

TOKEN = "ghp_veryS3cret/To+ken"
FORMS = (TOKEN, "ghp_veryS3cret%2FTo%2Bken", b64encode(f"x-access-token:{TOKEN}".encode()).decode())


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    repo = seeded(tmp_path)
    git(repo.path, "config", "http.receivepack", "true")
    return repo


@pytest.fixture
async def server(tmp_path: Path, repo: SeededRepo) -> AsyncIterator[GitServer]:
    async with serving(GitServer(tmp_path, "x-access-token", TOKEN)) as server:
        yield server


@pytest.fixture
def argv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git, and a shell, that first write down how they were called."""
    log = tmp_path / "argv.log"
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "sh"):
        real = subprocess.check_output(["which", name], text=True).strip()
        wrapper = folder / name
        wrapper.write_text(f'#!/bin/sh\necho "{name} $@" >> "{log}"\nexec {real} "$@"\n')
        wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/local/bin:/usr/bin:/bin")
    return log


def over_http(
    server: GitServer,
    repo: SeededRepo,
    token: str | None = TOKEN,
    tokens: Mapping[str, str] | None = None,
) -> GitOps:
    return GitOps(
        f"{server.url}/gitops.git",
        repo.path.parent / "clone",
        token=token,
        tokens=tokens,
        clock=repo.clock,
        timeout=20,
        jitter=lambda: 0.0,
    )


def holds_token(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(form.encode() in path.read_bytes() for form in FORMS)
    ]


async def test_the_token_opens_the_remote_and_leaves_no_trace(
    server: GitServer, repo: SeededRepo, argv: Path
) -> None:
    ops = over_http(server, repo)
    assert (await deploy(ops, "sha-1234567")).sha == await repo.head()
    assert "sha-1234567" in await ops.read("main", STAGING)
    called = argv.read_text()
    assert "git " in called
    assert "push" in called
    assert [form for form in FORMS if form in called] == []
    assert holds_token(repo.path.parent / "clone") == []


async def test_a_token_inside_the_url_is_taken_out_of_it(
    server: GitServer, repo: SeededRepo, argv: Path
) -> None:
    host = server.url.removeprefix("http://")
    url = f"http://x-access-token:{FORMS[1]}@{host}/gitops.git"
    ops = GitOps(url, repo.path.parent / "clone", clock=repo.clock)
    assert (await deploy(ops, "sha-1234567")).changed
    assert ops.remote == f"{server.url}/gitops.git"
    assert [form for form in FORMS if form in argv.read_text()] == []
    assert holds_token(repo.path.parent / "clone") == []


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_a_wrong_token_is_said_without_a_prompt(
    server: GitServer, repo: SeededRepo, token: str | None
) -> None:
    with pytest.raises(Unauthorized, match="does not accept our credentials") as error:
        await over_http(server, repo, token).fetch()
    assert error.value.changed == "no"


@pytest.mark.parametrize(
    ("status", "meaning"), [(403, Forbidden), (404, NotFound), (503, BadAnswer), (500, BadAnswer)]
)
async def test_each_refusal_is_told_apart(
    server: GitServer, repo: SeededRepo, status: int, meaning: type[UpstreamError]
) -> None:
    ops = over_http(server, repo)
    await ops.fetch()
    server.status = status
    with pytest.raises(meaning) as error:
        await deploy(ops, "sha-1234567")
    assert type(error.value) is meaning
    assert not any(form in str(error.value) for form in FORMS)


async def test_a_file_with_a_token_of_its_own_is_pushed_with_it(
    server: GitServer, repo: SeededRepo, argv: Path
) -> None:
    server.allow_push_only_to("x-access-token", "ghp_staging")
    with pytest.raises(Unauthorized):
        await deploy(over_http(server, repo), "sha-1234567")
    ops = over_http(server, repo, tokens={STAGING: "ghp_staging"})
    assert (await deploy(ops, "sha-1234567")).sha == await repo.head()
    await ops.check_push([STAGING])
    assert "ghp_staging" not in argv.read_text()


async def test_a_refused_token_of_its_own_is_not_replaced_by_the_general_one(
    server: GitServer, repo: SeededRepo
) -> None:
    server.allow_push_only_to("x-access-token", TOKEN)
    head = await repo.head()
    ops = over_http(server, repo, tokens={STAGING: "ghp_revoked"})
    with pytest.raises(Unauthorized) as refused:
        await deploy(ops, "sha-1234567")
    assert "ghp_revoked" not in str(refused.value)
    with pytest.raises(Unauthorized):
        await ops.check_push([STAGING])
    assert await repo.head() == head
    await ops.check_push([PRODUCTION])


async def test_one_commit_never_mixes_files_of_different_tokens(
    server: GitServer, repo: SeededRepo
) -> None:
    ops = over_http(server, repo, tokens={STAGING: TOKEN, PRODUCTION: "ghp_production"})
    with pytest.raises(Rejected, match="different tokens"):
        await ops.commit("", lambda files: files, [STAGING, PRODUCTION], "Both", {})


async def test_whether_we_may_push_is_asked_without_pushing(
    server: GitServer, repo: SeededRepo
) -> None:
    head = await repo.head()
    await over_http(server, repo).check_push()
    assert await repo.head() == head
    git(repo.path, "config", "http.receivepack", "false")
    with pytest.raises(Forbidden):
        await over_http(server, repo).check_push()


async def test_a_redirect_to_another_host_gets_no_token(
    server: GitServer, repo: SeededRepo, tmp_path: Path
) -> None:
    async with serving(GitServer(tmp_path, "x-access-token", TOKEN)) as stranger:
        server.redirect_to = stranger.url
        with pytest.raises(UpstreamError):
            await over_http(server, repo).fetch()
        assert stranger.seen
        assert set(stranger.seen) == {""}


async def test_a_server_that_echoes_the_token_does_not_bring_it_into_the_error(
    server: GitServer, repo: SeededRepo
) -> None:
    ops = over_http(server, repo)
    await ops.fetch()
    repo.reject_pushes(1, f"no entry for {TOKEN} at https://me:{TOKEN}@host/x")
    with pytest.raises(UpstreamError) as error:
        await deploy(ops, "sha-1234567")
    assert error.value.summary == (
        "the remote refused the push: no entry for [secret] at https://host/x"
    )


async def test_settings_and_hooks_of_the_machine_do_not_reach_git(
    repo: SeededRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    hook = home / "hooks/pre-push"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {home}/hooks\n[commit]\n\tgpgSign = true\n"
        '[user]\n\tname = Somebody Else\n[push]\n\tgpgSign = true\n[url "/nowhere"]\n'
        "\tinsteadOf = /\n[core]\n\tautocrlf = true\n"
    )
    monkeypatch.setenv("HOME", str(home))
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, "/nowhere")
    ops = GitOps(str(repo.path), tmp_path / "clone", clock=repo.clock)
    result = await deploy(ops, "sha-1234567")
    monkeypatch.undo()
    assert result.sha == await repo.head()
    assert git(repo.path, "log", "-1", "--format=%cn") == "shipmate"
