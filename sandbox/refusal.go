package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/ksef-go/ksef"
)

// refusal is an answer outside 2xx. Handlers return it as their error; [call.refused] writes it.
type refusal struct {
	status     int
	code       ksef.Code      // of a 400
	details    []string       // of a 400
	reason     string         // of a 403
	detail     string         // of a 403 and a 429
	security   map[string]any // of a 403
	retryAfter time.Duration  // of a 429
	allow      string         // methods, of a 405
	next       *refusal       // of a 400: what else was refused
}

func (r *refusal) Error() string {
	if r.code == 0 {
		return strconv.Itoa(r.status) + " " + http.StatusText(r.status)
	}
	return fmt.Sprintf("code %d %q: %s", r.code, r.details, r.description())
}

// The constructors below are the only way refusals come about.

// bad is a 400 with one of KSeF's codes.
func bad(code ksef.Code, details ...string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: code, details: details}
}

// and adds another 400, which may be nil. It returns r.
func (r *refusal) and(other *refusal) *refusal {
	r.next = other
	return r
}

// unauthorized is a 401. KSeF tells nothing about what is wrong with a bearer token.
func unauthorized() *refusal { return &refusal{status: http.StatusUnauthorized} }

// lacking is a 403 for want of permissions.
func lacking(present []ksef.Permission, requiredAnyOf ...ksef.Permission) *refusal {
	return &refusal{
		status: http.StatusForbidden,
		reason: "missing-permissions",
		detail: "Brak wymaganych uprawnień do wykonania operacji w bieżącym kontekście.",
		security: map[string]any{
			"requiredAnyOfPermissions": requiredAnyOf,
			"presentPermissions":       append([]ksef.Permission{}, present...),
		},
	}
}

// foreign is a 403 for what belongs to somebody else.
func foreign() *refusal {
	return &refusal{status: http.StatusForbidden, reason: "insufficient-resource-access",
		detail: "The resource belongs to somebody else."}
}

// unsuitable is a 403 for an operation that the kind of context does not have.
func unsuitable(context ksef.Kind) *refusal {
	return &refusal{status: http.StatusForbidden, reason: "context-type-not-allowed",
		detail:   "The operation is not for contexts of type " + string(context) + ".",
		security: map[string]any{"contextIdentifierType": context}}
}

// outside is a 403 for a caller whose address the token's policy does not allow.
func outside(clientIP string) *refusal {
	return &refusal{status: http.StatusForbidden, reason: "ip-not-allowed",
		detail:   "The token may not be used from this address.",
		security: map[string]any{"clientIp": clientIP}}
}

// wrongMethod is a 403 for what cannot be done after logging in that way.
func wrongMethod(by *method) *refusal {
	return &refusal{status: http.StatusForbidden, reason: "auth-method-not-allowed",
		detail:   "Ta operacja nie jest dostępna dla użytej metody uwierzytelnienia.",
		security: map[string]any{"authenticationMethodCategory": by.category}}
}

// gone is a 410: KSeF no longer keeps what was asked for.
func gone() *refusal { return &refusal{status: http.StatusGone} }

// bare is a refusal without a body, for what never reaches KSeF's own code.
func bare(status int) *refusal { return &refusal{status: status} }

// description is KSeF's text for the code of a 400.
func (r *refusal) description() string {
	switch r.code {
	case ksef.CodeInvalidDocument:
		return "Nieprawidłowy dokument."
	case ksef.CodeNoSignature:
		return "Brak podpisu."
	case ksef.CodeTooManySignatures:
		return "Przekroczona liczba dozwolonych podpisów."
	case ksef.CodeInvalidSignature:
		return "Nieprawidłowy podpis."
	case ksef.CodeUnreadable:
		return "Nieczytelna treść."
	case ksef.CodeInvalidChallenge:
		return "Nieprawidłowe wyzwanie autoryzacyjne."
	case ksef.CodeInvalidCertificate:
		return "Nieprawidłowy certyfikat."
	case ksef.CodeWrongSubject:
		return "Nieprawidłowy identyfikator podmiotu dla wskazanego typu kontekstu."
	case ksef.CodeInvalidEncoding:
		return "Nieprawidłowe kodowanie znaków."
	case ksef.CodeNotAuthorized:
		return "Brak autoryzacji."
	case ksef.CodeNotAuthenticated:
		return "Brak uwierzytelnienia."
	case ksef.CodeDeceased:
		return "Próba wykorzystania metod autoryzacyjnych osoby zmarłej."
	case ksef.CodeSchemaViolation:
		return "Dokument nie jest zgodny ze schemą (xsd)."
	case ksef.CodeInvalidInput:
		return "Błąd walidacji danych wejściowych."
	case ksef.CodeSignatureConflict:
		return "Konflikt podpisu i typu uwierzytelnienia."
	case ksef.CodeInvalidCursor:
		return "Przekazany token kontynuacji ma nieprawidłowy format."
	case ksef.CodeUnknownKey:
		return "Przesłany identyfikator klucza jest nieznany lub wskazuje na wycofany klucz."
	case ksef.CodeSessionFull:
		return "Przekroczono dozwoloną liczbę faktur w sesji."
	case ksef.CodePartSize:
		return "Nieprawidłowy rozmiar części pakietu."
	case ksef.CodePartCount:
		return "Przekroczono dozwoloną liczbę części pakietów."
	case ksef.CodeCorrectionExists:
		return "Korekta techniczna niedostępna."
	case ksef.CodeNotCorrectable:
		return "Status faktury nie pozwala na korektę techniczną."
	case ksef.CodeNoSession:
		return "Brak sesji o wskazanym numerze referencyjnym."
	case ksef.CodeNoUPO:
		return "Nie znaleziono UPO dla podanych kryteriów."
	case ksef.CodeSessionStatus:
		return "Status sesji nie pozwala na wykonanie operacji."
	case codeNoInvoice:
		return "Faktura o podanym identyfikatorze nie istnieje."
	case codeNotYet:
		return "Faktura o podanym numerze KSeF nie jest jeszcze dostępna."
	case codeNoExport:
		return "Wynik zapytania o podanym identyfikatorze nie istnieje."
	case codeExportSubject:
		return "Nieprawidłowe żądanie eksportu faktur."
	case codeTooManyExports:
		return "Osiągnięto limit trwających eksportów."
	case codeBeyondMark:
		return "Zakres filtrowania wykracza poza dostępny zakres danych."
	case ksef.CodeNotCollectable:
		return "Faktura nie może zostac przypisana do Identyfikatora Zbiorczego."
	case ksef.CodeCollectedTooOften:
		return "Faktura jest już przypisana do maksymalnej liczby Identyfikatorów Zbiorczych."
	case ksef.CodeSeveralSellers:
		return "Faktury zostały wystawione przez różnych sprzedawców."
	case ksef.CodeRepeatedInvoice:
		return "Numer KSeF faktury powtarza się w żądaniu."
	case ksef.CodeMissingPart:
		return "Pakiet nie może być pusty."
	case ksef.CodeUploadTimeout:
		return "Czas oczekiwania na requesty upload lub finish został przekroczony."
	case ksef.CodeContentSize:
		return "Nieprawidłowy rozmiar pliku."
	case ksef.CodeContentHash:
		return "Nieprawidłowy skrót pliku."
	case ksef.CodeNoEnrollmentData:
		return "Brak możliwości pobrania danych do CSR dla wykorzystanego sposobu uwierzytelnienia."
	case ksef.CodeEnrollmentRefused:
		return "Brak możliwości złożenia wniosku certyfikacyjnego dla wykorzystanego sposobu uwierzytelnienia."
	case ksef.CodeCSRSubject:
		return "Dane w CSR nie zgadzają się z danymi w użytym wektorze uwierzytelniającym."
	case ksef.CodeInvalidCSR:
		return "Niepoprawny format CSR lub niepoprawny podpis CSR."
	case ksef.CodeNoEnrollment:
		return "Wniosek certyfikacyjny o podanym numerze referencyjnym nie istnieje."
	case ksef.CodeEnrollmentLimit:
		return "Osiągnięto limit możliwych do złożenia wniosków certyfikacyjnych."
	case ksef.CodeCertificateLimit:
		return "Osiągnięto limit dopuszczalnej liczby posiadanych certyfikatów."
	case ksef.CodeNoCertificate:
		return "Certyfikat o podanym numerze seryjnym nie istnieje."
	case ksef.CodeNotRevocable:
		return "Nie można odwołać wskazanego certyfikatu, ponieważ jest już odwołany, zablokowany lub nieważny."
	case ksef.CodeInvalidKey:
		return "Nieprawidłowy typ lub długość klucza."
	case ksef.CodeCSRAlgorithm:
		return "Nieprawidłowy algorytm podpisu CSR."
	case ksef.CodePermissionNotHeld:
		return "Nie można nadać tokenowi uprawnień których nie posiadasz."
	case ksef.CodeContextWithoutKeys:
		return "Nie można wygenerować tokena dla obecnego typu kontekstu."
	case ksef.CodeExists:
		return "Podmiot lub uprawnienie już istnieje."
	}
	return "Nieznany błąd." // a code that only a fault can bring up
}

// problem is the body of a refusal after RFC 9457.
type problem struct {
	Title      string          `json:"title"`
	Status     int             `json:"status"`
	Instance   string          `json:"instance"`
	Detail     string          `json:"detail,omitempty"`
	Errors     []problemDetail `json:"errors,omitempty"`
	ReasonCode string          `json:"reasonCode,omitempty"`
	Security   map[string]any  `json:"security,omitempty"`
	Timestamp  timestamp       `json:"timestamp"`
	TraceID    string          `json:"traceId"`
}

type problemDetail struct {
	Code        ksef.Code `json:"code"`
	Description string    `json:"description"`
	Details     []string  `json:"details,omitempty"`
}

// exception is the older body of a 400, which KSeF sends unless asked for problem details.
type exception struct {
	Details         []exceptionDetail `json:"exceptionDetailList"`
	ReferenceNumber string            `json:"referenceNumber"`
	ServiceCode     string            `json:"serviceCode"`
	ServiceCtx      string            `json:"serviceCtx"`
	ServiceName     string            `json:"serviceName"`
	Timestamp       string            `json:"timestamp"` // without an offset, as KSeF has it
}

type exceptionDetail struct {
	Code        ksef.Code `json:"exceptionCode"`
	Description string    `json:"exceptionDescription"`
	Details     []string  `json:"details,omitempty"`
}

// refused writes r as KSeF would. 400 and 429 have two forms; the request chooses.
func (c *call) refused(r *refusal) *answer {
	a := &answer{status: r.status, header: c.header}
	modern := c.r.Header.Get("X-Error-Format") == "problem-details"
	p := problem{
		Title: http.StatusText(r.status), Status: r.status, Instance: c.r.URL.Path,
		Timestamp: timestamp(c.now), TraceID: c.s.source.hex(16),
	}
	switch r.status {
	case http.StatusBadRequest:
		if !modern {
			return a.json("application/json", map[string]any{"exception": c.exception(r, p.TraceID)})
		}
		p.Detail = "Żądanie jest nieprawidłowe."
		for e := r; e != nil; e = e.next {
			p.Errors = append(p.Errors, problemDetail{e.code, e.description(), e.details})
		}
	case http.StatusUnauthorized:
		p.Detail = "Wymagane jest uwierzytelnienie."
		a.header.Set("WWW-Authenticate", "Bearer")
	case http.StatusForbidden:
		p.Detail, p.ReasonCode, p.Security = r.detail, r.reason, r.security
	case http.StatusGone:
		p.Detail = "Operacja wygasła i nie jest już dostępna."
	case http.StatusTooManyRequests:
		a.header.Set("Retry-After", strconv.Itoa(seconds(r.retryAfter)))
		p.Detail = r.detail
		if !modern {
			return a.json("application/json", map[string]any{"status": status{r.status, p.Title, []string{r.detail}}})
		}
	case http.StatusMethodNotAllowed:
		a.header.Set("Allow", r.allow)
		return a
	default:
		return a
	}
	return a.json("application/problem+json", p)
}

func (c *call) exception(r *refusal, trace string) exception {
	var all []exceptionDetail
	for e := r; e != nil; e = e.next {
		all = append(all, exceptionDetail{e.code, e.description(), e.details})
	}
	return exception{
		Details:         all,
		ReferenceNumber: c.s.source.uuid(),
		ServiceCode:     "00-" + trace + "-" + c.s.source.hex(8) + "-00",
		ServiceCtx:      "srvSANDBOX",
		ServiceName:     "Undefined",
		Timestamp:       c.now.UTC().Format("2006-01-02T15:04:05.0000000"),
	}
}

// seconds is d in whole seconds, rounded up, at least one: the form of Retry-After.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }

// status is how far something asynchronous is.
type status struct {
	Code        int      `json:"code"`
	Description string   `json:"description"`
	Details     []string `json:"details,omitempty"`
}

// timestamp is an instant as KSeF writes it: seven decimals and the offset +00:00.
type timestamp time.Time

// MarshalJSON writes t; the zero instant, which KSeF never sends, is null.
func (t timestamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, 40), `"2006-01-02T15:04:05.0000000-07:00"`), nil
}

// IsZero lets omitzero leave out the zero instant.
func (t timestamp) IsZero() bool { return time.Time(t).IsZero() }
