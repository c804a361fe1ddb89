"""Lines that are wrong, the mistake that is named, and the way out that is shown."""

from __future__ import annotations

MISTAKES = (
    ("/deploy stagign", "There is no environment “stagign”", "`staging`"),
    ("/deploy staging sha-xyz", "“sha-xyz” is not a tag for staging", "sha-<7 to 40 hex"),
    ("/deploy staging latest", "“latest” is not a tag for staging", "sha-<7 to 40 hex"),
    ("/deploy staging sha-abc1234 usr-svc", "no service “usr-svc”", "`user-svc`"),
    ("/deploy staging usr-svc", "“usr-svc” is not a tag", "Did you mean the service user-svc"),
    ("/deploy staging --dryrun", "There is no option “--dryrun”", "Did you mean --dry-run?"),
    (
        "/deploy staging --reason fix login",
        "“login” is not",
        '/deploy staging --reason "fix login"`?',
    ),
    ("/promote --reason May fair", "service “fair”", '/shipmate promote --reason "May fair"`?'),
    (
        "/rollback staging --reason a bad one",
        "one word",
        '/shipmate rollback staging --reason "a',
    ),
    ("/shipmate lock staging for 2h", "“for” is one word too", "lock staging --for 2h`?"),
    ("/shipmate freeze dev until fri 17:00", "“until” is one word", "/shipmate freeze <"),
    (
        "/shipmate freeze dev --reason fair --until fri 17:00",
        "is one word too",
        '"fri 17:00"`?',
    ),
    ("/promote to nowhere", "There is no environment “nowhere”", "`production`"),
    (
        "/deploy sha-abc1234 staging",
        "The environment comes first",
        "`/deploy staging sha-abc1234`",
    ),
    ("/deploy staging --reason", "--reason needs a value", "[--reason"),
    ('/deploy staging --reason "why', "The quote that opens", "never closed"),
    ("/sync linkerd", "“linkerd”", "`linkerd-config`"),
    ("/sync user-svc --resource Deployment", "takes a kind and a name", "Deployment/user-svc"),
    ("/sync all --prune", "take one application at a time", "/sync <application"),
    ("/where stagin", "“stagin” is no environment, no service", "`staging`"),
    ("/where 1a2b3c4", "link/app has no commit 1a2b3c4", "/where [environment"),
    ("/shipmate deployments --limit many", "takes a whole number from 1 to 50", "[--limit n]"),
    ("/shipmate show", "The id is missing", "/shipmate show <id>"),
    ("/shipmate show dnothing", "There is no deployment", "/shipmate deployments"),
    ("/shipmate cancel x --revert --stop", "exclude each other", "[--revert | --stop]"),
    ("/shipmate app get link-app-stagin", "Argo CD lists no", "`link-app-staging`"),
    ("/shipmate app logs link-app-staging --since soon", "such as 30s, 10m", "[--since time]"),
    ("/shipmate app", "There is no command “app”", "`/shipmate app get`"),
    ("/shipmate deplyo staging", "There is no command “deplyo staging”", "`/deploy`"),
    ("/shipmate whoami me", "“me” is one word too many", "/shipmate whoami"),
)
