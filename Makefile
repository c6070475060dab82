# Run `make` to list the targets.
GOLANGCI_LINT_VERSION := v2.12.0
WORKFLOWCHECK_VERSION := v0.6.0

GOLANGCI_LINT := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)
WORKFLOWCHECK := bin/workflowcheck-$(WORKFLOWCHECK_VERSION)

# Containers of tests end by themselves; testcontainers' reaper would need an image from a registry.
export TESTCONTAINERS_RYUK_DISABLED := true

.DEFAULT_GOAL := help
.PHONY: help run test race soak bench histories screenshots lint fmt build setup clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Bring everything up on this machine (ARGS='--orders FILE --speed max ...')
	@build/before-first-build.sh bin/towpath-dev
	@$(MAKE) --no-print-directory build
	@exec bin/towpath-dev $(ARGS)

# -count=1: integration tests start programs that they build, and the test cache does not see those change.
# Tests append how many cases they held against the published specifications of the channels (internal/oracletest).
test: export TOWPATH_ORACLE_COUNTS := $(CURDIR)/bin/oracle-counts
test: ## Run all tests (the first build of the Temporal server takes minutes)
	@mkdir -p bin && rm -f $(TOWPATH_ORACLE_COUNTS)
	go test -count=1 -timeout 60m ./...
	@build/oracle-counts.sh $(TOWPATH_ORACLE_COUNTS)

race: ## Run the tests under the race detector (needs a C compiler; slow)
	go test -race -timeout 60m ./...

soak: export TOWPATH_SOAK := 1
soak: ## All faults at once for two real months, killed every minute, on both databases; publish a thousand products; heal 20,000 lost orders; miss workers (long)
	go test -tags soak -count=1 -timeout 240m -run '^(TestEverythingAtOnceForAMonth|TestTwentyThousandOrdersWithoutLifecyclesHealWithoutALostAttempt|TestEveryPlantedDefectIsReportedAndAllElseIsLive|TestABuildIsRolledOutAndRolledBack)$$' -v ./integration ./integration/builds

bench: ## Measure throughput, costs and lag end to end, and print a table
	go test -run '^$$' -bench . ./internal/store ./internal/simulator/market ./internal/channel/...
	go run ./integration/bench $(ARGS)

histories: ## Record workflow histories for the replay tests from a running towpath-dev (see integration/histories)
	go run ./integration/histories -data .towpath $(ARGS)

screenshots: ## Take pictures of every page from a demonstration that it plays, those of the README too (minutes; look at them before you keep them)
	go run ./integration/screenshots -all .towpath/pictures $(ARGS)

lint: $(GOLANGCI_LINT) $(WORKFLOWCHECK) ## Check style, the direction of dependencies, determinism of workflows, docker-compose.yml
	$(GOLANGCI_LINT) run ./...
	$(WORKFLOWCHECK) ./workflows/...
	build/compose-check.sh

fmt: $(GOLANGCI_LINT) ## Format the code
	$(GOLANGCI_LINT) fmt ./...

# Compiled as the tests are, so that what one of them has compiled is there for the other; build/Dockerfile has the
# flags of a static binary. VERSION is what --version says; a copy without git has none.
build: VERSION = $(shell git describe --tags --always --dirty 2>/dev/null)
build: ## Build bin/towpath and bin/towpath-dev
	go build -ldflags '-X github.com/towpath/towpath/internal/version.stamped=$(VERSION)' -o bin/ ./cmd/...

setup: $(GOLANGCI_LINT) $(WORKFLOWCHECK) ## Install what development needs: linters, a browser, PostgreSQL for tests
	build/setup.sh

clean: ## Remove built binaries, tools and the data of `make run`
	rm -rf bin .towpath

# A tool's version is part of its name, so that a new version is a new file.
$(GOLANGCI_LINT):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv bin/golangci-lint $@

$(WORKFLOWCHECK):
	GOBIN=$(CURDIR)/bin go install go.temporal.io/sdk/contrib/tools/workflowcheck@$(WORKFLOWCHECK_VERSION)
	mv bin/workflowcheck $@
