package ksef

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ksef-go/ksef/internal/testcert"
	"github.com/ksef-go/ksef/xades"
)

// Authentication turns a [Client] into an [AuthenticatedClient].
//
// The With… methods run the whole exchange: challenge, proof, waiting and
// redemption. The others are its steps, for a signature made elsewhere.
type Authentication service

// AuthOptions adjusts an authentication. A nil *AuthOptions means the defaults.
type AuthOptions struct {
	// ByFingerprint has KSeF identify the subject by the certificate as such,
	// not by the NIP or PESEL in it.
	ByFingerprint bool

	// VerifyChain has KSeF verify the certificate's chain and revocation in the
	// Test environment too. Elsewhere it always does.
	VerifyChain bool

	// Policy binds the tokens to IPv4 addresses. Nil means any address.
	Policy *IPPolicy

	// Schema is the version of the document to be signed; "" means AuthSchema21.
	Schema AuthSchema
}

// WithToken authenticates with a KSeF token, in the context it was generated
// for. A token that KSeF does not take is a [*FailedError] that matches
// [AuthInvalidToken] ([AuthWithoutPermission] when its author lost the
// permissions). It may be called again after any error,
// [ErrUnknown] included: a lost submission begins anew by itself, and what an
// answer lost by [Authentication.Redeem] would have opened ends unused.
func (a *Authentication) WithToken(ctx context.Context, in ContextID, token string, opts *AuthOptions) (*AuthenticatedClient, error) {
	if _, err := checkToken(in, token, opts); err != nil {
		return nil, err
	}
	return a.with(ctx, func(ch *Challenge) (*AuthOperation, error) {
		return a.SubmitToken(ctx, in, ch, token, opts)
	})
}

// WithXAdES authenticates with a certificate. The private key of cert must be
// a [crypto.Signer], so it may live in a smart card or a key service; package
// certs loads it from files. The key signs again when a submission is lost and
// begins anew.
//
// What is wrong with the document or the signature KSeF refuses at once, with an
// [*Error] of code 9101 to 9105 or 21001 to 21406; what it finds out later is a
// [*FailedError] that matches [AuthWithoutPermission], [AuthInvalidCertificate],
// [AuthDeceased] or [AuthBlocked] (ksef-docs uwierzytelnianie.md). It may be called again after any error, as
// [Authentication.WithToken] may.
func (a *Authentication) WithXAdES(ctx context.Context, in ContextID, cert tls.Certificate, opts *AuthOptions) (*AuthenticatedClient, error) {
	signer, err := xades.NewSigner(cert)
	if err != nil {
		return nil, fmt.Errorf("ksef: %w", err)
	}
	if _, _, err := checkDocument(in, opts); err != nil { // before anything is sent
		return nil, err
	}
	return a.with(ctx, func(ch *Challenge) (*AuthOperation, error) {
		doc, err := ch.Document(in, opts)
		if err != nil {
			return nil, err
		}
		// KSeF's clock, not ours: a signature from the future is refused.
		signed, err := signer.Sign(doc, &xades.SignOptions{SigningTime: ch.Timestamp})
		if err != nil {
			return nil, fmt.Errorf("ksef: %w", err)
		}
		return a.SubmitXAdES(ctx, signed, opts)
	})
}

// WithTestCertificate authenticates with a self-signed certificate made on the
// spot, an organisation's seal on P-256 with the given NIP. Only the [Test] environment
// accepts those; elsewhere it fails with [ErrNotTest] and sends nothing.
func (a *Authentication) WithTestCertificate(ctx context.Context, in NIP, opts *AuthOptions) (*AuthenticatedClient, error) {
	if a.conn.env != Test {
		return nil, fmt.Errorf("ksef: self-signed certificate in %s: %w", a.conn.env, ErrNotTest)
	}
	if err := checkContext(in); err != nil {
		return nil, err
	}
	cert, err := testcert.Seal(string(in), &testcert.Options{
		ECDSA:     true,                         // a hundred times quicker to make than RSA
		NotBefore: time.Now().AddDate(0, 0, -7), // our clock may be wrong by days
	})
	if err != nil {
		return nil, fmt.Errorf("ksef: test certificate: %w", err)
	}
	return a.WithXAdES(ctx, in, cert, opts)
}

// with runs an authentication around the proof that submit hands in.
func (a *Authentication) with(ctx context.Context, submit func(*Challenge) (*AuthOperation, error)) (*AuthenticatedClient, error) {
	op, err := a.begin(ctx, submit)
	for attempt := 1; errors.Is(err, ErrUnknown) && ctx.Err() == nil && attempt < a.conn.retry.Attempts; attempt++ {
		// The submission may have arrived. Beginning anew is safe: what nobody
		// redeems grants nothing and ends by itself.
		if over := a.conn.retry.rest(ctx, attempt, err); over != nil {
			return nil, over
		}
		op, err = a.begin(ctx, submit)
	}
	if err != nil {
		return nil, err
	}
	if err := a.Wait(ctx, op); err != nil {
		return nil, err
	}
	return a.Redeem(ctx, op)
}

func (a *Authentication) begin(ctx context.Context, submit func(*Challenge) (*AuthOperation, error)) (*AuthOperation, error) {
	ch, err := a.Challenge(ctx)
	if err != nil {
		return nil, err
	}
	return submit(ch)
}

// Refresh exchanges a refresh token for a fresh access token with the
// permissions held now. The refresh token stays as it was. Safe to repeat. An
// [AuthenticatedClient] does it by itself and does not notice what Refresh got.
// When the session has ended, was terminated or its KSeF token revoked, the error
// is [ErrUnauthorized], along with KSeF's code: authenticate anew.
//
//ksef:op POST /auth/token/refresh
func (a *Authentication) Refresh(ctx context.Context, refreshToken string) (*AccessToken, error) {
	var out tokenAnswer
	r := request{method: "POST", path: renewalPath, bearer: refreshToken, repeat: repeatable}
	err := a.conn.call(ctx, r, nil, &out)
	// KSeF says it by a 401, or by a 400 that is one elsewhere.
	for _, over := range []error{ErrUnauthorized, CodeNotAuthorized, CodeNotAuthenticated, CodeDeceased} {
		if errors.Is(err, over) {
			return nil, fmt.Errorf("ksef: the session has ended, authenticate anew: %w: %w", ErrUnauthorized, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return &out.AccessToken, nil
}

// renewalPath is what a refusal of the renewal says was asked.
const renewalPath = "/auth/token/refresh"

// tokenAnswer is what renewing brings.
type tokenAnswer struct {
	AccessToken AccessToken `json:"accessToken"`
}

func (t *tokenAnswer) complete() bool { return t.AccessToken.Token != "" }

// tokensAnswer is what redeeming brings.
type tokensAnswer struct {
	tokenAnswer
	RefreshToken AccessToken `json:"refreshToken"`
}

func (t *tokensAnswer) complete() bool { return t.tokenAnswer.complete() && t.RefreshToken.Token != "" }

// Resume returns the client whose [AuthenticatedClient.Credentials] were kept.
// It sends nothing; an access token that has expired meanwhile is renewed with
// the first request.
func (a *Authentication) Resume(c Credentials) *AuthenticatedClient {
	return newAuthenticated(a.conn, c)
}

// Challenge is the text to prove possession over. It is good for one
// submission within ten minutes.
type Challenge struct {
	Challenge   string    `json:"challenge"`
	Timestamp   time.Time `json:"timestamp"`
	TimestampMS int64     `json:"timestampMs"` // the same, in Unix milliseconds
	ClientIP    string    `json:"clientIp"`    // our address as KSeF sees it
}

func (ch *Challenge) complete() bool { return ch.Challenge != "" }

// Challenge starts an authentication. Safe to repeat: a challenge that is not
// used ends by itself.
//
//ksef:op POST /auth/challenge
func (a *Authentication) Challenge(ctx context.Context) (*Challenge, error) {
	out := new(Challenge)
	err := a.conn.call(ctx, request{method: "POST", path: "/auth/challenge", repeat: repeatable}, nil, out)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// SubmitXAdES hands in a signed AuthTokenRequest document, made by
// [Challenge.Document] and signed by whatever means. It is sent once: a
// challenge cannot be used twice. When it fails with [ErrUnknown], begin anew
// with another challenge. Of opts only VerifyChain matters.
//
//ksef:op POST /auth/xades-signature
func (a *Authentication) SubmitXAdES(ctx context.Context, signed []byte, opts *AuthOptions) (*AuthOperation, error) {
	r := request{
		method:      "POST",
		path:        "/auth/xades-signature",
		query:       url.Values{"verifyCertificateChain": {strconv.FormatBool(opts != nil && opts.VerifyChain)}},
		contentType: "application/xml",
		body:        signed,
	}
	out := new(AuthOperation)
	if err := a.conn.call(ctx, r, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// SubmitToken hands in a KSeF token, encrypted together with the challenge's
// time under the ministry's current key. It is sent once, like
// [Authentication.SubmitXAdES]. Of opts only Policy matters.
//
//ksef:op POST /auth/ksef-token
func (a *Authentication) SubmitToken(ctx context.Context, in ContextID, ch *Challenge, token string, opts *AuthOptions) (*AuthOperation, error) {
	policy, err := checkToken(in, token, opts)
	if err != nil {
		return nil, err
	}
	var out *AuthOperation
	err = a.conn.withKey(ctx, KSeFTokenEncryption, func(k *PublicKey) error {
		sealed, err := k.encrypt(fmt.Appendf(nil, "%s|%d", token, ch.TimestampMS))
		if err != nil {
			return err
		}
		body := tokenRequest{
			Challenge:      ch.Challenge,
			Context:        in.identifier(),
			EncryptedToken: sealed,
			PublicKeyID:    k.PublicKeyID,
			Policy:         policy.wire(),
		}
		out = new(AuthOperation)
		return a.conn.call(ctx, request{method: "POST", path: "/auth/ksef-token"}, body, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// maxKSeFToken is how long a KSeF token is at most, by the contract.
const maxKSeFToken = 160

// checkToken refuses what no login with a token can be made of.
func checkToken(in ContextID, token string, opts *AuthOptions) (*IPPolicy, error) {
	if err := checkContext(in); err != nil {
		return nil, err
	}
	switch {
	case token == "":
		return nil, errors.New("ksef: authentication with an empty KSeF token")
	case strings.ContainsFunc(token, unicode.IsSpace):
		return nil, errors.New("ksef: KSeF token with white space in it: take that away")
	case len(token) > maxKSeFToken:
		return nil, fmt.Errorf("ksef: KSeF token of %d characters, of which it has %d at most: is it something else, such as an access token?", len(token), maxKSeFToken)
	}
	return opts.policy()
}

type tokenRequest struct {
	Challenge      string        `json:"challenge"`
	Context        Identifier    `json:"contextIdentifier"`
	EncryptedToken []byte        `json:"encryptedToken"`
	PublicKeyID    string        `json:"publicKeyId,omitempty"`
	Policy         *policyOnWire `json:"authorizationPolicy,omitempty"`
}

// AuthStatus is how far an authentication is.
type AuthStatus struct {
	Started           time.Time  `json:"startDate"`
	Method            AuthMethod `json:"authenticationMethodInfo"`
	Status            Status     `json:"status"`
	Redeemed          bool       `json:"isTokenRedeemed,omitempty"`       // whether the tokens were taken
	Refreshed         time.Time  `json:"lastTokenRefreshDate,omitzero"`   // last renewal; zero for none
	RefreshValidUntil time.Time  `json:"refreshTokenValidUntil,omitzero"` // end of the refresh token; zero before there is one
}

func (s *AuthStatus) complete() bool { return s.Status.Code != 0 }

// Status tells how far op is. After seven days KSeF has forgotten it
// ([ErrGone]), and long before, op's token has ended ([ErrUnauthorized]). Safe to
// repeat.
//
//ksef:op GET /auth/{referenceNumber}
func (a *Authentication) Status(ctx context.Context, op *AuthOperation) (*AuthStatus, error) {
	if err := op.check(); err != nil {
		return nil, err
	}
	r := request{
		method: "GET", path: "/auth/" + url.PathEscape(string(op.ReferenceNumber)), route: "/auth/{referenceNumber}",
		bearer: op.Token.Token, repeat: repeatable,
	}
	out := new(AuthStatus)
	if err := a.conn.call(ctx, r, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Wait waits until op has succeeded. A refused authentication is a
// [*FailedError] with KSeF's reason; when ctx ends first, a [*PendingError].
func (a *Authentication) Wait(ctx context.Context, op *AuthOperation) error {
	if err := op.check(); err != nil {
		return err
	}
	err := a.conn.wait(ctx, OperationAuthentication, op.ReferenceNumber, func() (Status, error) {
		s, err := a.Status(ctx, op)
		if err != nil {
			return Status{}, err
		}
		return s.Status, nil
	})
	// What its own token does not open any more, nobody can go on with.
	if pending, ok := errors.AsType[*PendingError](err); ok && errors.Is(err, ErrUnauthorized) {
		return pending.Err
	}
	return err
}

// Redeem takes the tokens of a finished op. KSeF hands them out once, so the
// request is sent once: when it fails with [ErrUnknown], authenticate anew.
//
//ksef:op POST /auth/token/redeem
func (a *Authentication) Redeem(ctx context.Context, op *AuthOperation) (*AuthenticatedClient, error) {
	if err := op.check(); err != nil {
		return nil, err
	}
	var out tokensAnswer
	r := request{method: "POST", path: "/auth/token/redeem", bearer: op.Token.Token}
	if err := a.conn.call(ctx, r, nil, &out); err != nil {
		return nil, err
	}
	return newAuthenticated(a.conn, Credentials{op.ReferenceNumber, out.AccessToken, out.RefreshToken}), nil
}
