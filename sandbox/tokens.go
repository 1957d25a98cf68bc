package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// tokenState is where a token stands.
type tokenState string

// The states of tokens. Activation and revocation take their time. KSeF knows Failed as well, which does
// not happen here.
const (
	tokenPending  tokenState = "Pending"
	tokenActive   tokenState = "Active"
	tokenRevoking tokenState = "Revoking"
	tokenRevoked  tokenState = "Revoked"
)

// token is a KSeF token: a proof for logging in with some of its author's permissions. It has no end.
type token struct {
	reference   string
	value       string // the whole token; shown once
	author      subject
	context     identifier
	description string
	permissions []ksef.Permission
	created     time.Time
	used        time.Time
	work        work // activation, then revocation
	revoked     bool
}

// status is where the token stands now.
func (t *token) status(now time.Time) tokenState {
	switch done := t.work.done(now); {
	case t.revoked && done:
		return tokenRevoked
	case t.revoked:
		return tokenRevoking
	case done:
		return tokenActive
	}
	return tokenPending
}

// tokenItem is a token in an answer.
type tokenItem struct {
	Reference   string            `json:"referenceNumber"`
	Author      identifier        `json:"authorIdentifier"`
	Context     identifier        `json:"contextIdentifier"`
	Description string            `json:"description"`
	Permissions []ksef.Permission `json:"requestedPermissions"`
	Created     timestamp         `json:"dateCreated"`
	Used        timestamp         `json:"lastUseDate,omitzero"`
	Status      tokenState        `json:"status"`
	Details     []string          `json:"statusDetails"`
}

func (t *token) item(now time.Time) tokenItem {
	return tokenItem{t.reference, t.author.identifier, t.context, t.description, t.permissions,
		timestamp(t.created), timestamp(t.used), t.status(now), []string{}}
}

// generateToken answers POST /tokens.
func (s *Server) generateToken(c *call) (any, error) {
	var in struct {
		Permissions []string `json:"permissions"`
		Description string   `json:"description"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.required("permissions", len(in.Permissions) > 0)
	var wanted, missing []ksef.Permission
	for i, name := range in.Permissions {
		p := ksef.Permission(v.oneOf(index("permissions", i), name, names(personPermissions())...))
		if !slices.Contains(wanted, p) {
			wanted = append(wanted, p)
		}
		if !c.by.may(p) {
			missing = append(missing, p)
		}
	}
	v.length("description", in.Description, 5, 256)
	if err := v.err(); err != nil {
		return nil, err
	}
	by := c.by.session
	if by.context.Type != ksef.KindNIP && by.context.Type != ksef.KindInternalID {
		return nil, bad(ksef.CodeContextWithoutKeys,
			"Aktualny typ kontekstu: "+string(by.context.Type)+". Dozwolone typy kontekstu: Nip, InternalId.")
	}
	if len(missing) > 0 {
		return nil, bad(ksef.CodePermissionNotHeld, "Brakujące uprawnienia: "+strings.Join(names(missing), ", ")+".")
	}
	t := &token{
		reference: s.source.reference(kindToken, c.now),
		author:    by.subject, context: by.context, description: in.Description, permissions: wanted,
		created: c.now, work: s.accept(c.now),
	}
	t.value = t.reference + "|" + t.context.String() + "|" + s.source.hex(32)
	s.mu.Lock()
	s.state.tokens[t.reference] = t
	s.mu.Unlock()
	return struct {
		Reference string `json:"referenceNumber"`
		Token     string `json:"token"`
	}{t.reference, t.value}, nil
}

// visible reports whether the caller may see a token: with a permission to look after credentials all of
// the context's; otherwise the one it logged in with or, after another login, its own.
func (st *state) visible(t *token, by *bearer, anyOf ...ksef.Permission) bool {
	a := by.session
	switch {
	case t.context != a.context:
		return false
	case by.may(anyOf...):
		return true
	case a.token != nil:
		return t == a.token
	}
	return slices.Contains(st.aliases(a.subject.identifier), t.author.identifier)
}

// listTokens answers GET /tokens.
func (s *Server) listTokens(c *call) (any, error) {
	query := c.r.URL.Query()
	var v validation
	var states []tokenState
	for _, value := range query["status"] {
		states = append(states, tokenState(v.oneOf("status", value, "Pending", "Active", "Revoking", "Revoked", "Failed")))
	}
	description := v.search("description", query)
	author := v.search("authorIdentifier", query)
	var authorKind ksef.Kind
	if query.Has("authorIdentifierType") {
		authorKind = ksef.Kind(v.oneOf("authorIdentifierType", query.Get("authorIdentifierType"), names(subjectKinds)...))
	}
	size := v.pageSize(query, 100)
	if err := v.err(); err != nil {
		return nil, err
	}
	after, err := c.cursor("tokens")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*token
	for _, t := range s.state.tokens {
		if s.state.visible(t, c.by, ksef.CredentialsManage, ksef.CredentialsRead) &&
			(len(states) == 0 || slices.Contains(states, t.status(c.now))) &&
			strings.Contains(strings.ToLower(t.description), description) &&
			strings.Contains(strings.ToLower(t.author.Value), author) &&
			(authorKind == "" || authorKind == t.author.Type) {
			found = append(found, t)
		}
	}
	page, next := paginate(found, "tokens", after, size, func(t *token) cursor { return cursor{At: t.created, Reference: t.reference} })
	items := make([]tokenItem, len(page))
	for i, t := range page {
		items[i] = t.item(c.now)
		t.work.look()
	}
	return struct {
		Next  string      `json:"continuationToken,omitempty"`
		Items []tokenItem `json:"tokens"`
	}{next, items}, nil
}

// findToken returns the token of a request's path, which the caller must be allowed to see.
func (s *Server) findToken(c *call, anyOf ...ksef.Permission) (*token, error) {
	reference := c.values["referenceNumber"]
	t := s.state.tokens[reference]
	switch {
	case t == nil || t.context != c.by.session.context:
		return nil, bad(ksef.CodeInvalidInput, "Token "+reference+" does not exist in this context.")
	case !s.state.visible(t, c.by, anyOf...):
		return nil, lacking(c.by.granted, anyOf...)
	}
	return t, nil
}

// tokenStatus answers GET /tokens/{referenceNumber}.
func (s *Server) tokenStatus(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.findToken(c, ksef.CredentialsManage, ksef.CredentialsRead)
	if err != nil {
		return nil, err
	}
	item := t.item(c.now)
	t.work.look()
	return item, nil
}

// revokeToken answers DELETE /tokens/{referenceNumber}. Revoking again changes nothing.
func (s *Server) revokeToken(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.findToken(c, ksef.CredentialsManage)
	if err != nil {
		return nil, err
	}
	if !t.revoked {
		t.revoked, t.work = true, s.accept(c.now)
	}
	return nil, nil
}
