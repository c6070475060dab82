// Package version returns the version of the running program.
package version

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// stamped is the version that `make build` links in (-X). It is empty in a program that was built in another way.
var stamped string

// Info describes a build. Unknown fields are empty: a build outside of a clone has no commit.
type Info struct {
	Program  string `json:"program"`
	Version  string `json:"version"` // from git describe; "unknown" if it was not linked in
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"` // of the commit, RFC 3339
	Modified bool   `json:"modified"`       // built from files that differ from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"` // linux/amd64
}

// Of returns the running build under the program's name.
func Of(program string) Info {
	info, _ := debug.ReadBuildInfo()
	return of(program, stamped, info)
}

func of(program, stamp string, build *debug.BuildInfo) Info {
	i := Info{Program: program, Version: stamp, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if build != nil {
		if build.Main.Version != "(devel)" {
			i.Version = cmp.Or(i.Version, build.Main.Version)
		}
		for _, s := range build.Settings {
			switch s.Key {
			case "vcs.revision":
				i.Commit = s.Value
			case "vcs.time":
				i.Time = s.Value
			case "vcs.modified":
				i.Modified = s.Value == "true"
			}
		}
	}
	i.Version = cmp.Or(i.Version, "unknown")
	return i
}

// String returns the build in one line.
func (i Info) String() string {
	text := i.Program + " " + i.Version
	if i.Commit != "" {
		text += fmt.Sprintf(", commit %.12s", i.Commit)
		if i.Time != "" {
			text += " of " + i.Time
		}
		if i.Modified {
			text += ", with changes"
		}
	}
	return text + ", " + i.Go + ", " + i.Platform
}
