// Package archive makes the packages in which many invoices travel and reads
// them: zip or tar.gz, cut into parts that are sealed one by one (ksef-docs
// sesja-wsadowa.md, pobieranie-faktur.md). The client packs batches and reads
// exports; the sandbox does the reverse.
//
// # Packing
//
// [Pack] takes documents from an iterator, compresses them on all cores, and
// writes the sealed parts to disk with every hash and size KSeF asks for, in
// one pass. Neither the batch nor a part of it is ever whole in memory. The
// same documents, key and options give the same bytes, whatever the machine.
//
// # Reading
//
// [Entries] iterates over what an archive of either format holds, and trusts
// nothing: not the sizes, not the names, and of a zip not that its two
// directories, the central one and the headers before each entry, say the
// same. An archive that programs could read in two ways is refused, since
// what one of them checks is not what another then books.
package archive

// Format is a kind of archive, named as KSeF names it in compressionType.
type Format string

// The formats. Of similar invoices a tar.gz is about half the size of a zip or
// less, since it compresses across them; a zip is what older clients know and
// what KSeF assumes when it is told nothing.
const (
	Zip   Format = "Zip"
	TarGz Format = "TarGz"
)

// ext returns the usual end of file names, with its dot.
func (f Format) ext() string {
	if f == Zip {
		return ".zip"
	}
	return ".tar.gz"
}
