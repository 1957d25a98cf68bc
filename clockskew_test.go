package ksef_test

import (
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

// A machine whose clock is a day wrong signs in, sends and renews all the same.
func TestClockThatIsWrong(t *testing.T) {
	for _, wrong := range []time.Duration{-25 * time.Hour, -20 * time.Minute, 20 * time.Minute, 25 * time.Hour} {
		t.Run(wrong.String(), func(t *testing.T) {
			f := newFlow(t, &sandbox.Options{Now: func() time.Time { return time.Now().Add(wrong) }}, nil)
			auth, err := f.client.Authentication.WithTestCertificate(t.Context(), someNIP, nil)
			if err != nil {
				t.Fatal(err)
			}
			s, err := auth.OpenOnlineSession(t.Context(), &ksef.SessionOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.SendAndWait(t.Context(), invoice(f, "FV/1"), nil); err != nil {
				t.Error(err)
			}
			before := f.asked("POST /auth/token/refresh")
			for range 3 {
				if err := use(t.Context(), auth); err != nil {
					t.Error(err)
				}
			}
			if n := f.asked("POST /auth/token/refresh") - before; n != 0 {
				t.Errorf("%d renewals of a fresh token", n)
			}
			f.Advance(16 * time.Minute)
			if err := use(t.Context(), auth); err != nil {
				t.Error(err)
			}
		})
	}
}
