# TokenShift: `make demo` shows the main job, `make test` runs the tests; both set up all they need.

PREFIX ?= /usr/local
TOOL := .build/release/tokenshift
DEMO := Reports/demo

.PHONY: demo test build packages format lint bench install clean help

help:
	@echo "make demo     build, score the three demo checkpoints, draw the figures, write $(DEMO)/index.html"
	@echo "make test     build and run all tests"
	@echo "make format   format all Swift files"
	@echo "make lint     check the format"
	@echo "make bench    kernels and scoring as ratios to measured ceilings"
	@echo "make install  copy the tool to PREFIX (now $(PREFIX))"

# Where the processor's instruction set is chosen by the environment, the build must follow.
packages:
	@.ci/system-packages

build: packages
	swift build -c release --product tokenshift

demo: build
	$(TOOL) score --model base=Data/demo/base --model sft=Data/demo/sft --model rl=Data/demo/rl --compute f32 \
	  --texts Data/demo/responses.jsonl --output $(DEMO)/demo.h5
	$(TOOL) figures $(DEMO)/demo.h5 --output $(DEMO)/figures
	$(TOOL) report $(DEMO)/demo.h5 --output $(DEMO)

# Release, like what users run: one build serves the tests and the demo.
test: packages
	swift build -c release --build-tests
	swift test -c release --skip-build

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

bench: packages
	swift build -c release --product tokenshift-bench
	env -u OPENBLAS_CORETYPE .build/release/tokenshift-bench

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/tokenshift

clean:
	rm -rf .build
