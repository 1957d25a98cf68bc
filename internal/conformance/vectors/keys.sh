#!/bin/sh
# Makes the throw-away keys and certificates that the vectors are signed with, valid for a hundred years.
# usage: keys.sh DIRECTORY
set -eu
mkdir -p "$1"
cd "$1"
subject='/C=PL/GN=Zażółć/SN=Gęślą-Jaźń/serialNumber=TINPL-5265877635/CN=Zażółć Gęślą-Jaźń, throw-away'

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key
for curve in 256 384 521; do
	openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-$curve -out p$curve.key
done
for name in rsa p256 p384 p521; do
	openssl req -x509 -utf8 -new -key $name.key -out $name.pem -days 36500 -sha256 -subj "$subject" \
		-addext keyUsage=critical,digitalSignature -addext basicConstraints=critical,CA:FALSE
done

# A certificate issued by an authority, for a key information that holds a chain.
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out authority.key
openssl req -x509 -utf8 -new -key authority.key -out authority.pem -days 36500 -subj '/C=PL/O=Throw-away/CN=Throw-away Authority'
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out issued.key
openssl req -new -utf8 -key issued.key -subj "$subject" |
	openssl x509 -req -CA authority.pem -CAkey authority.key -CAcreateserial -days 36500 -out issued.pem
rm -f authority.key authority.srl
