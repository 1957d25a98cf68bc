package conformance

import (
	"context"
	"time"

	"github.com/ksef-go/ksef"
)

func certificates() []Scenario {
	return []Scenario{
		{Name: "certificates/one for authentication logs in until it is revoked", Do: certificateLife},
		{Name: "certificates/one for offline invoices does not log in", Do: offlineCertificate},
	}
}

func certificateLife(ctx context.Context, w *World) {
	auth, nip := w.owner(ctx)
	before, err := auth.Certificates.Limits(ctx)
	w.ok(err)
	order, err := auth.Certificates.Enroll(ctx, "conformance", nil)
	w.ok(err)
	after, err := auth.Certificates.Limits(ctx)
	w.ok(err)
	equal(w, "orders left", after.Enrollment.Remaining, before.Enrollment.Remaining-1)
	equal(w, "subject", w.enter(ctx, nip, order.Certificate, nil).Context().Value, string(nip))

	list := listed(ctx, w, "certificates", 1, auth.Certificates.All(ctx, nil))
	equal(w, "serial number", list[0].SerialNumber, order.SerialNumber)
	issued, err := auth.Certificates.Retrieve(ctx, order.SerialNumber)
	w.ok(err)
	equal(w, "certificates", len(issued), 1)

	w.ok(auth.Certificates.Revoke(ctx, order.SerialNumber, ksef.ReasonSuperseded))
	w.eventually(ctx, "revoked", func() (bool, error) {
		page, err := auth.Certificates.Query(ctx, nil)
		return err == nil && page.Items[0].Status == ksef.CertificateRevoked, err
	})
	_, err = w.Client.Authentication.WithXAdES(ctx, nip, order.Certificate, nil)
	w.failed(err, 460)
}

func offlineCertificate(ctx context.Context, w *World) {
	auth, nip := w.owner(ctx)
	order, err := auth.Certificates.Enroll(ctx, "conformance", &ksef.EnrollOptions{Type: ksef.OfflineCertificate})
	w.ok(err)
	_, err = w.Client.Authentication.WithXAdES(ctx, nip, order.Certificate, nil)
	w.failed(err, 460)
	w.ok(auth.Certificates.SetEnd(ctx, order.SerialNumber, time.Now().Add(time.Hour)))
}
