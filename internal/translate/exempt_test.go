package translate

// exempt are texts in the sources that need no Polish, and why.
var exempt = map[string]string{
	// Names that XML and Go have.
	"ds:Reference %s":                             "an element",
	"%s ds:DigestValue":                           "an element",
	"%s ds:Transforms":                            "an element",
	"%s ds:Transform %s":                          "an element",
	"not(ancestor-or-self::ds:Signature)":         "XPath",
	"%d ContextIdentifier":                        "an element",
	"yes, no":                                     "the values that XML allows",
	"%q… (%d bytes)":                              "a quotation",
	"The '%s:Signature' element is not declared.": "what .NET says, and so KSeF",

	"from %s":            "the name of a fact in the index",
	"seal.Key(redacted)": "what a key shows instead of itself",

	// The names of jobs, for programmers: the command line has its own.
	"metadata of %s":     "a job",
	"%s downloaded":      "a job",
	"%s exported":        "a job",
	"%s invoice":         "a job",
	"%s invoices":        "a job",
	"less than a second": "a job",
}
