#!/usr/bin/env bash
# llama.cpp beside the bench's large case: one model scored through its library, and the KL
# divergence of a pair by its own command, which takes two steps and a file between them.
#
#     git clone https://github.com/ggml-org/llama.cpp && git -C llama.cpp checkout 0c1e57098
#     .build/release/tokenshift-bench --make-checkpoint LARGE
#     score_with_llama_cpp.sh prepare llama.cpp LARGE WORK
#     score_with_llama_cpp.sh measure LARGE WORK
#
# prepare builds llama.cpp for this processor (its own kernels and OpenMP, no BLAS), makes
# WORK/other, a checkpoint near LARGE that ours can score too, and writes both as GGUF: about
# 6 GB and a few minutes; what is there already stays. measure prints
#
# - score_with_llama_cpp in bf16 and f32: a warm-up, then REPEATS (3) runs in one process, and
# - llama-perplexity on the same ids as 4 chunks of 512: each step's whole process with its peak
#   memory, REPEATS times. It scores only the second half of a chunk (4 x 255 of 4 x 511
#   predicted tokens) and keeps the first model's log-probabilities in 16 bits between the steps.
#
# THREADS (2), BATCH (512), UBATCH (512), PYTHON (python3, with requirements.txt), CMAKE (cmake),
# CXX (g++) and JOBS (THREADS) come from the environment.
set -euo pipefail

commit=0c1e57098 # the one in llama-cpp-python 0.3.36's source package
here=$(cd "$(dirname "$0")" && pwd)
threads=${THREADS:-2} batch=${BATCH:-512} ubatch=${UBATCH:-512} repeats=${REPEATS:-3}
python=${PYTHON:-python3} cmake=${CMAKE:-cmake} cxx=${CXX:-g++}

usage() {
  echo "usage: $0 prepare LLAMA_CPP LARGE WORK | measure LARGE WORK" >&2
  exit 2
}

prepare() {
  local source=$1 large=$2 work=$3
  mkdir -p "$work"
  work=$(cd "$work" && pwd)
  local found=""
  [[ ! -e $source/.git ]] || found=$(git -C "$source" rev-parse HEAD 2>/dev/null) || true
  if [[ -z $found ]]; then
    echo "$source is no git checkout: its commit isn't checked against $commit" >&2
  elif [[ $found != "$commit"* ]]; then
    echo "$source is at $found, not at $commit: git -C $source checkout $commit" >&2
    exit 1
  fi
  if [[ ! -x $work/build/bin/llama-perplexity ]]; then
    "$cmake" -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON \
      -DCMAKE_CXX_COMPILER="$cxx" -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF \
      -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF \
      >"$work/build.log" 2>&1
    "$cmake" --build "$work/build" --target llama-perplexity -j "${JOBS:-$threads}" \
      >>"$work/build.log" 2>&1
  fi
  # Linked apart: linked with -ffast-math, the program would flush denormals in llama.cpp too.
  "$cxx" -std=c++17 -O3 -march=native -ffast-math -fopenmp -Wall -Wextra \
    -I"$source/include" -I"$source/ggml/include" \
    -c "$here/score_with_llama_cpp.cpp" -o "$work/score_with_llama_cpp.o"
  "$cxx" -fopenmp "$work/score_with_llama_cpp.o" -L"$work/build/bin" -lllama -lggml -lggml-base \
    -Wl,-rpath,"$work/build/bin" -o "$work/score_with_llama_cpp"
  local convert=("$python" "$here/convert_to_gguf.py")
  [[ -e $work/texts.txt ]] || "${convert[@]}" text "$large" "$work/texts.txt"
  [[ -e $work/other ]] || "${convert[@]}" other "$large" "$work/other"
  [[ -e $work/bf16.gguf ]] || "${convert[@]}" gguf "$large" "$work/bf16.gguf"
  [[ -e $work/other.gguf ]] || "${convert[@]}" gguf "$work/other" "$work/other.gguf"
  [[ -e $work/f32.gguf ]] || "${convert[@]}" gguf "$large" "$work/f32.gguf" --dtype float32
}

# Runs a command with its output in a file and prints its wall time and peak memory.
timed() {
  "$python" - "$@" <<'PYTHON'
import resource, subprocess, sys, time
log, *command = sys.argv[1:]
start = time.perf_counter()
with open(log, "w") as output:
    code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{seconds:.2f} s (processor {used.ru_utime + used.ru_stime:.1f} s), "
      f"peak {used.ru_maxrss / 1024:.0f} MiB")
sys.exit(code)
PYTHON
}

measure() {
  local large=$1 work=$2 kind step
  for kind in bf16 f32; do
    echo "llama.cpp, 1 model, $kind"
    "$work/score_with_llama_cpp" "$work/$kind.gguf" "$large/texts.jsonl" --repeats "$repeats" \
      --threads "$threads" --batch "$batch" --ubatch "$ubatch" | sed 's/^/  /'
  done
  echo "llama.cpp, KL of a pair, bf16, half of the positions"
  cat "$work/bf16.gguf" "$work/other.gguf" >/dev/null
  local common=(-c 512 -t "$threads" --kl-divergence-base "$work/base.kld")
  for ((step = 1; step <= repeats; step++)); do
    rm -f "$work/base.kld"
    printf '  run %d, first model: ' "$step"
    timed "$work/first.log" "$work/build/bin/llama-perplexity" -m "$work/bf16.gguf" \
      -f "$work/texts.txt" "${common[@]}"
    printf '  run %d, second model: ' "$step"
    timed "$work/second.log" "$work/build/bin/llama-perplexity" -m "$work/other.gguf" \
      --kl-divergence "${common[@]}"
  done
  echo "  between them $(wc -c <"$work/base.kld") bytes"
  grep -hE 'calculating perplexity over|computing over' "$work"/{first,second}.log |
    sed 's/^.*\(calculating\|computing\)/  \1/'
  grep -hE '^(Mean PPL\(|Mean    KLD|Maximum KLD)' "$work/second.log" | sed 's/^/  /'
  rm -f "$work/base.kld"
}

case ${1:-}:$# in
  prepare:4) prepare "$2" "$3" "$4" ;;
  measure:3) measure "$2" "$3" ;;
  *) usage ;;
esac
