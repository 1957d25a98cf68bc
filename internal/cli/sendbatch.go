package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ksef-go/ksef"
)

// sendBatch sends documents as one package, and returns the results there are
// along with an error. A batch that was begun is finished first; documents that
// are not in it are for the next run.
func (s *sending) sendBatch(ctx context.Context) ([]sentResult, error) {
	docs := s.packageNames()
	if err := s.dropStale(docs); err != nil {
		return nil, err
	}
	if s.state.Batch == nil && len(fit(s.docs)) == 0 {
		if err := s.state.finish(); err != nil {
			return nil, err
		}
		return nil, s.nothingToSend(s.docs)
	}
	session, err := s.batchSession(ctx, docs)
	if err != nil {
		return nil, err
	}
	if !s.state.Closing {
		if err := s.state.change(func() { s.state.Closing = true }); err != nil {
			return nil, err
		}
	}
	if err := session.Close(ctx); err != nil {
		return nil, err
	}
	s.note(s.say.batchSent(string(session.ReferenceNumber())))
	_, err = session.WaitClosed(ctx)
	failed, ok := errors.AsType[*ksef.FailedError](err)
	if err != nil && !ok {
		return nil, err
	}
	results, err := s.batchResults(ctx, session, docs)
	if err != nil {
		return results, err
	}
	for i := range results {
		switch r := &results[i]; {
		case r.session != "":
		case r.flaw != "":
			r.note = r.flaw
		case failed == nil:
			s.late, r.note = true, s.say.fileNew()
		}
	}
	if s.opts.upo != "" && failed == nil {
		if err := s.batchReceipts(ctx, session); err != nil {
			if err := s.missReceipt(ctx, err); err != nil {
				return results, err
			}
		}
	}
	if err := session.Batch().Remove(); err != nil {
		return results, err
	}
	if failed != nil && !slices.ContainsFunc(results, func(r sentResult) bool { return r.session != "" }) {
		// As a whole, before KSeF looked at documents: another batch may do better.
		s.state.Batch = nil
		return results, errors.Join(failed, s.state.finish())
	}
	return results, nil
}

// dropStale gives up a batch that was begun when its documents have changed since
// and KSeF cannot have been told that it is complete: nothing of it was sent, and
// nobody wants what was corrected meanwhile to be.
func (s *sending) dropStale(docs []packed) error {
	if s.state.Batch == nil || s.state.Closing || s.state.Batch.Closed() || s.state.Packed == "" {
		return nil
	}
	now, err := digestOf(docs)
	if err != nil || now == s.state.Packed {
		return err
	}
	s.note(s.say.batchStale())
	stale := s.ResumeBatchSession(*s.state.Batch, nil).Batch()
	return errors.Join(s.state.change(func() { s.state.Batch = nil }), stale.Remove())
}

// digestOf is a digest of documents and of their names in the package.
func digestOf(docs []packed) (string, error) {
	all := sha256.New()
	for _, d := range docs {
		if d.flaw != "" {
			continue
		}
		hash, err := d.hash()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(all, "%q %s\n", d.inside, hash)
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// packageNames are the names of the documents in the package, which KSeF gives
// back with the results.
func (s *sending) packageNames() []packed {
	taken := map[string]bool{}
	docs := make([]packed, 0, len(s.docs))
	for _, d := range s.docs {
		name := safeName(d.name)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%d-%s", n, path.Base(name))
		}
		taken[strings.ToLower(name)] = true
		docs = append(docs, packed{d, name})
	}
	return docs
}

// packed is a document with its name in the package.
type packed struct {
	document
	inside string
}

// safeName makes a name that KSeF takes: below the package, not above it.
func safeName(name string) string {
	name = filepath.ToSlash(filepath.Clean(name))
	if filepath.IsAbs(name) || strings.HasPrefix(name, "../") || strings.ContainsAny(name, `:\`) || len(name) > longestName {
		return path.Base(name)
	}
	return name
}

// longestName is how many characters a name may have.
const longestName = 128

// batchSession brings a batch to where all of it has been uploaded.
func (s *sending) batchSession(ctx context.Context, docs []packed) (*ksef.BatchSession, error) {
	packing, uploading := s.progress(s.say.packing(), s.say.documentCount), s.progress(s.say.uploading(), s.say.size)
	defer packing.done()
	defer uploading.done()
	opts := &ksef.BatchOptions{
		FormCode: s.form,
		Offline:  s.opts.offline,
		Dir:      filepath.Join(filepath.Dir(s.state.file), "packages"),
		Progress: func(p ksef.BatchProgress) {
			if p.Bytes == 0 {
				packing.set(int64(p.Packed), int64(len(fit(s.docs))))
			} else {
				uploading.set(p.Uploaded, p.Bytes)
			}
		},
		Checkpoint: func(now ksef.BatchState) error { return s.state.change(func() { s.state.Batch = &now }) },
	}
	if s.state.Batch != nil {
		return s.resumeBatch(ctx, opts)
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, err
	}
	digest, err := digestOf(docs) // before they are packed: what is edited between counts as changed
	if err != nil {
		return nil, err
	}
	s.state.Packed = digest
	batch, err := ksef.PackBatch(ctx, batchFiles(docs), opts)
	if err != nil {
		return nil, err
	}
	packing.done()
	session, err := s.OpenBatchSession(ctx, batch, opts)
	if session == nil {
		return nil, errors.Join(err, batch.Remove())
	}
	if err != nil {
		return nil, err
	}
	return session, session.Upload(ctx)
}

// The statuses of a session that waits for its package, and of one whose package
// did not come in time.
const (
	batchOpen      = 100
	batchCancelled = 440
)

// resumeBatch goes on with the batch that was begun. When its session is over
// before the package was complete, the same package goes into another one: the
// first, which was never closed, comes to nothing.
func (s *sending) resumeBatch(ctx context.Context, opts *ksef.BatchOptions) (*ksef.BatchSession, error) {
	session := s.ResumeBatchSession(*s.state.Batch, opts)
	if s.state.Batch.Closed() {
		return session, nil
	}
	status, err := session.Status(ctx)
	if err != nil {
		return nil, err
	}
	switch status.Status.Code {
	case batchOpen:
		err := session.Upload(ctx)
		if _, gone := errors.AsType[*ksef.TransferError](err); !gone || ctx.Err() != nil {
			return session, err
		}
	case batchCancelled:
	default: // it was closed, and the process died before it could note that
		return session, nil
	}
	if session, err = s.OpenBatchSession(ctx, session.Batch(), opts); err != nil {
		return nil, err
	}
	return session, session.Upload(ctx)
}

// batchFiles yields the documents that are invoices, in their order.
func batchFiles(docs []packed) iter.Seq2[ksef.BatchFile, error] {
	return func(yield func(ksef.BatchFile, error) bool) {
		for _, d := range docs {
			if d.flaw == "" && !yield(ksef.BatchFile{Name: d.inside, Open: d.open}, nil) {
				return
			}
		}
	}
}

// batchResults are what became of the documents of a processed batch, as they
// are now, and of those that are no longer there.
func (s *sending) batchResults(ctx context.Context, session *ksef.BatchSession, docs []packed) ([]sentResult, error) {
	results := make([]sentResult, len(docs))
	for i, d := range docs {
		results[i] = sentResult{document: d.document, outcome: sentNot}
	}
	var sent []ksef.SessionInvoice
	for i, err := range session.Invoices(ctx, &ksef.ListOptions{PageSize: 1000}) {
		if err != nil {
			return results, err
		}
		sent = append(sent, i)
	}
	of, err := whose(sent, docs)
	if err != nil {
		return results, err
	}
	for i := range sent {
		var r sentResult
		if err := s.batchResult(ctx, session, &r, &sent[i]); err != nil {
			return results, err
		}
		if at := of[i]; at.doc >= 0 {
			r.document, r.changed = docs[at.doc].document, !at.same
			results[at.doc] = r
		} else {
			r.document, r.note = document{name: sent[i].FileName}, s.say.fileGone()
			results = append(results, r)
		}
	}
	return results, nil
}

// batchResult fills in what became of a document. One that was accepted earlier
// is accepted: KSeF calls it a duplicate, and waiting for it finds the original.
func (s *sending) batchResult(ctx context.Context, session *ksef.BatchSession, r *sentResult, i *ksef.SessionInvoice) error {
	r.session = i.Session
	if i.Status.OK() {
		r.accept(i)
		return nil
	}
	const duplicate = 440
	if i.Status.Code != duplicate {
		r.outcome, r.reference, r.status = sentRejected, i.ReferenceNumber, i.Status.Status
		return nil
	}
	original, err := session.Wait(ctx, i.ReferenceNumber)
	if err != nil {
		return r.failed(err)
	}
	r.accept(original)
	return nil
}

// batchReceipts saves the receipt of the whole batch.
func (s *sending) batchReceipts(ctx context.Context, session *ksef.BatchSession) error {
	for r, err := range s.sessionReceipts(ctx, &session.InvoiceSession, false) {
		if err != nil {
			return err
		}
		if err := s.writeFile(filepath.Join(s.opts.upo, "upo-"+r.reference+".xml"), r.document, 0o644); err != nil {
			return err
		}
	}
	return nil
}
