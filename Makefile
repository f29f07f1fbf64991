# TokenShift: `make demo` shows the main job, `make test` runs the tests; both set up all they need.

PREFIX ?= /usr/local
TOOL := .build/release/tokenshift
# Where `make demo` writes; what is committed in Reports/demo is made by `make demo-report`.
DEMO := demo
# For test-python alone; another one has to have what the two requirements.txt list, and the recorder.
PYTHON ?= .venv/bin/python
LOGS := Tests/Fixtures/runlogs
# Where test-python finds the real models, or makes them: a download of 0.4 GB.
MODELS ?= .venv/models

# What `make docs` writes.
SITE := documentation

SEED ?= 1
RUNS ?= 10000

.PHONY: demo demo-report test test-python mutations build packages format lint bench docs install uninstall clean help

help:
	@echo "make demo         build, score the three demo checkpoints, draw the figures, write $(DEMO)/index.html"
	@echo "make demo-report  the same into Reports/demo, whose pages and figures are committed"
	@echo "make test         build and run all tests"
	@echo "make test-python  logs, checkpoints, real models and samplers, the recorder and the notebooks; installs torch"
	@echo "make mutations    RUNS damaged inputs (now $(RUNS)), from SEED: none may end a command by a signal or hang it"
	@echo "make format       format all Swift files"
	@echo "make lint         check the format"
	@echo "make docs         the pages of Sources/Documentation.docc as a website, in $(SITE)"
	@echo "make bench        kernels, scoring and training as ratios to measured ceilings; rates of false verdicts and alarms"
	@echo "make install      the tool, its manual pages, completions for bash, zsh and fish, and what selftest needs to PREFIX"
	@echo "                  (now $(PREFIX))"
	@echo "make uninstall    remove these again"

# Where the processor's instruction set is chosen by the environment, the build must follow.
packages:
	@.ci/system-packages

build: packages
	swift build -c release --product tokenshift

demo-report:
	$(MAKE) demo DEMO=Reports/demo

demo: build
	mkdir -p $(DEMO)
	$(TOOL) score --model base=Data/demo/base --model sft=Data/demo/sft --model rl=Data/demo/rl --compute f32 \
	  --texts Data/demo/responses.jsonl --output $(DEMO)/demo.h5
	$(TOOL) figures $(DEMO)/demo.h5 --output $(DEMO)/figures
	$(TOOL) report $(DEMO)/demo.h5 --output $(DEMO)

# Release, like what users run: one build serves the tests and the demo.
test: packages
	@.ci/system-packages --tests
	swift build -c release --build-tests
	swift test -c release --skip-build

# In an environment of its own: torch is a download of gigabytes. Nothing else needs Python.
RECORDER := Sources/tokenshift-recorder
.venv/installed: Tests/Fixtures/requirements.txt Notebooks/requirements.txt $(RECORDER)/pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --requirement Tests/Fixtures/requirements.txt --requirement Notebooks/requirements.txt
	.venv/bin/pip install --editable '$(RECORDER)[test,parquet,peft]'
	touch $@

test-python: build $(if $(filter .venv/%,$(PYTHON)),.venv/installed)
	$(PYTHON) $(LOGS)/check_log.py $(LOGS)/log-2.0.h5 | diff $(LOGS)/check_log.txt -
	$(PYTHON) $(LOGS)/check_training_log.py $(LOGS)/training-log-2.0.h5 | diff $(LOGS)/check_training_log.txt -
	$(PYTHON) $(LOGS)/check_training_log.py $(LOGS)/training-log-1.0.h5 > /dev/null
	$(TOOL) export $(LOGS)/export.h5 --columns 'tok/id,base/*,rl/*,base:rl/*,seq/reward,seq/metadata' | \
	  $(PYTHON) $(LOGS)/make_export.py check /dev/stdin $(LOGS)/export-tokens.csv
	$(PYTHON) Tests/Python/check_schemas.py --tool $(TOOL)
	$(PYTHON) Tests/Python/check_checkpoints.py --tool $(TOOL)
	$(PYTHON) Tests/Python/check_mismatch.py --tool $(TOOL)
	$(PYTHON) Tests/Python/check_real_models.py --tool $(TOOL) --models $(MODELS)
	$(PYTHON) -m pytest -q $(RECORDER)/tests
	$(PYTHON) Tests/Python/check_recorder.py --tool $(TOOL)
	$(PYTHON) Tests/Python/check_callback.py --tool $(TOOL)
	TOKENSHIFT=$(abspath $(TOOL)) $(PYTHON) Tests/Python/run_notebooks.py

# Exits 1 with input and seed of what failed; the same seed makes the same damage again.
mutations: packages
	swift build -c release --build-tests
	TOKENSHIFT_MUTATIONS=$(RUNS) TOKENSHIFT_MUTATION_SEED=$(SEED) \
	  swift test -c release --skip-build --filter MutationTests

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

bench: packages
	swift build -c release --product tokenshift-bench
	env -u OPENBLAS_CORETYPE .build/release/tokenshift-bench
	.build/release/tokenshift-bench --false-discoveries
	.build/release/tokenshift-bench --detectors
	.build/release/tokenshift-bench --gate

# A package with nothing but the pages: quick, and whoever builds the tool doesn't fetch swift-docc-plugin. The
# pages' links are Markdown's, so that they can be read where they are; docc is given its own kind of links, and
# then fails on one that leads nowhere.
PAGES := .build/documentation
define PAGES_MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "documentation",
  dependencies: [.package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0")],
  targets: [.target(name: "TokenShift")])
endef
export PAGES_MANIFEST

docs:
	rm -rf $(PAGES)/Sources $(SITE)
	mkdir -p $(PAGES)/Sources/TokenShift/TokenShift.docc
	echo "$$PAGES_MANIFEST" > $(PAGES)/Package.swift
	touch $(PAGES)/Sources/TokenShift/TokenShift.swift
	for page in Sources/*.docc/*.md Sources/*/*.docc/*.md; do \
	  sed -E 's,\]\(([A-Za-z./]*/)?([A-Za-z]+)\.md(#[^)]*)?\),](doc:\2\3),g' "$$page" \
	    > $(PAGES)/Sources/TokenShift/TokenShift.docc/$$(basename "$$page") || exit 1; \
	done
	swift package --package-path $(PAGES) --allow-writing-to-directory "$(CURDIR)/$(SITE)" generate-documentation \
	  --target TokenShift --output-path "$(CURDIR)/$(SITE)" --transform-for-static-hosting --warnings-as-errors
	@echo "wrote $(SITE); a browser wants a server: python3 -m http.server --directory $(SITE)"
	@echo "then open http://localhost:8000/documentation/tokenshift"

# Pages and completions are made of the commands' own help. SOURCE_DATE_EPOCH dates the pages.
SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := $(SHARE)/bash-completion/completions/tokenshift $(SHARE)/zsh/site-functions/_tokenshift \
  $(SHARE)/fish/vendor_completions.d/tokenshift.fish
# The checkpoints and texts that `tokenshift selftest` looks for beside the tool.
SELFTEST := $(SHARE)/tokenshift/demo

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(dir $(COMPLETIONS))
	install -m 755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/tokenshift
	$(TOOL) manual --output $(SHARE)/man/man1
	$(TOOL) --generate-completion-script bash > $(word 1,$(COMPLETIONS))
	$(TOOL) --generate-completion-script zsh > $(word 2,$(COMPLETIONS))
	$(TOOL) --generate-completion-script fish > $(word 3,$(COMPLETIONS))
	for model in base sft rl; do \
	  install -d $(SELFTEST)/$$model && install -m 644 Data/demo/$$model/* $(SELFTEST)/$$model || exit 1; \
	done
	install -m 644 Data/demo/responses.jsonl $(SELFTEST)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/tokenshift $(SHARE)/man/man1/tokenshift.1 $(SHARE)/man/man1/tokenshift-*.1 $(COMPLETIONS)
	rm -rf $(SELFTEST)
	rmdir $(SHARE)/tokenshift 2>/dev/null || true

clean:
	rm -rf .build $(SITE) demo
