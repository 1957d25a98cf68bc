package cli

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/ksef-go/ksef"
)

// byExternal is a signature that was made elsewhere.
const byExternal = "external"

// loginExternal writes the document that proves who one is once it is signed: by
// Profil Zaufany, a smart card, a signing desk. The login goes on with
// [app.loginSigned] within ten minutes, for which its challenge lives.
func (a *app) loginExternal(ctx context.Context, account *account, opts loginOptions) error {
	if account.context == (ksef.Identifier{}) {
		return &missingError{a.say.noContext(), a.say.hintNIP()}
	}
	if err := a.directoryOfOut(opts.out); err != nil {
		return err
	}
	client, _, err := a.client(account)
	if err != nil {
		return err
	}
	challenge, err := client.Authentication.Challenge(ctx)
	if err != nil {
		return err
	}
	document, err := challenge.Document(account.context, &ksef.AuthOptions{ByFingerprint: opts.fingerprint})
	if err != nil {
		return err
	}
	if opts.out == dash && a.flags.json {
		return a.done(a.say.signIt(opts.out), member{"document", string(document)})
	}
	if err := a.unwritten(opts.out, a.writeFile(opts.out, document, 0o600)); err != nil {
		return err
	}
	if opts.out == dash {
		a.note(a.say.signIt(opts.out))
		return nil
	}
	return a.done(a.say.signIt(opts.out), member{"file", opts.out})
}

// authRequest is what of the signed document matters here.
type authRequest struct {
	Context struct {
		Values []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	} `xml:"ContextIdentifier"`
}

// loginSigned hands in the signed document and keeps the session that it opens,
// in the context that the document names.
func (a *app) loginSigned(ctx context.Context, account *account, v *vault, file string) (*signedIn, error) {
	signed, err := a.readFile(file)
	if err != nil {
		return nil, a.fault("signed", file, err)
	}
	in, err := signedContext(signed)
	if err != nil {
		return nil, a.fault("signed", file, fmt.Errorf("%s: %w", a.say.notSignedRequest(), err))
	}
	account.context, account.profile = in, ""
	client, answered, err := a.client(account)
	if err != nil {
		return nil, err
	}
	op, err := client.Authentication.SubmitXAdES(ctx, signed, nil)
	if err != nil {
		return nil, a.whyRefused(err, file)
	}
	if err := client.Authentication.Wait(ctx, op); err != nil {
		return nil, err
	}
	auth, err := client.Authentication.Redeem(ctx, op)
	if err != nil {
		return nil, err
	}
	k := newKept(account, byExternal, auth)
	k.Login = a.now()
	return &signedIn{auth, account, k, false, answered}, v.put(account.key(), k)
}

// whyRefused points to ksef why where KSeF refuses a document and there is nothing
// better to say.
func (a *app) whyRefused(err error, file string) error {
	refusal, ok := errors.AsType[*ksef.Error](err)
	if !ok || len(refusal.Problems) == 0 || a.hintOf(err) != "" {
		return err
	}
	return &hintedError{err, a.say.hintWhy(file)}
}

// signedContext reads for whom the document was made.
func signedContext(signed []byte) (ksef.Identifier, error) {
	var doc authRequest
	if err := xml.Unmarshal(signed, &doc); err != nil {
		return ksef.Identifier{}, err
	}
	if len(doc.Context.Values) != 1 {
		return ksef.Identifier{}, fmt.Errorf("%d ContextIdentifier", len(doc.Context.Values))
	}
	one := doc.Context.Values[0]
	return contextOf(ksef.Kind(one.XMLName.Local), one.Text)
}
