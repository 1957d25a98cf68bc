package contract

import (
	"encoding/json"
	"net/http"
	"testing"
)

// What a program pays that loads the contract; embedding it costs nothing
// before. The baseline only reads the JSON.
func BenchmarkParse(b *testing.B) {
	b.Run("json", func(b *testing.B) {
		b.SetBytes(int64(len(document)))
		for b.Loop() {
			var doc Document
			if err := json.Unmarshal(document, &doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("contract", func(b *testing.B) {
		b.SetBytes(int64(len(document)))
		for b.Loop() {
			if _, err := Parse(document); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A listing with one authentication session. The baseline only reads the JSON.
func BenchmarkValidateResponse(b *testing.B) {
	body := []byte(`{"continuationToken":null,"items":[{"referenceNumber":"20251010-AU-19F5E39000-39B5B182BA-B8",
		"isCurrent":true,"startDate":"2025-10-11T12:23:56.0154302+00:00","authenticationMethod":"QualifiedSeal",
		"authenticationMethodInfo":{"category":"XadesSignature","code":"xades.qualified-seal","displayName":"Seal"},
		"status":{"code":200,"description":"OK"},"isTokenRedeemed":true,"refreshTokenValidUntil":"2025-11-28T09:22:13.388+00:00"}]}`)
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			var v any
			if err := json.Unmarshal(body, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("contract", func(b *testing.B) {
		c, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		op, _, _ := c.Match("GET", "/auth/sessions")
		header := http.Header{"Content-Type": {"application/json"}}
		for b.Loop() {
			if found := op.ValidateResponse(200, header, body); found != nil {
				b.Fatal(found)
			}
		}
	})
}
