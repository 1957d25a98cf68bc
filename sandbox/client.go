package sandbox

import (
	"fmt"
	"net/http"

	"github.com/ksef-go/ksef"
)

// Client returns a client whose requests go to s without a network. Of opts, whatever BaseURL,
// LighthouseURL and HTTPClient say is replaced. Client panics when the other options are refused by [ksef.NewClient].
func (s *Server) Client(opts *ksef.Options) *ksef.Client {
	var o ksef.Options
	if opts != nil {
		o = *opts
	}
	o.BaseURL, o.LighthouseURL = "http://localhost"+prefix, "http://localhost"+lighthousePrefix
	o.HTTPClient = &http.Client{Transport: s.Transport()}
	client, err := ksef.NewClient(ksef.Test, &o)
	if err != nil {
		panic(fmt.Errorf("sandbox: client: %w", err))
	}
	return client
}
