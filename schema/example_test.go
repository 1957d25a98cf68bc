package schema_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ksef-go/ksef/schema"
)

func ExampleValidate() {
	file, err := os.Open("testdata/valid.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	report, err := schema.Validate(file, schema.FA3, nil)
	if err != nil {
		fmt.Println(err) // the file could not be read
		return
	}
	fmt.Println(report.Valid(), report.Form, report.Invoice.Number, report.Invoice.IssueDate)
	// Output: true FA(3) 1/02/2026 2026-02-03
}

// What is wrong with an invoice, in the language of the user.
func ExampleValidateBytes() {
	doc, err := os.ReadFile("testdata/valid.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	broken := strings.NewReplacer("<P_15>123<", "<P_15>123,00<", "<JST>2</JST>", "").Replace(string(doc))
	for _, v := range schema.ValidateBytes([]byte(broken), schema.FA3, nil).Violations {
		fmt.Println(v.Error())
		fmt.Println(v.Message(schema.Polish))
	}
	// Output:
	// 24:3: /Faktura/Podmiot2/GV: an element is missing before GV: expected JST
	// brakuje elementu przed GV: oczekiwano JST
	// 32:3: /Faktura/Fa/P_15: "123,00" is not a valid TKwotowy
	// „123,00” nie jest poprawną wartością typu TKwotowy
}

// The rules of KSeF beyond the schema: here the invoice is dated the day after
// its acceptance, and the check digit of the buyer's NIP is wrong.
func ExampleRules() {
	doc, err := os.ReadFile("testdata/valid.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	broken := strings.Replace(string(doc), "5265877635", "5265877636", 1)
	rules := &schema.Rules{Accepted: time.Date(2026, 2, 2, 12, 0, 0, 0, time.UTC)}
	for _, v := range schema.ValidateBytes([]byte(broken), schema.FA3, &schema.Options{Rules: rules}).Violations {
		fmt.Println(v.Code, v.Line, v.Value)
	}
	// Output:
	// nip 20 5265877636
	// issue-date 28 2026-02-03
}

func ExampleDetect() {
	form, err := schema.Detect([]byte(`<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">…`))
	fmt.Println(form, form.Code(), err)

	_, err = schema.Detect([]byte(`<Faktura xmlns="http://crd.gov.pl/wzor/2021/11/29/11089/">…`))
	var unknown *schema.UnknownFormError
	fmt.Println(errors.As(err, &unknown), err)
	// Output:
	// FA(3) {FA (3) 1-0E FA} <nil>
	// true schema: no form of KSeF has the document element Faktura in the namespace "http://crd.gov.pl/wzor/2021/11/29/11089/"
}
