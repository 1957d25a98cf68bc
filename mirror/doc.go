// Package mirror keeps a copy of a taxpayer's invoices in a directory: the
// documents as files, byte for byte, and an index of them that can be searched.
//
//	m, err := mirror.Open("invoices", nil)
//	defer m.Close()
//	report, err := m.Sync(ctx, auth, &mirror.SyncOptions{From: start})
//	for invoice, err := range m.Search(ctx, mirror.Filter{Text: "olej napędowy"}) { … }
//	proof, err := m.Prove(ctx, auth, nil)
//
// # What is in the directory
//
//	sales/2026-02/5261040828-20260201-0100001AF629-AF.xml
//	purchases/2026-02/…
//	third-party/…
//	authorized/…
//	.mirror/index.sqlite
//
// An invoice is one file, however many parts the taxpayer has in it: it lies
// where the first of them put it, by the month in which KSeF took it in. The
// index knows of all. Files may be read and copied by anybody at any time; they
// are not to be changed, and [Mirror.Verify] names those that were.
//
// Invoices tell what a company buys and sells and for how much, and the index
// holds the keys of exports under way: directory and files are for their owner
// alone.
//
// # What an interruption leaves
//
// A mirror is whole at every moment, whenever the process dies or the power
// fails, and the next [Mirror.Sync] goes on where the last one was:
//
//  1. The documents of a window (see [ksef.Sync]) are written to .mirror/incoming,
//     which is no part of the mirror, and their rows to the index in a
//     transaction that is open.
//  2. When the window is complete, the files are brought to stable storage.
//  3. Then the transaction is committed, durably: rows and the mark up to which
//     all is received come into being together.
//  4. The files are renamed to where they belong, while the next window comes.
//
// Before 3 there is nothing that anybody would believe, and the window is
// received again. After it every document is on stable storage, with one name
// or the other, and whoever opens the mirror next finishes 4. So there is no
// row without its document and no document without its row, and the mark never
// stands behind an invoice that is not there.
//
// # Proof
//
// [Mirror.Verify] compares the files with the index: nothing was lost, changed
// or added on this side. [Mirror.Prove] compares both with KSeF's own list.
package mirror
