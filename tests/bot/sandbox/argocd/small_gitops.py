"""A bare GitOps repository, small enough to read, and a hand to change it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SERVICES = (
    *("user-svc", "chat-svc", "ai-svc", "discovery-svc"),
    *("search-svc", "api-gateway", "link-frontend"),
)


@dataclass(frozen=True)
class SmallGitOps:
    """`path` is the bare repository; commits are made in a work tree beside it."""

    path: Path
    work: Path

    def deploy(self, environment: str, tag: str, services: tuple[str, ...] = SERVICES) -> str:
        """Set tags of an environment, push to main, return the commit."""
        self.edit(environment, tag, services)
        return self.push(f"Deploy {tag} to {environment}")

    def edit(self, environment: str, tag: str, services: tuple[str, ...] = SERVICES) -> None:
        file = self.work / "environments" / environment / "kustomization.yaml"
        lines = file.read_text().splitlines() if file.exists() else _fresh()
        for number, line in enumerate(lines):
            if any(line.endswith(f"ghcr.io/link/{service}") for service in services):
                lines[number + 1] = f"    newTag: {tag}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n")

    def push(self, title: str) -> str:
        """Commit everything to main and push it."""
        self.git("add", ".")
        self.git("commit", "-q", "-m", title)
        self.git("push", "-q", "origin", "main")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *words: str) -> str:
        command = ("git", "-c", "user.name=Dana", "-c", "user.email=dana@example.com", *words)
        done = subprocess.run(command, cwd=self.work, check=True, capture_output=True, text=True)
        return done.stdout


def _fresh() -> list[str]:
    lines = ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "images:"]
    for service in SERVICES:
        lines += [f"  - name: ghcr.io/link/{service}", "    newTag: sha-0000001"]
    return lines


def small_gitops(folder: Path) -> SmallGitOps:
    """Three environments, two deployments of each."""
    bare, work = folder / "gitops.git", folder / "work"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(work)], check=True)
    repository = SmallGitOps(bare, work)
    repository.git("remote", "add", "origin", "../gitops.git")
    for tag in ("sha-0000001", "sha-0000002"):
        for environment in ("dev", "staging", "production"):
            repository.edit(environment, tag)
        repository.push(f"Deploy {tag} everywhere")
    return repository


def copied(template: SmallGitOps, folder: Path) -> SmallGitOps:
    """The same repository in another folder."""
    shutil.copytree(template.path.parent, folder, dirs_exist_ok=True)
    return SmallGitOps(folder / template.path.name, folder / template.work.name)
