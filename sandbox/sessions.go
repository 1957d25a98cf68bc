package sandbox

// listSessions answers GET /auth/sessions: the caller's sessions in its context that are alive. A
// session that was revoked is not among them, also not to the access tokens it still has.
func (s *Server) listSessions(c *call) (any, error) {
	var v validation
	size := v.pageSize(c.r.URL.Query(), 100)
	if err := v.err(); err != nil {
		return nil, err
	}
	after, err := c.cursor("sessions")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*session
	for _, a := range s.state.sessions {
		if a.live(c.now) && mine(c.by.session, a) {
			found = append(found, a)
		}
	}
	page, next := paginate(found, "sessions", after, size, func(a *session) cursor { return cursor{At: a.started, Reference: a.reference} })
	items := make([]sessionInfo, len(page))
	for i, a := range page {
		items[i] = a.info(c.now)
		items[i].Reference = a.reference
		current := a == c.by.session
		items[i].Current = &current
	}
	return struct {
		Next  string        `json:"continuationToken,omitempty"`
		Items []sessionInfo `json:"items"`
	}{next, items}, nil
}

// mine reports whether two sessions are of one subject in one context.
func mine(a, b *session) bool {
	return a.context == b.context && a.subject.identifier == b.subject.identifier
}

// endCurrentSession answers DELETE /auth/sessions/current, to an access or a refresh token. Ending a
// session again changes nothing.
func (s *Server) endCurrentSession(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.by.session == nil {
		return nil, unauthorized()
	}
	c.by.session.revoked = true
	return nil, nil
}

// endSession answers DELETE /auth/sessions/{referenceNumber}.
func (s *Server) endSession(c *call) (any, error) {
	reference, err := c.reference()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.state.sessions[reference]
	switch {
	case a == nil:
		return nil, unknownOperation(reference)
	case !mine(c.by.session, a):
		return nil, foreign()
	}
	a.revoked = true
	return nil, nil
}
