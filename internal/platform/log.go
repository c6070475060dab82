package platform

import (
	"fmt"
	"os"

	"go.temporal.io/sdk/log"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"github.com/towpath/towpath/internal/config"
)

// NewLogger returns the program's logger: on standard error, as text lines on a terminal and as JSON elsewhere.
func NewLogger(s config.Settings) (*zap.Logger, error) {
	level, err := s.Level()
	if err != nil {
		return nil, fmt.Errorf("make logger: %w", err)
	}
	c := zap.NewProductionConfig()
	c.Level = zap.NewAtomicLevelAt(level)
	c.DisableStacktrace, c.DisableCaller = true, true
	c.EncoderConfig.EncodeTime = zapcore.ISO8601TimeEncoder
	if term.IsTerminal(int(os.Stderr.Fd())) {
		c.Encoding = "console"
	}
	return c.Build()
}

// sdkLogger passes on the Temporal SDK's warnings and errors. Lower levels, with every retry and replay, would not
// help an operator.
type sdkLogger struct{ to *zap.SugaredLogger }

// SDKLogger returns a zap logger as a logger for the Temporal SDK.
func SDKLogger(l *zap.Logger) log.Logger { return sdkLogger{l.Named("temporal").Sugar()} }

func (l sdkLogger) Debug(string, ...any)             {}
func (l sdkLogger) Info(string, ...any)              {}
func (l sdkLogger) Warn(msg string, keyvals ...any)  { l.to.Warnw(msg, keyvals...) }
func (l sdkLogger) Error(msg string, keyvals ...any) { l.to.Errorw(msg, keyvals...) }
func (l sdkLogger) With(keyvals ...any) log.Logger   { return sdkLogger{l.to.With(keyvals...)} }
