# What the scripts share: speaking, failing, and how many compilers may run.
export COTERIE_BEGAN=${COTERIE_BEGAN:-$EPOCHSECONDS}  # of the first script: those it calls count on
say() { # WORDS...: with how long it has run
  local seconds=$((EPOCHSECONDS - COTERIE_BEGAN))
  printf '\033[1m==>\033[0m [%02d:%02d] %s\n' $((seconds / 60)) $((seconds % 60)) "$*" >&2
}
fail() { printf '%s\n' "$*" >&2; exit 1; }
jobs() { local n; n=$(nproc); echo "${COTERIE_JOBS:-$((n > 2 ? n : 2))}"; }

# logged FILE COMMAND...: what it says goes to the file; on a terminal its last line is shown meanwhile.
logged() {
  local log=$1 process; shift
  "$@" >"$log" 2>&1 & process=$!
  while [ -t 2 ] && kill -0 "$process" 2>/dev/null; do
    printf '\r\033[K    %.100s' "$(tail -n 1 "$log" | tr -d '\r')" >&2
    sleep 1
  done
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
  wait "$process"
}

# configure_and_build PRESET [TARGET...]: configures when needed, builds; quiet unless it fails.
configure_and_build() {
  local preset=$1; shift
  local flags=()
  # What is built once and never again is built in large units. Warnings are errors in the dev build alone: under the
  # sanitizers GCC warns of what is not there.
  if [ -n "${CI:-}" ]; then flags+=(-DCMAKE_UNITY_BUILD=ON); fi
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
  { script/npm --prefix clients run --silent build && script/npm --prefix clients/app run --silent build; } >build/clients.log 2>&1 || { cat build/clients.log >&2; fail "the clients do not build"; }
}
