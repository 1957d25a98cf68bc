package sandbox

import "testing"

func TestLogin(t *testing.T) {
	h := newHarness(t, nil)
	op := h.submit(h.document(nipA).String(), seal(t, nipA)).operation(h)
	op.status().is("status.code", 100).is("status.description", "Uwierzytelnianie w toku").is("isTokenRedeemed", nil).
		is("startDate", "2026-03-14T15:09:26.5358979+00:00")
	op.status().is("status.code", 200).is("isTokenRedeemed", false).is("refreshTokenValidUntil", nil).is("lastTokenRefreshDate", nil).
		is("authenticationMethod", "QualifiedSeal").is("authenticationMethodInfo.code", "xades.qualified-seal")
	r := op.send("POST", "/auth/token/redeem", nil).want(200)
	access, refresh := r.text("accessToken.token"), r.text("refreshToken.token")
	if access == refresh {
		t.Error("access token and refresh token are the same")
	}
	h.bearer(access).send("GET", "/auth/sessions", nil).want(200).
		is("items.0.referenceNumber", op.reference).is("items.0.isCurrent", true).is("items.0.isTokenRedeemed", true).is("items.1", nil)
}
