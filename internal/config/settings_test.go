package config

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bare clears the settings that the machine's environment may have.
func bare(t *testing.T) {
	t.Helper()
	for _, f := range fields(&Settings{}) {
		t.Setenv(f.name, "") // t.Setenv restores the old value when the test ends
		require.NoError(t, os.Unsetenv(f.name))
	}
}

func listening(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func TestSettingsComeFromTheEnvironmentThenARunningDevThenDefaults(t *testing.T) {
	bare(t)
	dir := t.TempDir()
	data := filepath.Join(dir, ".towpath")
	require.NoError(t, os.Mkdir(data, 0o700))
	address := listening(t)
	require.NoError(t, WriteDev(data, Dev{
		TemporalAddress: address, TemporalNamespace: "towpath", DatabaseURL: "sqlite:" + data + "/store.db",
		Accounts: data + "/accounts.yaml", ConsoleAddress: "127.0.0.1:1", WebUIAddress: "http://127.0.0.1:2", Speed: 60,
	}))
	t.Setenv("TOWPATH_SPEED", "2.5")

	s, o, err := Load(dir, "")
	require.NoError(t, err)
	require.InEpsilon(t, 2.5, s.Speed, 1e-9)
	require.Equal(t, FromEnvironment, o.By["TOWPATH_SPEED"])
	require.Equal(t, address, s.TemporalAddress)
	require.Equal(t, "towpath-dev in "+data, o.By["TOWPATH_TEMPORAL_ADDRESS"])
	require.Equal(t, "sqlite:"+data+"/store.db", s.DatabaseURL)
	require.Equal(t, "info", s.LogLevel)
	require.Equal(t, FromDefault, o.By["TOWPATH_LOG_LEVEL"])
	require.Empty(t, o.Note)
	for _, e := range s.Entries(o) {
		require.NotEmpty(t, e.Meaning, e.Name)
		require.NotEmpty(t, e.Origin, e.Name)
	}

	require.NoError(t, RemoveDev(data))
	s, o, err = Load(dir, "")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:7233", s.TemporalAddress)
	require.Equal(t, filepath.Join(dir, "accounts.yaml"), s.Accounts)
	require.Empty(t, o.Note)
}

// A person who names the folder means the towpath-dev in it, whatever the environment says about others.
func TestADevThatIsAskedForMustRunAndComesFirst(t *testing.T) {
	bare(t)
	dir := t.TempDir()
	data := filepath.Join(dir, "demo")
	_, _, err := Load(dir, data)
	require.EqualError(t, err, "--data "+data+": no towpath-dev runs there; start one with towpath-dev --data "+data)

	require.NoError(t, os.Mkdir(data, 0o700))
	address := listening(t)
	require.NoError(t, WriteDev(data, Dev{TemporalAddress: address, TemporalNamespace: "towpath", DatabaseURL: "sqlite:" + data + "/store.db", Accounts: data + "/a.yaml", Speed: 60}))
	t.Setenv("TOWPATH_DATABASE_URL", "postgres://elsewhere/shop")
	s, o, err := Load(dir, "demo")
	require.NoError(t, err)
	require.Equal(t, "sqlite:"+data+"/store.db", s.DatabaseURL)
	require.Equal(t, "towpath-dev in "+data, o.By["TOWPATH_DATABASE_URL"])
	require.Equal(t, FromFlag, o.By["TOWPATH_DATA"])
	require.Equal(t, "demo", o.Dev)

	t.Setenv("TOWPATH_DATA", "demo")
	s, o, err = Load(dir, "")
	require.NoError(t, err)
	require.Equal(t, "postgres://elsewhere/shop", s.DatabaseURL)
	require.Equal(t, address, s.TemporalAddress)
	require.Equal(t, "demo", o.Dev)

	t.Setenv("TOWPATH_DATA", "nowhere")
	_, o, err = Load(dir, "")
	require.NoError(t, err)
	require.Equal(t, "no towpath-dev runs in nowhere, which TOWPATH_DATA names", o.Note)
	require.Empty(t, o.Dev)

	const noSuchProcess = 1 << 30
	require.NoError(t, WriteDev(data, Dev{PID: noSuchProcess, TemporalAddress: address}))
	_, _, err = Load(dir, "demo")
	require.ErrorContains(t, err, "--data demo: ")
	require.ErrorContains(t, err, "has ended")
}

func TestADevThatEndedWithoutAWordIsReportedAndNotUsed(t *testing.T) {
	bare(t)
	t.Setenv("TOWPATH_LOG_LEVEL", "warn")
	dir := t.TempDir()
	data := filepath.Join(dir, ".towpath")
	require.NoError(t, os.Mkdir(data, 0o700))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, WriteDev(data, Dev{TemporalAddress: l.Addr().String(), DatabaseURL: "sqlite:x"}))
	require.NoError(t, l.Close())

	s, o, err := Load(dir, "")
	require.NoError(t, err)
	require.Contains(t, o.Note, "is not running any more")
	require.Contains(t, o.Note, "does not answer")
	require.Empty(t, s.DatabaseURL)

	const noSuchProcess = 1 << 30
	require.NoError(t, WriteDev(data, Dev{PID: noSuchProcess, TemporalAddress: listening(t)}))
	_, o, err = Load(dir, "")
	require.NoError(t, err)
	require.Contains(t, o.Note, "has ended")
	require.NoError(t, RemoveDev(data))
	require.FileExists(t, filepath.Join(data, "dev.json"), "another process's file is left alone")

	require.NoError(t, os.WriteFile(filepath.Join(data, "dev.json"), []byte("{"), 0o600))
	_, o, err = Load(dir, "")
	require.NoError(t, err)
	require.Contains(t, o.Note, "delete it")
}

func TestEveryUnusableSettingIsReported(t *testing.T) {
	bare(t)
	t.Setenv("TOWPATH_TEMPORAL_ADDRESS", "nowhere")
	t.Setenv("TOWPATH_SPEED", "-1")
	t.Setenv("TOWPATH_LOG_LEVEL", "loud")
	_, _, err := Load(t.TempDir(), "")
	require.ErrorContains(t, err, "TOWPATH_TEMPORAL_ADDRESS")
	require.ErrorContains(t, err, "TOWPATH_SPEED")
	require.ErrorContains(t, err, "TOWPATH_LOG_LEVEL")

	t.Setenv("TOWPATH_SPEED", "fast")
	_, _, err = Load(t.TempDir(), "")
	require.EqualError(t, err, `TOWPATH_SPEED="fast": want a number`)
}

// The server would refuse the first poll of the workers, when they are already running.
func TestADeploymentThatTheServerWouldRefuseIsReported(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ deployment, build, want string }{
		{"", "", ""},
		{"towpath", "1.4.0", ""},
		{"towpath", "", "TOWPATH_BUILD_ID is empty, and TOWPATH_DEPLOYMENT=\"towpath\": want both or neither"},
		{"", "1.4.0", "TOWPATH_DEPLOYMENT is empty, and TOWPATH_BUILD_ID=\"1.4.0\": want both or neither"},
		{"tow.path", "1.4.0", "TOWPATH_DEPLOYMENT=\"tow.path\""},
		{"tow:path", "1.4.0", "TOWPATH_DEPLOYMENT=\"tow:path\""},
		{"__towpath", "1.4.0", "TOWPATH_DEPLOYMENT=\"__towpath\""},
		{"towpath", "__unversioned__", "TOWPATH_BUILD_ID=\"__unversioned__\""},
		{"towpath", strings.Repeat("1", 481), "TOWPATH_BUILD_ID"},
	} {
		err := (&Settings{Deployment: tc.deployment, BuildID: tc.build}).checkDeployment()
		if tc.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, tc.want)
		}
	}
}

func TestPasswordsAreMaskedWhereverTheyStand(t *testing.T) {
	t.Parallel()
	s := Settings{TemporalAPIKey: "key-1", TokenKey: "key-1", DatabaseURL: "postgres://towpath:hunter2@db/towpath?sslmode=disable&sslpassword=hunter3"}
	for _, e := range s.Entries(Origins{}) {
		require.NotContains(t, e.Value, "hunter")
		require.NotContains(t, e.Value, "key-1")
	}
	require.Contains(t, Redacted(s.DatabaseURL), "db/towpath?sslmode=disable")
	require.Equal(t, "*****", Redacted("host=db password=hunter2"))
	require.Equal(t, "sqlite:a.db", Redacted("sqlite:a.db"))
}
