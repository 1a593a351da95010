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

# build_clients: the packages' JavaScript and the application in build/app, where something has changed since.
build_clients() {
  local built=build/app/index.html
  if [ -f "$built" ] && [ -z "$(find clients protocol/vectors -type f -newer "$built" -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.tsbuildinfo' -print -quit)" ]; then return; fi
  say "building the clients and the application"
  mkdir -p build
  { npm --prefix clients run --silent build && npm --prefix clients/app run --silent build; } >build/clients.log 2>&1 || { cat build/clients.log >&2; fail "the clients do not build"; }
}
