package workflows_test

import (
	"os"
	"testing"

	"github.com/towpath/towpath/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
