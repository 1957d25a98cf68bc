// Package schema checks documents against the schemas of KSeF: the invoice
// forms FA(2), FA(3), FA_RR(1), PEF(3) and PEF_KOR(3), the authentication
// request and the official receipt (UPO).
//
//	report, err := schema.Validate(file, schema.FA3, &schema.Options{Rules: &schema.Rules{}})
//	if err != nil {
//		return err // the file could not be read
//	}
//	for _, v := range report.Violations {
//		fmt.Println(v.Line, v.Path, v.Message(schema.Polish))
//	}
//
// A document passes through once, as a stream. Checked on the way: that it is
// XML 1.0 with namespaces in UTF-8, without a document type declaration; that
// it follows its schema; and, if asked for, the ministry's [Rules] beyond the
// schema, such as check digits and the issue date. Everything found is a
// [Violation] with a code, an element path, a line and column, the offending
// value and what was expected, in English and Polish.
//
// The schemas are compiled into tables of the program by a generator, so
// nothing is read or built at run time, there is no network and no cgo. Text
// and annotations of the schemas are not part of the tables. What of XSD 1.0
// the schemas do not use (groups, keys, lists, nillable elements, default
// values, redefinition and substitution) the generator refuses, so that a new
// version of a schema cannot be half honoured.
//
// Verdicts follow the recommendation where validators differ; the tests name
// each place where libxml2 does otherwise. Where KSeF reads the schemas
// otherwise, [Options] say so.
//
// A validation keeps nothing; all functions may be called from several
// goroutines at once.
package schema

//go:generate go run ../internal/gen/schema -schemas ../../shared/schemas -out .
