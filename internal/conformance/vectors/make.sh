#!/bin/sh
# Makes the vectors of xades/testdata again. README.md says what it needs.
# usage: make.sh [keys]        with "keys", the throw-away keys and certificates first
set -eu
here=$(cd "$(dirname "$0")" && pwd)
testdata=$(cd "$here/../../../xades/testdata" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ "${1-}" != keys ] || "$here/keys.sh" "$testdata/keys"

for name in rsa p256 p384 p521 issued; do
	chain=
	[ $name != issued ] || chain="-certfile $testdata/keys/authority.pem"
	openssl pkcs12 -export -inkey "$testdata/keys/$name.key" -in "$testdata/keys/$name.pem" $chain \
		-name $name -passout pass:throwaway -out "$work/$name.p12"
done
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib"
java -cp "$work/lib/*" "$here/Dss.java" "$testdata/request.xml" "$work" "$testdata/vectors"

"${PYTHON:-python3}" -m venv "$work/python"
"$work/python/bin/pip" install -q signxml==5.2.0
"$work/python/bin/python" "$here/signxml_vectors.py" "$testdata/request.xml" "$testdata/keys" "$testdata/vectors"

(cd "$testdata/.." && KSEF_REQUIRE_TOOLS=1 go test -count=1 -update .)
java -cp "$work/lib/*" "$here/Judge.java" "$testdata"/golden-*.xml
