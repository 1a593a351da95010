# What the scripts share: speaking, failing, and how many compilers may run.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
jobs() { local n; n=$(nproc); echo "${COTERIE_JOBS:-$((n > 2 ? n : 2))}"; }

# configure_and_build PRESET [TARGET...]: configures when needed, builds; quiet unless it fails.
configure_and_build() {
  local preset=$1; shift
  local flags=()
  [ -z "${CI:-}" ] || flags+=(-DCOTERIE_WERROR=ON)
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "configuring build/$preset"
    cmake --preset "$preset" "${flags[@]}" >"build-$preset.log" 2>&1 || { cat "build-$preset.log" >&2; fail "configuring failed"; }
    mkdir -p "build/$preset" && mv "build-$preset.log" "build/$preset/configure.log"
  fi
  say "building build/$preset${*:+: $*}"
  cmake --build --preset "$preset" -j "$(jobs)" ${*:+--target "$@"}
}
