package cli

import (
	"context"
	"fmt"

	"github.com/ksef-go/ksef"
)

// ownCertificate is a certificate that KSeF issues, for programs that run alone.
type ownCertificate struct {
	*demo
	order *ksef.Enrollment
}

func (d *demo) certificates() chapter {
	c := &ownCertificate{demo: d}
	return chapter{d.say.demoCertificates(), []step{
		{d.say.demoEnroll(), c.enroll},
		{d.say.demoOwnLogin(), c.login},
		{d.say.demoOwnListed(), c.listed},
		{d.say.demoRevoke(), c.revoke},
		{d.say.demoRevoked(), c.revoked},
	}}
}

// enroll makes a key and a request for it, has KSeF certify it, and fetches the
// certificate.
func (c *ownCertificate) enroll(ctx context.Context) (out outcome, err error) {
	if c.order, err = c.seal.Certificates.Enroll(ctx, "ksef demo", nil); err != nil {
		return out, err
	}
	return outcome{result: string(c.order.SerialNumber)}, nil
}

func (c *ownCertificate) login(ctx context.Context) (outcome, error) {
	auth, err := c.client.Authentication.WithXAdES(ctx, c.nip, c.order.Certificate, nil)
	if err != nil {
		return outcome{}, err
	}
	return c.reference(ctx, auth)
}

func (c *ownCertificate) state(ctx context.Context) (*ksef.CertificateInfo, error) {
	page, err := c.seal.Certificates.Query(ctx, &ksef.CertificateQuery{SerialNumber: c.order.SerialNumber})
	if err != nil {
		return nil, err
	}
	if len(page.Items) != 1 {
		return nil, fmt.Errorf("%d certificates of one serial number", len(page.Items))
	}
	return &page.Items[0], nil
}

func (c *ownCertificate) listed(ctx context.Context) (outcome, error) {
	info, err := c.state(ctx)
	if err != nil {
		return outcome{}, err
	}
	if info.Status != ksef.CertificateActive || info.LastUsed.IsZero() {
		return outcome{}, fmt.Errorf("the certificate is %s, last used %v", info.Status, info.LastUsed)
	}
	return outcome{result: c.say.demoValidTo(info.ValidTo.Local())}, nil
}

func (c *ownCertificate) revoke(ctx context.Context) (outcome, error) {
	if err := c.seal.Certificates.Revoke(ctx, c.order.SerialNumber, ksef.ReasonKeyCompromise); err != nil {
		return outcome{}, err
	}
	if _, err := c.state(ctx); err != nil { // it is blocked until it is looked at, and then revoked
		return outcome{}, err
	}
	info, err := c.state(ctx)
	if err != nil {
		return outcome{}, err
	}
	if info.Status != ksef.CertificateRevoked {
		return outcome{}, fmt.Errorf("the certificate is %s", info.Status)
	}
	return outcome{result: string(info.Status)}, nil
}

func (c *ownCertificate) revoked(ctx context.Context) (outcome, error) {
	_, err := c.client.Authentication.WithXAdES(ctx, c.nip, c.order.Certificate, nil)
	return c.failed(err, 460)
}
