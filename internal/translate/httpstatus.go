package translate

import "net/http"

// HTTPStatus names the statuses of HTTP that KSeF, its storage and what stands in
// between answer with.
func HTTPStatus(code int) string {
	switch code {
	case http.StatusBadRequest:
		return "nieprawidłowe żądanie"
	case http.StatusUnauthorized:
		return "brak uwierzytelnienia"
	case http.StatusForbidden:
		return "odmowa dostępu"
	case http.StatusNotFound:
		return "nie znaleziono"
	case http.StatusMethodNotAllowed:
		return "niedozwolona metoda"
	case http.StatusProxyAuthRequired:
		return "proxy wymaga uwierzytelnienia"
	case http.StatusRequestTimeout:
		return "przekroczony czas żądania"
	case http.StatusConflict:
		return "konflikt"
	case http.StatusGone:
		return "już niedostępne"
	case http.StatusLengthRequired:
		return "wymagana długość treści"
	case http.StatusPreconditionFailed:
		return "niespełniony warunek"
	case http.StatusRequestEntityTooLarge:
		return "za duża treść żądania"
	case http.StatusUnsupportedMediaType:
		return "nieobsługiwany rodzaj treści"
	case http.StatusTooManyRequests:
		return "za dużo żądań"
	case http.StatusInternalServerError:
		return "wewnętrzny błąd serwera"
	case http.StatusNotImplemented:
		return "nieobsługiwane"
	case http.StatusBadGateway:
		return "błędna odpowiedź serwera za bramą"
	case http.StatusServiceUnavailable:
		return "usługa niedostępna"
	case http.StatusGatewayTimeout:
		return "serwer za bramą nie odpowiedział w czasie"
	}
	switch code / 100 {
	case 3:
		return "przekierowanie"
	case 4:
		return "żądanie odrzucone"
	case 5:
		return "błąd serwera"
	}
	return http.StatusText(code)
}
