package sandbox

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options configures a [Server]. A nil *Options, like the zero Options, means the defaults.
type Options struct {
	// Seed is where reference numbers, identifiers and tokens come from: equal seeds, equal answers to
	// equal requests in equal order. Cryptographic keys are random all the same.
	Seed uint64

	// Now is the clock; nil means time.Now. See also [Server.Advance].
	Now func() time.Time

	// Latency is how long accepted work takes on that clock: authentications, tokens, permissions, sessions,
	// invoices. Zero means that it is found pending by who asks first and done by who asks next, or after five seconds.
	Latency time.Duration

	// StorageLag is how long the repository takes to offer an invoice that was accepted, and how far the
	// high-water mark is behind the clock. Zero means two seconds, and anything less than zero that there is no lag.
	StorageLag time.Duration

	// ExportPartSize and ExportSize are the sizes of the parts of exported packages, before encryption, and of all
	// compressed invoices in one, in bytes. Zero means KSeF's: 50 MB and 1 GB, which are also the most.
	ExportPartSize, ExportSize int64

	// QRBase is where the verification pages are for the world, such as "https://qr.example.test", if that is not the
	// address that requests come to: what the signatures in links were made over. Both are accepted.
	QRBase string

	// RateLimits are whose limits of requests are enforced: nobody's, unless it is set.
	RateLimits RateLimits

	// Keys are the first encryption keys; nil means keys of the server's own. Tests that make many
	// servers are faster when these share them.
	Keys *Keys

	// Logger hears of every request at debug level, without tokens and bodies. Nil means silence.
	Logger *slog.Logger
}

// Server is an emulated KSeF. It is safe for concurrent use.
type Server struct {
	opts    Options
	source  *source
	signer  signer
	keys    keyring
	seal    receiptSeal
	rulings rulings
	faults  faults
	limiter limiter
	log     requestLog
	offset  atomic.Int64 // nanoseconds the clock was advanced by

	mu    sync.Mutex // guards state and all that hangs on it
	state *state
}

// state is what KSeF remembers.
type state struct {
	challenges challenges
	sessions   map[string]*session // by reference number
	tokens     map[string]*token   // by reference number
	taxpayers
	graph      permissionGraph
	operations permissionOperations
	providers  map[string]provider // Peppol's, by identifier

	sendings map[string]*sending // by reference number
	sent     map[string]*invoice // by reference number
	repository
	exports map[string]*export // by reference number
	collectives
	consents
	contextLimits map[identifier]contextLimits // where they are not the defaults
	subjectLimits map[identifier]subjectLimits // likewise
	certificates

	outages []*outage
}

func newState() *state {
	return &state{
		challenges: challenges{made: map[string]*made{}},
		sessions:   map[string]*session{},
		tokens:     map[string]*token{},
		taxpayers:  newTaxpayers(),
		graph:      newPermissionGraph(),
		operations: newPermissionOperations(),
		providers:  map[string]provider{},

		sendings: map[string]*sending{}, sent: map[string]*invoice{}, repository: newRepository(), exports: map[string]*export{}, collectives: newCollectives(),
		consents: consents{}, contextLimits: map[identifier]contextLimits{},
		subjectLimits: map[identifier]subjectLimits{}, certificates: newCertificates(),
	}
}

// New returns a server. It does not listen: serve it with net/http, or reach it in the process through
// [Server.Client]. It costs nothing until it is used.
func New(opts *Options) *Server {
	s := &Server{state: newState()}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Now == nil {
		s.opts.Now = time.Now
	}
	if s.opts.Logger == nil {
		s.opts.Logger = slog.New(slog.DiscardHandler)
	}
	s.keys.shared = s.opts.Keys
	s.source = newSource(s.opts.Seed)
	s.signer = newSigner(s.source)
	return s
}

// Now returns the server's time, in the units in which KSeF tells it: who asks for what happened until a
// moment that KSeF told must find what happened at it.
func (s *Server) Now() time.Time {
	const tick = 100 * time.Nanosecond
	return s.opts.Now().Add(time.Duration(s.offset.Load())).Truncate(tick)
}

// Advance moves the server's time forward: tokens expire, work gets done. The ends of life of the
// encryption keys are reached like all others; KSeF then publishes new ones.
func (s *Server) Advance(d time.Duration) { s.offset.Add(int64(d)) }

// Reset makes the server forget sessions, invoices, tokens, permissions, certificates, taxpayers, outages,
// rulings, faults and requests, and sets its clock right. Keys stay, and numbers are not given twice: what was
// handed out before is unknown afterwards.
func (s *Server) Reset() {
	s.mu.Lock()
	s.state = newState()
	s.mu.Unlock()
	s.faults.clear()
	s.limiter.clear()
	s.rulings.clear()
	s.log.clear()
	s.offset.Store(0)
}
