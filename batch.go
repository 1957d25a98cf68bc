package ksef

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"sync"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// BatchSession sends invoices as one encrypted package. It is safe for
// concurrent use.
type BatchSession struct {
	InvoiceSession
	opts BatchOptions

	mu    sync.Mutex
	state BatchState

	keeping sync.Mutex // held while a state is given to Checkpoint: none overtakes
}

// SubmitBatch packs documents, opens a session, uploads the package, closes the
// session and removes the package: [InvoiceSession.WaitClosed] and
// [InvoiceSession.Invoices] then tell what became of them.
//
// When it fails after the session was opened, it returns the session along with
// the error and leaves the package on disk: Upload and Close go on from there,
// in another process with the state given to [BatchOptions.Checkpoint].
func (a *AuthenticatedClient) SubmitBatch(ctx context.Context, files iter.Seq2[BatchFile, error], opts *BatchOptions) (*BatchSession, error) {
	b, err := PackBatch(ctx, files, opts)
	if err != nil {
		return nil, err
	}
	s, err := a.OpenBatchSession(ctx, b, opts)
	if err != nil && s == nil {
		return nil, errors.Join(err, b.Remove())
	}
	if err == nil {
		err = s.Upload(ctx)
	}
	if err == nil {
		err = s.Close(ctx)
	}
	if err != nil {
		return s, err
	}
	return s, b.Remove()
}

// OpenBatchSession announces a package and learns where its parts go. Of opts
// only Parallel, Progress and Checkpoint matter.
//
// The request is repeated when its answer is lost: what remains then is a
// session without parts, which KSeF cancels.
//
//ksef:op POST /sessions/batch
func (a *AuthenticatedClient) OpenBatchSession(ctx context.Context, b *Batch, opts *BatchOptions) (*BatchSession, error) {
	if b == nil || b.key.IsZero() {
		return nil, badState("batch", errNoKey)
	}
	var out openedBatch
	err := a.conn.withKey(ctx, SymmetricKeyEncryption, func(k *PublicKey) error {
		in := openBatchRequest{FormCode: b.form, Offline: b.off, File: describePackage(&b.pkg)}
		var err error
		if in.Encryption, err = wrapKey(b.key, k); err != nil {
			return err
		}
		return a.conn.call(ctx, request{method: "POST", path: "/sessions/batch", repeat: repeatable}, in, &out)
	})
	if err != nil {
		return nil, err
	}
	s := a.ResumeBatchSession(BatchState{ReferenceNumber: out.ReferenceNumber, batch: b, uploads: out.Parts}, opts)
	if err := checkPlaces(out.Parts, len(b.pkg.Parts)); err != nil {
		return s, fmt.Errorf("ksef: batch session %s: %w: %w", s.ref, ErrMalformed, err)
	}
	return s, s.checkpoint()
}

type openBatchRequest struct {
	FormCode   FormCode   `json:"formCode"`
	File       batchFile  `json:"batchFile"`
	Encryption encryption `json:"encryption"`
	Offline    bool       `json:"offlineMode"`
}

type batchFile struct {
	Compression Compression `json:"compressionType"`
	Size        int64       `json:"fileSize"`
	Hash        seal.Hash   `json:"fileHash"`
	Parts       []batchPart `json:"fileParts"`
}

type batchPart struct {
	Ordinal int       `json:"ordinalNumber"`
	Size    int64     `json:"fileSize"`
	Hash    seal.Hash `json:"fileHash"`
}

func describePackage(p *archive.Package) batchFile {
	f := batchFile{Compression: TarGz, Size: p.Archive.Size, Hash: p.Archive.Hash}
	if p.Format == archive.Zip {
		f.Compression = Zip
	}
	for _, part := range p.Parts {
		f.Parts = append(f.Parts, batchPart{part.Ordinal, part.Sealed.Size, part.Sealed.Hash})
	}
	return f
}

type openedBatch struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Parts           []partUpload    `json:"partUploadRequests"`
}

func (o *openedBatch) complete() bool { return o.ReferenceNumber != "" }

// partUpload says where a part goes.
type partUpload struct {
	Ordinal int               `json:"ordinalNumber"`
	Method  string            `json:"method"`
	URL     string            `json:"url"` // secret: whoever has it may write
	Headers map[string]string `json:"headers"`
}

// checkPlaces checks that there is one place for each part.
func checkPlaces(places []partUpload, parts int) error {
	if len(places) != parts {
		return fmt.Errorf("%d parts, and places for %d", parts, len(places))
	}
	taken := make([]bool, parts)
	for _, p := range places {
		if p.Ordinal < 1 || p.Ordinal > parts || taken[p.Ordinal-1] {
			return fmt.Errorf("%d parts, and a place for part %d that is none or has one", parts, p.Ordinal)
		}
		taken[p.Ordinal-1] = true
	}
	return nil
}

// ResumeBatchSession returns the session whose state was kept. It sends
// nothing. The package must still be where it was. Of a state made by hand the
// reference number is enough to read and to close; uploading with it is
// [ErrState].
func (a *AuthenticatedClient) ResumeBatchSession(state BatchState, opts *BatchOptions) *BatchSession {
	return &BatchSession{InvoiceSession: InvoiceSession{state.ReferenceNumber, a.conn}, opts: opts.orDefault(), state: state.clone()}
}

// State returns what [AuthenticatedClient.ResumeBatchSession] needs.
func (s *BatchSession) State() BatchState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.clone()
}

// Batch returns the package that the session sends: for another session, should
// this one be lost.
func (s *BatchSession) Batch() *Batch { return s.state.batch }

func (s *BatchSession) checkpoint() error {
	if s.opts.Checkpoint == nil {
		return nil
	}
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if err := s.opts.Checkpoint(s.State()); err != nil {
		return fmt.Errorf("ksef: batch session %s: keeping its state: %w", s.ref, err)
	}
	return nil
}

// Upload sends the parts that have not arrived yet, several at once. A part is
// sent again when its transfer fails: it replaces itself. After a
// [*TransferError] Upload can be called again, for as long as the places are
// open (twenty minutes for each part, from the opening on); after that, open
// another session for [BatchSession.Batch].
func (s *BatchSession) Upload(ctx context.Context) error {
	if s.state.batch == nil {
		return badState("batch", errNoKey)
	}
	missing := s.missing()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	bar := s.progress()
	errs := make([]error, len(missing))
	places := make(chan struct{}, s.opts.Parallel)
	var wg sync.WaitGroup
	for i, up := range missing {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			if ctx.Err() != nil {
				return // another part has failed, which says why
			}
			if errs[i] = s.uploadPart(ctx, up, bar); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return ended(ctx)
}

// missing returns the places of the parts that have not arrived.
func (s *BatchSession) missing() []partUpload {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []partUpload
	for _, up := range s.state.uploads {
		if !s.state.arrived[up.Ordinal] {
			missing = append(missing, up)
		}
	}
	return missing
}

func (s *BatchSession) uploadPart(ctx context.Context, up partUpload, bar *progress) error {
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	for k, v := range up.Headers {
		header.Set(k, v)
	}
	header.Del("Authorization") // the URL is the permission, and nothing else goes there
	if up.Method == "" {
		up.Method = http.MethodPut
	}
	var sent int64
	err := s.conn.again(ctx, func() error {
		content, err := s.state.batch.pkg.Open(up.Ordinal)
		if err != nil {
			return fmt.Errorf("ksef: batch session %s: %w", s.ref, err)
		}
		defer content.Close()
		bar.add(-sent)
		sent = 0
		counted := counter{content, func(n int) { sent += int64(n); bar.add(int64(n)) }}
		size := s.state.batch.pkg.Parts[up.Ordinal-1].Sealed.Size
		resp, err := s.conn.transfer(ctx, up.Method, up.URL, header, counted, size, up.Ordinal)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.state.arrived[up.Ordinal] = true
	s.mu.Unlock()
	return s.checkpoint()
}

// Close tells KSeF that all parts are there; it then opens, checks and
// processes them: see [InvoiceSession.WaitClosed]. A session that is closed
// already is closed, so Close can be repeated.
//
//ksef:op POST /sessions/batch/{referenceNumber}/close
func (s *BatchSession) Close(ctx context.Context) error {
	const route = "/sessions/batch/{referenceNumber}/close"
	if err := s.close(ctx, "/sessions/batch/"+url.PathEscape(string(s.ref))+"/close", route); err != nil {
		return err
	}
	s.mu.Lock()
	s.state.closed = true
	s.mu.Unlock()
	return s.checkpoint()
}
