package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys for Press.
const (
	TabKey = kb.Tab
	Enter  = kb.Enter
	Escape = kb.Escape
	Space  = " "
)

// Press presses keys one after the other, wherever the focus is.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	Do(b, "press keys", press(keys, chromedp.ModifierNone))
}

// PressShift presses keys while Shift is held.
func (b *Tab) PressShift(keys string) {
	b.t.Helper()
	Do(b, "press Shift and keys", press(keys, chromedp.ModifierShift))
}

// press sends what each key writes with its going down, as a keyboard does: chromedp sends it by itself, and then it is written although
// the page has used the key for something else.
func press(keys string, held chromedp.Modifier) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := *events[0], *events[len(events)-1]
			if len(events) > 2 {
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, e := range []input.DispatchKeyEventParams{down, up} {
				e.Modifiers |= int64(held)
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A Scheme is the colours that a person prefers.
type Scheme string

// The schemes that a page can tell apart.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Prefer lets pages see that the person prefers a scheme of colours.
func (b *Tab) Prefer(s Scheme) {
	b.t.Helper()
	Do(b, "prefer "+string(s), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: string(s)}},
		})
		return err
	}))
}
