package ksef_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ksef-go/ksef"
)

// Answers that do not tell KSeF's time do not set the clock: a token that lives
// is not renewed, and one that has ended is.
func TestClock(t *testing.T) {
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, c := range []struct {
		name    string
		ahead   time.Duration // of the answer's Date
		took    time.Duration
		age     string
		public  bool // an answer that anybody's cache may give
		renewed bool
	}{
		{"right", 0, 0, "", false, false},
		{"KSeF is ahead", 20 * time.Minute, 0, "", false, true},
		{"slow, dated when it was asked for", 0, 20 * time.Minute, "", false, false},
		{"slow, dated when it came", 20 * time.Minute, 20 * time.Minute, "", false, false},
		{"from a cache, and said so", 20 * time.Minute, 0, "1200", false, false},
		{"through a cache", 20 * time.Minute, 0, "0", false, true},
		{"may be from a cache", 20 * time.Minute, 0, "", true, false},
		{"none", 0, 0, "", false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, s := scripted(t, nil, func(r *http.Request) (*http.Response, error) {
				header := []string{"Date", at(c.ahead)}
				if c.age != "" {
					header = append(header, "Age", c.age)
				}
				time.Sleep(c.took)
				if c.public {
					return reply(200, "application/json", `[]`, header...)(r)
				}
				return reply(200, "application/json", `{"challenge":"x"}`, header...)(r)
			}, reply(200, "application/json", `{"accessToken":{"token":"b"}}`))
			var err error
			if c.public {
				_, err = client.PublicKeys.Query(t.Context())
			} else {
				_, err = client.Authentication.Challenge(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			auth := client.Authentication.Resume(ksef.Credentials{
				Access:  ksef.AccessToken{Token: "a", ValidUntil: time.Now().Add(15 * time.Minute)},
				Refresh: ksef.AccessToken{Token: "refresh"},
			})
			_ = use(t.Context(), auth) // whatever comes of it
			if renewed := s.seen[1].URL.Path == "/v2/auth/token/refresh"; renewed != c.renewed {
				t.Errorf("%s: renewed %v", c.name, renewed)
			}
		})
	}
}
