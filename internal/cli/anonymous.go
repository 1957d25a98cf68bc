package cli

import "github.com/ksef-go/ksef"

// anonymous returns the client of commands that need nobody to be signed in.
func (a *app) anonymous() (*ksef.Client, error) {
	account, err := a.account()
	if err != nil {
		return nil, err
	}
	client, _, err := a.client(account)
	return client, err
}
