# What the scripts share: speaking, failing, and how many compilers may run.
say() { printf '\033[1m==>\033[0m [%02d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*" >&2; }  # how long it has run
fail() { printf '%s\n' "$*" >&2; exit 1; }
jobs() { local n; n=$(nproc); echo "${COTERIE_JOBS:-$((n > 2 ? n : 2))}"; }

# configure_and_build PRESET [TARGET...]: configures when needed, builds; quiet unless it fails.
configure_and_build() {
  local preset=$1; shift
  local flags=()
  # In the dev build alone: under the sanitizers GCC warns of what is not there.
  if [ -n "${CI:-}" ] && [ "$preset" = dev ]; then flags+=(-DCOTERIE_WERROR=ON "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1"); fi
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "configuring build/$preset"
    cmake --preset "$preset" "${flags[@]}" >"build-$preset.log" 2>&1 || { cat "build-$preset.log" >&2; fail "configuring failed"; }
    mkdir -p "build/$preset" && mv "build-$preset.log" "build/$preset/configure.log"
  fi
  say "building build/$preset${*:+: $*}"
  cmake --build --preset "$preset" -j "$(jobs)" ${*:+--target "$@"}
}

# build_application: the pages served at / go to build/app; without npm's registry the server runs without them.
build_application() {
  local newest
  newest=$(find clients/app clients/core/src clients/react/src clients/protocol/src -name node_modules -prune -o -type f -newer build/app/index.html -print -quit 2>/dev/null || true)
  if [ -f build/app/index.html ] && [ -z "$newest" ]; then return; fi
  say "building the application"
  if [ ! -d clients/node_modules ] || [ clients/package-lock.json -nt clients/node_modules ]; then
    (cd clients && npm ci --no-audit --no-fund --silent && touch node_modules) || { say "npm cannot reach its registry; no application"; return 0; }
  fi
  (cd clients && npm run -w app --silent build -- --logLevel error) || say "the application could not be built; serving without it"
}
