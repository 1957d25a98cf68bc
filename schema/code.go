package schema

// Code says what kind of violation it is.
type Code string

// Codes of documents that are not well-formed XML in UTF-8. Nothing after the
// first of them is read.
const (
	CodeEncoding           Code = "encoding"
	CodeUnexpectedEnd      Code = "unexpected-end"
	CodeDeclaration        Code = "declaration"
	CodeDoctype            Code = "doctype"
	CodeTag                Code = "tag"
	CodeEndTag             Code = "end-tag"
	CodeDuplicateAttribute Code = "duplicate-attribute"
	CodeNamespace          Code = "namespace"
	CodeReference          Code = "reference"
	CodeCharacter          Code = "character"
	CodeMarkup             Code = "markup"
	CodeOutside            Code = "outside"
	CodeLimit              Code = "limit"
)

// Codes of documents that break the schema. The facets of values have the
// names that XSD gives them.
const (
	CodeForm                Code = "form"
	CodeUnexpectedElement   Code = "unexpected-element"
	CodeMissingElement      Code = "missing-element"
	CodeTooMany             Code = "too-many"
	CodeUndeclared          Code = "undeclared"
	CodeUnexpectedText      Code = "unexpected-text"
	CodeUnexpectedAttribute Code = "unexpected-attribute"
	CodeMissingAttribute    Code = "missing-attribute"
	CodeType                Code = "type"
	CodePattern             Code = "pattern"
	CodeEnumeration         Code = "enumeration"
	CodeLength              Code = "length"
	CodeMinLength           Code = "minLength"
	CodeMaxLength           Code = "maxLength"
	CodeTotalDigits         Code = "totalDigits"
	CodeFractionDigits      Code = "fractionDigits"
	CodeMinInclusive        Code = "minInclusive"
	CodeMinExclusive        Code = "minExclusive"
	CodeMaxInclusive        Code = "maxInclusive"
	CodeMaxExclusive        Code = "maxExclusive"
	CodeFixed               Code = "fixed"
	CodeDuplicate           Code = "duplicate"
	CodeInstanceType        Code = "xsi-type"
	CodeNil                 Code = "xsi-nil"
	CodeAbstract            Code = "abstract"
)

// Codes of the ministry's rules beyond the schema: see [Rules].
const (
	CodeByteOrderMark Code = "byte-order-mark"
	CodeSize          Code = "size"
	CodeInstruction   Code = "processing-instruction"
	CodeDiscouraged   Code = "discouraged-character"
	CodeIssueDate     Code = "issue-date"
	CodeNIP           Code = "nip"
)

// Level says what a violation breaks. KSeF answers violations of XML with
// invoice status 430 and the others with 450; which of the two it gives for
// processing instructions and discouraged characters is not documented.
type Level uint8

// The levels.
const (
	LevelXML    Level = iota // the document is not XML in UTF-8 as KSeF takes it
	LevelSchema              // it breaks its schema
	LevelRule                // it breaks a rule of the ministry beyond the schema
)

// Level returns the level of the code.
func (c Code) Level() Level {
	switch c {
	case CodeEncoding, CodeUnexpectedEnd, CodeDeclaration, CodeDoctype, CodeTag, CodeEndTag, CodeDuplicateAttribute,
		CodeNamespace, CodeReference, CodeCharacter, CodeMarkup, CodeOutside, CodeLimit, CodeByteOrderMark, CodeSize:
		return LevelXML
	case CodeInstruction, CodeDiscouraged, CodeIssueDate, CodeNIP:
		return LevelRule
	}
	return LevelSchema
}

// texts returns the English and Polish message of the code: see
// [Violation.Message].
func (c Code) texts() (english, polish string) {
	switch c {
	case CodeEncoding:
		return "the document must be in {expected}[, not in {value}]",
			"dokument musi być zapisany w {expected}[, a nie w {value}]"
	case CodeUnexpectedEnd:
		return "the document ends too early", "dokument kończy się przedwcześnie"
	case CodeDeclaration:
		return "the XML declaration is wrong[ at {value}][: expected {expected}]",
			"deklaracja XML jest nieprawidłowa[ w miejscu {value}][: oczekiwano {expected}]"
	case CodeDoctype:
		return "a document type declaration is not allowed", "deklaracja typu dokumentu (DOCTYPE) jest niedozwolona"
	case CodeTag:
		return "this is not a well-formed tag", "znacznik jest niepoprawny składniowo"
	case CodeEndTag:
		return "the end tag </{value}> does not close <{expected}>",
			"znacznik końcowy </{value}> nie zamyka elementu <{expected}>"
	case CodeDuplicateAttribute:
		return "the attribute {value} is there twice", "atrybut {value} występuje dwukrotnie"
	case CodeNamespace:
		return "the namespace prefix {value} is not declared, or declared wrongly",
			"przedrostek przestrzeni nazw {value} nie jest zadeklarowany lub jest zadeklarowany nieprawidłowo"
	case CodeReference:
		return "{value} is not a reference that XML knows", "{value} nie jest odwołaniem znanym w XML"
	case CodeCharacter:
		return "the character {value} is not allowed in XML", "znak {value} jest niedozwolony w XML"
	case CodeMarkup:
		return "a comment, CDATA section or processing instruction is wrong[: {value}][, expected {expected}]",
			"komentarz, sekcja CDATA lub instrukcja przetwarzania jest nieprawidłowa[: {value}][, oczekiwano {expected}]"
	case CodeOutside:
		return "there may be nothing outside the document element", "poza elementem głównym nie może być innej treści"
	case CodeLimit:
		return "the document is nested too deeply or has parts that are too long",
			"dokument jest zbyt głęboko zagnieżdżony lub zawiera zbyt długie fragmenty"
	case CodeForm:
		return "the document element is {value}[, expected {expected}]",
			"elementem głównym jest {value}[, oczekiwano {expected}]"
	case CodeUnexpectedElement:
		return "the element {value} is not expected here[: expected {expected}]",
			"element {value} jest tu nieoczekiwany[: oczekiwano {expected}]"
	case CodeMissingElement:
		return "an element is missing[ before {value}]: expected {expected}",
			"brakuje elementu[ przed {value}]: oczekiwano {expected}"
	case CodeTooMany:
		return "the element {value} may occur {expected} times at most", "element {value} może wystąpić najwyżej {expected} razy"
	case CodeUndeclared:
		return "{value} is not declared in the schema", "{value} nie występuje w schemie"
	case CodeUnexpectedText:
		return "text is not allowed here: \"{value}\"", "tekst jest tu niedozwolony: „{value}”"
	case CodeUnexpectedAttribute:
		return "the attribute {value} is not allowed here", "atrybut {value} jest tu niedozwolony"
	case CodeMissingAttribute:
		return "the attribute {expected} is missing", "brakuje atrybutu {expected}"
	case CodeType:
		return "\"{value}\" is not a valid {expected}", "„{value}” nie jest poprawną wartością typu {expected}"
	case CodePattern:
		return "\"{value}\" does not match the pattern {expected}", "„{value}” nie pasuje do wzorca {expected}"
	case CodeEnumeration:
		return "\"{value}\" is none of the allowed values: {expected}",
			"„{value}” nie należy do wartości dozwolonych: {expected}"
	case CodeLength:
		return "\"{value}\" must have the length {expected}", "„{value}” musi mieć długość {expected}"
	case CodeMinLength:
		return "\"{value}\" is too short: the minimum length is {expected}", "wartość „{value}” jest za krótka: minimalna długość to {expected}"
	case CodeMaxLength:
		return "\"{value}\" is too long: the maximum length is {expected}", "wartość „{value}” jest za długa: maksymalna długość to {expected}"
	case CodeTotalDigits:
		return "{value} has too many digits: at most {expected} are allowed",
			"{value} ma za dużo cyfr: dozwolonych najwyżej {expected}"
	case CodeFractionDigits:
		return "{value} has too many digits after the point: at most {expected} are allowed",
			"{value} ma za dużo cyfr po kropce: dozwolonych najwyżej {expected}"
	case CodeMinInclusive:
		return "{value} must be {expected} or more", "{value} musi być równe co najmniej {expected}"
	case CodeMinExclusive:
		return "{value} must be more than {expected}", "{value} musi być większe niż {expected}"
	case CodeMaxInclusive:
		return "{value} must be {expected} or less", "{value} musi być równe najwyżej {expected}"
	case CodeMaxExclusive:
		return "{value} must be less than {expected}", "{value} musi być mniejsze niż {expected}"
	case CodeFixed:
		return "\"{value}\" must be \"{expected}\"", "zamiast „{value}” musi być „{expected}”"
	case CodeDuplicate:
		return "\"{value}\" must not occur twice", "„{value}” nie może wystąpić dwukrotnie"
	case CodeInstanceType:
		return "xsi:type {value} cannot be used here", "xsi:type {value} nie może być tu użyte"
	case CodeNil:
		return "xsi:nil is not allowed here", "xsi:nil jest tu niedozwolone"
	case CodeAbstract:
		return "{value} is abstract: an xsi:type is needed", "{value} jest abstrakcyjny: wymagane jest xsi:type"
	case CodeByteOrderMark:
		return "the document must not begin with a byte order mark", "dokument nie może zaczynać się znacznikiem BOM"
	case CodeSize:
		return "the document is {value} bytes long: at most {expected} are allowed",
			"dokument ma {value} bajtów: dozwolonych najwyżej {expected}"
	case CodeInstruction:
		return "processing instructions are not allowed", "instrukcje przetwarzania są niedozwolone"
	case CodeDiscouraged:
		return "the character {value} is not allowed in invoices", "znak {value} jest niedozwolony w fakturach"
	case CodeIssueDate:
		return "the issue date {value} is later than the day of acceptance, {expected}",
			"data wystawienia {value} jest późniejsza niż dzień przyjęcia {expected}"
	case CodeNIP:
		return "the NIP {value} has a wrong check digit", "NIP {value} ma nieprawidłową cyfrę kontrolną"
	}
	return "{value}", "{value}"
}
