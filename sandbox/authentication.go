package sandbox

import (
	"fmt"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

// retention is how long KSeF tells how an authentication went.
const retention = 7 * 24 * time.Hour

// session is an authentication, from its submission on, and the session it becomes.
type session struct {
	reference   string
	started     time.Time
	context     identifier
	subject     subject
	policy      *ipPolicy
	token       *token             // that logged in; nil otherwise
	certificate *issuedCertificate // of KSeF's own, that logged in; nil otherwise
	document    string             // SHA-256 of the signed request that logged in; "" after a token
	work        work
	result      status // once the work is done

	redeemed     bool
	refreshUntil time.Time // end of life of the refresh token
	refreshed    time.Time
	revoked      bool
}

// How authentications end. Code 200 is the only good one.
var (
	inProgress   = status{100, "Uwierzytelnianie w toku", nil}
	succeeded    = status{200, "Uwierzytelnianie zakończone sukcesem", nil}
	noRights     = status{415, "Uwierzytelnianie zakończone niepowodzeniem", []string{"Brak przypisanych uprawnień"}}
	invalidated  = status{425, "Uwierzytelnienie unieważnione", []string{"Uwierzytelnienie i powiązane refresh tokeny zostały unieważnione przez użytkownika"}}
	deadSubject  = status{470, "Uwierzytelnianie zakończone niepowodzeniem", []string{"Próba wykorzystania metod autoryzacyjnych osoby zmarłej"}}
	blockedThere = status{480, "Uwierzytelnienie zablokowane", []string{"Podejrzenie incydentu bezpieczeństwa. Skontaktuj się z Ministerstwem Finansów przez formularz zgłoszeniowy."}}
)

func badToken(detail string) status {
	return status{450, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu", []string{detail}}
}

func badCertificate(detail string) status {
	return status{460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", []string{detail}}
}

// status is how far the session is. Looking counts as asking for the work's result.
func (a *session) status(now time.Time) status {
	switch {
	case a.revoked:
		return invalidated
	case !a.work.done(now):
		return inProgress
	}
	return a.result
}

// live reports whether the session is listed among the active ones.
func (a *session) live(now time.Time) bool {
	if a.redeemed {
		return !a.revoked && now.Before(a.refreshUntil)
	}
	return a.status(now).Code == succeeded.Code && now.Before(a.started.Add(operationLife))
}

// start begins an authentication whose proof was accepted. With an empty result it is decided here
// whether the subject may act in the context.
func (s *Server) start(now time.Time, a *session) any {
	a.reference, a.started, a.work = s.source.reference(kindAuthentication, now), now, s.accept(now)
	if a.result.Code == 0 {
		m := a.subject.method
		a.result = s.rulings.authentication.of(Authentication{
			ksef.ReferenceNumber(a.reference), public(a.context), public(a.subject.identifier), ksef.AuthMethod{Category: m.category, Code: m.code, Name: m.display},
		})
	}
	s.mu.Lock()
	s.carryOut(now)
	st := s.state
	if a.result.Code == 0 {
		a.result = st.admit(a)
	}
	if a.result.Code == succeeded.Code {
		if a.token != nil {
			a.token.used = now
		}
		if a.certificate != nil {
			a.certificate.used = now
		}
		if a.subject.Type == ksef.KindPeppolID {
			st.register(a.subject.Value, a.subject.name.organization, now)
		}
	}
	st.sessions[a.reference] = a
	s.mu.Unlock()
	return struct {
		ReferenceNumber string    `json:"referenceNumber"`
		Token           tokenInfo `json:"authenticationToken"`
	}{a.reference, s.issue(operationToken, operationLife, now, a.reference, contextClaims{})}
}

// admit decides whether a subject may act in a context.
func (st *state) admit(a *session) status {
	switch {
	case st.blocked[a.context]:
		return blockedThere
	case st.deceased(a.subject.identifier):
		return deadSubject
	case len(st.granted(a)) == 0:
		return noRights
	}
	return succeeded
}

// granted are the permissions of a session now: the subject's and, after a login with a token, of those
// only the token's.
func (st *state) granted(a *session) []ksef.Permission {
	held := st.permissions(a.subject.identifier, a.context)
	if a.token == nil {
		return held
	}
	amount := st.effective(held, a.context)
	return slices.DeleteFunc(slices.Clone(a.token.permissions), func(p ksef.Permission) bool { return !slices.Contains(amount, p) })
}

// sessionInfo is a session in an answer.
type sessionInfo struct {
	Reference    string     `json:"referenceNumber,omitempty"`
	Current      *bool      `json:"isCurrent,omitempty"`
	Started      timestamp  `json:"startDate"`
	Method       string     `json:"authenticationMethod"`
	MethodInfo   methodInfo `json:"authenticationMethodInfo"`
	Status       status     `json:"status"`
	Redeemed     *bool      `json:"isTokenRedeemed,omitempty"`
	Refreshed    timestamp  `json:"lastTokenRefreshDate,omitzero"`
	RefreshUntil timestamp  `json:"refreshTokenValidUntil,omitzero"`
}

type methodInfo struct {
	Category string `json:"category"`
	Code     string `json:"code"`
	Display  string `json:"displayName"`
}

func (a *session) info(now time.Time) sessionInfo {
	m := a.subject.method
	info := sessionInfo{
		Started: timestamp(a.started), Method: m.name, MethodInfo: methodInfo{m.category, m.code, m.display},
		Status: a.status(now), Refreshed: timestamp(a.refreshed), RefreshUntil: timestamp(a.refreshUntil),
	}
	if info.Status.Code == succeeded.Code || info.Status.Code == invalidated.Code {
		redeemed := a.redeemed // a copy: info is read without the lock
		info.Redeemed = &redeemed
	}
	return info
}

// authenticationStatus answers GET /auth/{referenceNumber}. The token of one operation does not open
// another: to its bearer the other does not exist.
func (s *Server) authenticationStatus(c *call) (any, error) {
	reference := c.values["referenceNumber"]
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.state.sessions[reference]
	switch {
	case a != nil && c.now.Sub(a.started) >= retention:
		return nil, gone()
	case a == nil || a != c.by.session:
		return nil, unknownOperation(reference)
	}
	info := a.info(c.now)
	a.work.look()
	return info, nil
}

func unknownOperation(reference string) error {
	return bad(ksef.CodeNotAuthenticated, "Operacja uwierzytelniania o numerze referencyjnym "+reference+" nie została znaleziona.")
}

// redeem answers POST /auth/token/redeem, once.
func (s *Server) redeem(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := c.by.session
	if a == nil {
		return nil, unknownOperation(c.by.reference)
	}
	if a.redeemed {
		return nil, bad(ksef.CodeNotAuthorized, "Tokeny dla operacji uwierzytelniania "+a.reference+" zostały już pobrane.")
	}
	if err := s.state.usable(a, c.now, "Status uwierzytelniania (%d) nie pozwala na pobranie tokenów."); err != nil {
		return nil, err
	}
	refresh := s.issue(refreshToken, refreshLife, c.now, a.reference, contextClaims{})
	a.redeemed, a.refreshUntil = true, time.Time(refresh.ValidUntil)
	return struct {
		Access  tokenInfo `json:"accessToken"`
		Refresh tokenInfo `json:"refreshToken"`
	}{s.access(a, c.now), refresh}, nil
}

// refresh answers POST /auth/token/refresh. The refresh token stays as it was.
func (s *Server) refresh(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := c.by.session
	if a == nil {
		return nil, unknownOperation(c.by.reference)
	}
	if err := s.state.usable(a, c.now, "Status uwierzytelnienia (%d) nie pozwala na odświeżenie tokenu dostępowego."); err != nil {
		return nil, err
	}
	a.refreshed = c.now
	return struct {
		Access tokenInfo `json:"accessToken"`
	}{s.access(a, c.now)}, nil
}

// usable refuses a session that gets no access tokens; forbidden is the text for its status.
func (st *state) usable(a *session, now time.Time, forbidden string) error {
	switch now := a.status(now); {
	case now.Code != succeeded.Code:
		return bad(ksef.CodeNotAuthorized, fmt.Sprintf(forbidden, now.Code))
	case a.token != nil && a.token.revoked:
		return bad(ksef.CodeNotAuthorized, "Token KSeF został unieważniony.")
	case st.deceased(a.subject.identifier):
		return bad(ksef.CodeDeceased)
	}
	return nil
}

// access issues an access token with the permissions held now. They are good until it ends, whatever
// happens meanwhile.
func (s *Server) access(a *session, now time.Time) tokenInfo {
	s.carryOut(now)
	granted := s.state.granted(a)
	in := contextClaims{
		ContextType: a.context.Type, Context: a.context.Value,
		Method: a.subject.method.name, Subject: text(a.subject.details()),
		Permissions: list(granted), Excluded: "[]",
		Roles: list(s.state.roles(a.context)), Effective: list(s.state.effective(granted, a.context)),
	}
	if a.policy != nil {
		p := text(a.policy)
		in.Policy = &p
	}
	return s.issue(accessToken, accessLife, now, a.reference, in)
}

// list is a list as JSON in a string, [] when there is nothing.
func list[T ~string](l []T) string {
	if len(l) == 0 {
		return "[]"
	}
	return text(l)
}
