package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

// lighthousePrefix is where the status service (Latarnia) begins. The ministry has it on a host of its own, so
// that it answers when KSeF does not.
const lighthousePrefix = "/latarnia"

// lighthouseRoutes are the operations of the status service.
func lighthouseRoutes() []route {
	return []route{
		{"GET " + lighthousePrefix + "/status", 0, 200, (*Server).systemStatus},
		{"GET " + lighthousePrefix + "/messages", 0, 200, (*Server).systemMessages},
	}
}

// Outage is a time in which KSeF does not work, as the status service tells of it.
type Outage struct {
	Category    ksef.MessageCategory
	Title, Text string    // "" for a text of the sandbox's own
	Start       time.Time // on the server's clock; zero for now
	End         time.Time // zero while unknown, which that of maintenance must not be
}

// outage is an outage that was announced.
type outage struct {
	Outage
	id        string
	announced time.Time
	messages  [2]string // ids of the announcement and of the end's
}

// on reports whether the outage is going on.
func (o *outage) on(now time.Time) bool {
	return !now.Before(o.Start) && (o.End.IsZero() || now.Before(o.End))
}

// Announce has the status service (Latarnia) tell of an outage and returns its event ID: of maintenance at once,
// of a failure when it starts, and of a failure's end when the clock gets there. KSeF itself works on: to have it
// fail use [Server.Inject].
//
// It fails when the category is none of the ministry's, when maintenance has no end, and when an outage ends
// before it starts.
func (s *Server) Announce(o Outage) (eventID string, err error) {
	now := s.Now()
	if o.Start.IsZero() {
		o.Start = now
	}
	title, text := "Awaria KSeF", "Trwa awaria Krajowego Systemu e-Faktur (SANDBOX)."
	switch o.Category {
	case ksef.CategoryMaintenance:
		title, text = "Przerwa techniczna", "Planowane są prace serwisowe Krajowego Systemu e-Faktur (SANDBOX)."
		if o.End.IsZero() {
			return "", errors.New("sandbox: announce: maintenance needs an end")
		}
	case ksef.CategoryFailure:
	case ksef.CategoryTotalFailure:
		title, text = "Awaria całkowita KSeF", "Trwa awaria całkowita Krajowego Systemu e-Faktur (SANDBOX)."
	default:
		return "", fmt.Errorf("sandbox: announce: there is no category %q", o.Category)
	}
	if !o.End.IsZero() && !o.End.After(o.Start) {
		return "", fmt.Errorf("sandbox: announce: the end %v is not after the start %v", o.End, o.Start)
	}
	o.Title, o.Text = cmp.Or(o.Title, title), cmp.Or(o.Text, text)
	made := &outage{o, s.source.uuid(), now, [2]string{s.source.uuid(), s.source.uuid()}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.outages = append(s.state.outages, made)
	return made.id, nil
}

// EndOutage ends an outage that is going on, now. It fails when it is not.
func (s *Server) EndOutage(eventID string) error {
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.state.outages, func(o *outage) bool { return o.id == eventID && o.on(now) })
	if i < 0 {
		return fmt.Errorf("sandbox: there is no outage %s that could end now", eventID)
	}
	s.state.outages[i].End = now
	return nil
}

// systemMessage is an announcement in an answer.
type systemMessage struct {
	ID        string               `json:"id"`
	Event     string               `json:"eventId"`
	Category  ksef.MessageCategory `json:"category"`
	Type      ksef.MessageType     `json:"type"`
	Title     string               `json:"title"`
	Text      string               `json:"text"`
	Start     timestamp            `json:"start"`
	End       timestamp            `json:"end,omitzero"`
	Version   int                  `json:"version"`
	Published timestamp            `json:"published"`
}

// published are the announcements of the outage that there are by now.
func (o *outage) published(now time.Time) (out []systemMessage) {
	m := systemMessage{o.messages[0], o.id, o.Category, ksef.FailureStart, o.Title, o.Text, timestamp(o.Start), timestamp{}, 1, timestamp(o.announced)}
	if o.Category == ksef.CategoryMaintenance {
		m.Type, m.End = ksef.MaintenanceAnnouncement, timestamp(o.End)
		return []systemMessage{m}
	}
	if o.Start.After(o.announced) { // nobody knows of a failure before it starts
		m.Published = m.Start
	}
	if now.Before(o.Start) {
		return nil
	}
	out = append(out, m)
	if !o.End.IsZero() && !now.Before(o.End) {
		m.ID, m.Type, m.End, m.Published = o.messages[1], ksef.FailureEnd, timestamp(o.End), timestamp(o.End)
		m.Title, m.Text = m.Title+": zakończenie", "Awaria została usunięta (SANDBOX)."
		out = append(out, m)
	}
	return out
}

// systemStatus answers GET /status: with the worst that is going on.
func (s *Server) systemStatus(c *call) (any, error) {
	out := struct {
		State    ksef.SystemState `json:"status"`
		Messages []systemMessage  `json:"messages,omitempty"`
	}{State: ksef.SystemAvailable}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, category := range []ksef.MessageCategory{ksef.CategoryTotalFailure, ksef.CategoryFailure, ksef.CategoryMaintenance} {
		for _, o := range s.state.outages {
			if o.Category == category && o.on(c.now) {
				out.State = ksef.SystemState(category)
				out.Messages = append(out.Messages, o.published(c.now)...)
			}
		}
		if out.Messages != nil {
			break
		}
	}
	return out, nil
}

// systemMessages answers GET /messages, what was published last first.
func (s *Server) systemMessages(c *call) (any, error) {
	out := []systemMessage{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.state.outages {
		out = append(out, o.published(c.now)...)
	}
	slices.SortStableFunc(out, func(a, b systemMessage) int { return time.Time(b.Published).Compare(time.Time(a.Published)) })
	return out, nil
}
