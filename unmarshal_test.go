package ksef

import (
	"encoding/json"
	"reflect"
	"testing"

	quick "github.com/go-json-experiment/json"
)

// What the quick decoder accepts, the one that everybody knows accepts as well, and
// takes it to say the same. Of answers of all shapes: texts, times, numbers, bytes,
// lists, members of members, and those with decoders of their own.
func FuzzUnmarshal(f *testing.F) {
	for _, body := range []string{
		`{"challenge":"20250514-CR-226FB7B000-3ACF9BE4C0-10","timestamp":"2025-07-11T12:23:56.0154302+00:00","timestampMs":1752236636015,"clientIp":"127.0.0.1"}`,
		`{"Challenge":"a","CLIENTIP":null,"client_ip":"b","timestampMs":"7","timestamp":"2025-07-11"}`,
		`{"accessToken":{"token":"eyJ\u0061\n","validUntil":"2025-07-11T12:23:56.0154302+00:00"},"refreshToken":{"token":"e","token":"f","validUntil":null},"new":[{},[]]}`,
		`{"status":{"code":200,"description":"Zażółć","details":["a",null]},"startDate":"2025-07-11T12:23:56Z","isTokenRedeemed":true}`,
		`{"hasMore":false,"isTruncated":false,"permanentStorageHwmDate":"2025-07-11T12:23:56Z","invoices":[{"ksefNumber":"n","issueDate":"2025-07-11","grossAmount":1.50,` +
			`"netAmount":1e3,"invoiceHash":"YQ==","seller":{"nip":"5261040828","name":"S"},"buyer":{"identifier":{"type":"Nip","value":"1"}}}]}`,
		`[{"certificate":"YQ\n==","publicKeyId":"k","usage":["KsefTokenEncryption"],"validFrom":"2025-07-11T12:23:56Z"}]`,
		"{\"challenge\":\"\xff\"}", `{"challenge":"\ud800"}`, `{"a":1}{}`, `{"challenge":"a",}`, `null`, `[]`, `7`, ``, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, answer := range []any{
			Challenge{}, AuthStatus{}, tokensAnswer{}, invoicePage{}, []PublicKey{}, SessionStatus{}, SessionInvoice{}, ExportStatus{},
			EnrollmentData{}, ContextLimits{}, permissionPage[EntityAuthorization]{}, []LighthouseMessage{}, Token{}, CertificateLimits{},
		} {
			got, want := reflect.New(reflect.TypeOf(answer)), reflect.New(reflect.TypeOf(answer))
			if quick.Unmarshal(body, got.Interface(), names) != nil {
				continue // and then it is not asked
			}
			if err := json.Unmarshal(body, want.Interface()); err != nil {
				t.Errorf("%T: only quick accepts %q: %v", answer, body, err)
			} else if !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%T of %q is\n%+v, want\n%+v", answer, body, got, want)
			}
		}
	})
}
