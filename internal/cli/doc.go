// Package cli is the ksef command.
//
// # Output
//
// What was asked for goes to standard output, everything else to standard
// error: "ksef: error: …", and after it, where there is something to be done,
// "ksef: hint: …". Colours and marks beyond ASCII are for terminals only, and
// colours never against NO_COLOR. Secrets are in neither stream.
//
// # Exit codes
//
//	0  done
//	1  failed
//	2  wrong usage, also a file, variable or password that is not there or not right:
//	   nothing was sent
//	4  not authenticated
//	5  rejected by KSeF, or would be; of several documents, not all are accepted
//	8  still pending: the work goes on at KSeF's
//
// # Whom to act for
//
// Flags say it, then environment variables, then the profile: KSEF_NIP,
// KSEF_CONTEXT_TYPE, KSEF_ENV, KSEF_BASE_URL, and of ways to prove it KSEF_TOKEN,
// KSEF_TEST_CERT, KSEF_CERT with KSEF_KEY and KSEF_KEY_PASSWORD, KSEF_P12 with
// KSEF_P12_PASSWORD. A profile that was chosen by its name, with --profile or
// KSEF_PROFILE, goes before variables. Each variable is read as KSEF2_… too, for
// who has set those of ksef2. KSEF_CONFIG names the file of profiles, and
// KSEF_CREDENTIALS says where sessions are kept: keyring, file or none. All variables
// are in messages_environment.go, and said by ksef help environment.
//
// Secrets come from variables, files, standard input or what a login was told to
// remember, never from the command line. Sessions are kept under the address,
// taxpayer and profile they are for, and gone on with when the proof is the same.
//
// # Code
//
// A file is a noun. A command is a function over an [env], its only door to the
// world, so that it runs in tests as it does in a shell; cobra parses and
// dispatches, and knows nothing of the work. Errors choose the exit code and the
// hint in one place, exit.go. What is said to people is said in messages….go, in
// both languages side by side.
package cli
