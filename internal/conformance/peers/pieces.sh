# What running a peer is made of. Scripts that use it set $here to its folder and
# $who to what they say when they skip.

work=$(mktemp -d)
fresh=
sandbox=
finish() {
	local code=$?
	[ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
	[ $code = 0 ] || [ ! -s "$work/log" ] || { echo "what the sandbox said:"; cat "$work/log"; } >&2
	rm -rf "$work" ${fresh:+"$fresh"}
}
trap finish EXIT

skip() {
	echo "SKIPPED: $who: $*"
	[ "${KSEF_REQUIRE_PEERS:-}" != 1 ] || exit 1
	exit 0
}

usable() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

# find_python sets $python.
find_python() {
	if [ -n "${KSEF_PYTHON:-}" ]; then
		python=$KSEF_PYTHON
		usable "$python" || { echo "KSEF_PYTHON: $python is no Python 3.12 or newer with venv" >&2; exit 1; }
		return
	fi
	for python in python3.13 python3.12 python3.14 python3 ~/.pyenv/versions/3.1[2-9]*/bin/python; do
		! usable "$python" || return 0
	done
	skip "no Python 3.12 or newer with venv here (KSEF_PYTHON)"
}

# install requirements [pip option…]: installs once for these requirements and
# this Python, and sets $packages to the environment. It is put together elsewhere
# and moved, so that what is there is whole.
install() {
	local requirements=$1 cache=${XDG_CACHE_HOME:-$HOME/.cache}/ksef-peers key
	shift
	key=$("$python" - "$requirements" <<'PY'
import hashlib, pathlib, platform, sys
requirements = pathlib.Path(sys.argv[1]).read_bytes()
print(hashlib.sha256(requirements + f"{sys.base_prefix} {sys.version} {platform.platform()}".encode()).hexdigest()[:16])
PY
	)
	packages=$cache/$key
	[ ! -d "$packages" ] || return 0
	mkdir -p "$cache"
	fresh=$(mktemp -d "$cache/fresh.XXXXXX")
	"$python" -m venv "$fresh"
	"$fresh/bin/python" -m pip --disable-pip-version-check --quiet --timeout 20 --retries 1 install \
		--only-binary :all: "$@" -r "$requirements" || skip "the packages in $(basename "$requirements") cannot be installed"
	mv "$fresh" "$packages"
	fresh=
}

# serve [flag…]: builds and starts a sandbox, which says where it is in $work/served.json.
serve() {
	(cd "$here/../../.." && go build -o "$work/ksef" ./cmd/ksef)
	"$work/ksef" sandbox serve --listen 127.0.0.1:0 "$@" --json >"$work/served.json" 2>"$work/log" &
	sandbox=$!
	for _ in $(seq 100); do # ten seconds
		[ ! -s "$work/served.json" ] || return 0
		kill -0 "$sandbox" 2>/dev/null || { echo "ksef sandbox serve ended at once" >&2; exit 1; }
		sleep 0.1
	done
	echo "ksef sandbox serve does not say where it is" >&2
	exit 1
}

# stop ends the sandbox, which must end well.
stop() {
	kill "$sandbox"
	wait "$sandbox" || { echo "ksef sandbox serve did not end well when told to: code $?" >&2; exit 1; }
	sandbox=
}
