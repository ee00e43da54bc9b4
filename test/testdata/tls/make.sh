#!/bin/sh
# Makes the keys and certificates of this folder anew, with openssl. They expire in a hundred years, but for the one
# that has expired and the one that is not valid yet.
set -e
cd "$(dirname "$0")"
days=36500
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rsa() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1-key.pem"; }
ec() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:"$2" -out "$1-key.pem"; }

# signed NAME SUBJECT ISSUER EXTENSIONS [options]: a certificate for NAME-key.pem.
signed() {
	name=$1 subject=$2 issuer=$3 extensions=$4
	shift 4
	printf '%b' "$extensions" > "$work/ext"
	openssl req -new -key "$name-key.pem" -subj "$subject" -utf8 -out "$work/csr"
	openssl x509 -req -in "$work/csr" -CA "$issuer.pem" -CAkey "$issuer-key.pem" -extfile "$work/ext" \
		-set_serial "0x$(openssl rand -hex 8)" -days $days -out "$name.pem" "$@" 2>/dev/null
}
# root NAME SUBJECT
root() {
	openssl req -x509 -new -key "$1-key.pem" -subj "$2" -days $days -out "$1.pem" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
leaf='basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n'
altnames='subjectAltName=DNS:localhost,DNS:*.example.com,IP:127.0.0.1,IP:::1,URI:http://example.com/a,email:a@example.com'
info='authorityInfoAccess=OCSP;URI:http://ocsp.example.com/,caIssuers;URI:http://ca.example.com/ca.pem'

rsa ca
root ca '/C=XX/O=Sluice/CN=Sluice Test Root'
rsa inter
signed inter '/C=XX/O=Sluice/CN=Sluice Test Intermediate' ca 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n'
rsa server
signed server '/C=XX/O=Sluice/OU=a, "c"; <b>/OU=two/CN=localhost' ca "$leaf$altnames\n$info\nextendedKeyUsage=serverAuth\n"
rsa below
signed below '/CN=below.example.com' inter "${leaf}subjectAltName=DNS:below.example.com,DNS:localhost\n"
rsa client
signed client '/CN=client/emailAddress=client@example.com' ca "${leaf}extendedKeyUsage=clientAuth\n"
ec server-ec P-256
signed server-ec '/CN=localhost' ca "${leaf}subjectAltName=DNS:localhost\n"
openssl genpkey -quiet -algorithm ED25519 -out server-ed-key.pem
signed server-ed '/CN=localhost' ca "${leaf}subjectAltName=DNS:localhost\n"
rsa self
openssl req -x509 -new -key self-key.pem -subj '/CN=localhost' -days $days -out self.pem -addext subjectAltName=DNS:localhost
rsa cnonly
signed cnonly '/CN=localhost' ca "$leaf"
rsa revoked
signed revoked '/CN=localhost' ca "${leaf}subjectAltName=DNS:localhost\n"
signed_at() { # NAME FROM TO
	openssl req -new -key revoked-key.pem -subj /CN=localhost -out "$work/csr"
	printf 'subjectAltName=DNS:localhost\n' > "$work/ext"
	mkdir -p "$work/db"
	: > "$work/db/index.txt"
	openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/csr" -startdate "$2" -enddate "$3" -extfile "$work/ext" -out "$1.pem" 2>/dev/null
}
cat > "$work/ca.cnf" <<EOF
[ca]
default_ca = d
[d]
dir = $work/db
database = $work/db/index.txt
new_certs_dir = $work/db
certificate = ca.pem
private_key = ca-key.pem
rand_serial = yes
default_md = sha256
default_crl_days = $days
policy = p
[p]
commonName = supplied
EOF
signed_at expired 20100101000000Z 20110101000000Z
signed_at future 21000101000000Z 21110101000000Z
: > "$work/db/index.txt"
openssl ca -config "$work/ca.cnf" -revoke revoked.pem 2>/dev/null
openssl ca -config "$work/ca.cnf" -gencrl -out crl.pem 2>/dev/null
cp server-key.pem sha1-key.pem
signed sha1 '/CN=localhost' ca "${leaf}subjectAltName=DNS:localhost\n" -sha1
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small-key.pem
signed small '/CN=localhost' ca "${leaf}subjectAltName=DNS:localhost\n"
openssl pkcs8 -topk8 -in server-key.pem -passout pass:secret -out server-key-pkcs8.pem
openssl rsa -traditional -aes128 -in server-key.pem -passout pass:secret -out server-key-legacy.pem 2>/dev/null
openssl pkcs12 -export -inkey server-key.pem -in server.pem -certfile ca.pem -passout pass:secret -out server.pfx
openssl pkcs12 -export -nokeys -in server.pem -passout pass:secret -out nokey.pfx
openssl pkcs12 -export -inkey server-ec-key.pem -in server-ec.pem -passout pass: -out server-ec.pfx
openssl dhparam -dsaparam 2048 2>/dev/null > dh2048.pem
