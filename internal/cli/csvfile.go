package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// csvRow is a row of a file, by the names that its heading gives the columns.
// Empty cells are not in it.
type csvRow struct {
	line  int
	cells map[string]string
}

// readCSV reads a file of rows under a heading, whose columns are some of known.
// Commas, semicolons, which spreadsheets write in Poland, or tabs are between
// them, whichever the heading has.
func (a *app) readCSV(name string, known []string) ([]csvRow, error) {
	text, err := a.readFile(name)
	if err != nil {
		return nil, a.fault("file", name, err)
	}
	rows, err := parseCSV(bytes.TrimPrefix(text, []byte("\ufeff")), func(column string) error {
		if slices.Contains(known, column) {
			return nil
		}
		return fmt.Errorf("%s: %s", column, a.say.wantOneOf(known))
	})
	broken, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case ok:
		err = errors.New(a.say.brokenRow(broken.Line))
	case err == io.EOF, err == nil && len(rows) == 0:
		err = errors.New(a.say.noRows())
	case !utf8.Valid(text):
		err = errors.New(a.say.notUTF8())
	}
	if err != nil {
		return nil, &usageError{a.say.flagValue("file", name, err), ""}
	}
	return rows, nil
}

// parseCSV reads rows; check judges the names in the heading.
func parseCSV(text []byte, check func(column string) error) ([]csvRow, error) {
	heading, _, _ := bytes.Cut(text, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(text))
	r.TrimLeadingSpace = true
	for _, separator := range ";\t" {
		if bytes.ContainsRune(heading, separator) {
			r.Comma = separator
		}
	}
	columns, err := r.Read()
	if err != nil {
		return nil, err
	}
	for i, column := range columns {
		columns[i] = strings.TrimSpace(column)
		if err := check(columns[i]); err != nil {
			return nil, err
		}
		if slices.Contains(columns[:i], columns[i]) {
			return nil, fmt.Errorf("%s: two columns", columns[i])
		}
	}
	var rows []csvRow
	for {
		values, err := r.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		row := csvRow{line, map[string]string{}}
		for i, value := range values {
			if value = strings.TrimSpace(value); value != "" {
				row.cells[columns[i]] = value
			}
		}
		if len(row.cells) > 0 {
			rows = append(rows, row)
		}
	}
}
