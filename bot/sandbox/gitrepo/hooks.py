"""The hooks by which the sandbox's GitOps repository refuses, delays or loses pushes."""

# A fault is a file in <repository>/sandbox that holds how often it shall still happen.
_OWED = """\
owed() {
    [ -f "sandbox/$1" ] && n=$(cat "sandbox/$1") && [ "$n" -gt 0 ] || return 1
    echo $((n - 1)) > "sandbox/$1"
}
"""

_PRE_RECEIVE = f"""\
#!/bin/sh
{_OWED}
if owed slow; then sleep "$(cat sandbox/seconds)"; fi
if owed overtake; then
    # Somebody else is faster, between the moment git compared the branch and the one it moves it.
    unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    export GIT_AUTHOR_NAME='Jonas Weber' GIT_AUTHOR_EMAIL=jonas-weber@linkapp.com
    export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
    branch=$(git symbolic-ref HEAD)
    moved=$(git commit-tree "$branch^{{tree}}" -p "$branch" -m 'Note the on-call rota')
    git update-ref "$branch" "$moved"
fi
if owed reject; then
    cat sandbox/message >&2
    exit 1
fi
exit 0
"""

# Killing receive-pack here leaves the branch moved and the other side without an answer.
_POST_RECEIVE = f"""\
#!/bin/sh
{_OWED}
if owed lose; then kill -9 "$PPID"; fi
exit 0
"""

HOOKS = {"pre-receive": _PRE_RECEIVE, "post-receive": _POST_RECEIVE}
"""The scripts by name."""
