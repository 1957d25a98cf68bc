/* The baseline of BenchmarkValidate: libxml2's own validator on the same
 * files, the schema parsed once. Usage: libxml2 dom|stream seconds schema
 * file...; it writes bytes and seconds. */
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void quiet(void *ctx, const char *msg, ...) { (void)ctx; (void)msg; }

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int validate(xmlSchemaValidCtxtPtr ctx, int dom, const char *doc, int size) {
	if (!dom) {
		xmlParserInputBufferPtr in = xmlParserInputBufferCreateMem(doc, size, XML_CHAR_ENCODING_UTF8);
		return xmlSchemaValidateStream(ctx, in, XML_CHAR_ENCODING_UTF8, NULL, NULL);
	}
	xmlDocPtr d = xmlReadMemory(doc, size, "doc.xml", NULL, XML_PARSE_NONET);
	if (d == NULL) return -1;
	int r = xmlSchemaValidateDoc(ctx, d);
	xmlFreeDoc(d);
	return r;
}

int main(int argc, char **argv) {
	if (argc < 5) return 2;
	int dom = strcmp(argv[1], "dom") == 0;
	double limit = atof(argv[2]);
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(argv[3]);
	xmlSchemaPtr schema = xmlSchemaParse(parser);
	if (schema == NULL) return 3;
	xmlSchemaValidCtxtPtr ctx = xmlSchemaNewValidCtxt(schema);
	xmlSchemaSetValidErrors(ctx, quiet, quiet, NULL);
	int n = argc - 4;
	char **docs = calloc((size_t)n, sizeof *docs);
	int *sizes = calloc((size_t)n, sizeof *sizes);
	for (int i = 0; i < n; i++) {
		FILE *f = fopen(argv[4 + i], "rb");
		if (f == NULL) return 4;
		fseek(f, 0, SEEK_END);
		sizes[i] = (int)ftell(f);
		rewind(f);
		docs[i] = malloc((size_t)sizes[i]);
		if (fread(docs[i], 1, (size_t)sizes[i], f) != (size_t)sizes[i]) return 4;
		fclose(f);
	}
	double bytes = 0, start = now();
	while (now() - start < limit) {
		for (int i = 0; i < n; i++) {
			if (validate(ctx, dom, docs[i], sizes[i]) != 0) return 5;
			bytes += sizes[i];
		}
	}
	printf("%.0f %f\n", bytes, now() - start);
	return 0;
}
