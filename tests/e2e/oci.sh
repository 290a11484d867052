# SPDX-License-Identifier: MIT
# A container image of a service, what it is made of, and who vouches for it.
source "$UC_E2E/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

project oci <<'YAML'
services:
  shop: { build: ./catalog }
YAML
cp -R "$UC_EXAMPLES/services/catalog" catalog
same() { cmp "$1" "$2"; }

# ---- the container image ----

claim 'a container image is written' says 'catalog.oci.tar +oci' uc image shop --format oci
claim 'once more, elsewhere' uc image catalog --format oci -o again.tar
claim 'it has the same bytes' same catalog.oci.tar again.tar
claim 'skopeo knows it' says '"com.urunc.unikernel.binary": "/boot/service.elf"' skopeo inspect oci-archive:catalog.oci.tar
claim 'and copies it' skopeo --insecure-policy copy -q oci-archive:catalog.oci.tar oci:copied:1.0
mkdir layout && tar -C layout -xf catalog.oci.tar
claim 'umoci unpacks it' umoci unpack --rootless --image layout:latest bundle
claim 'the kernel is the ELF' uc image catalog --format elf -o catalog.elf
claim 'byte for byte' same catalog.elf bundle/rootfs/boot/service.elf
claim 'the disk is the raw one' uc image catalog -o catalog.raw
claim 'byte for byte again' same catalog.raw bundle/rootfs/disk/disk.img
tar -C layout -xOf catalog.oci.tar "blobs/$(jq -r '.layers[0].digest' "layout/blobs/$(jq -r '.manifests[0].digest' layout/index.json | tr : /)" | tr : /)" |
    tar -tvf - --numeric-owner >layer.txt
claim 'which belongs to the user of QEMU in KubeVirt' grep -q '107/107 .* disk/disk.img' layer.txt
claim 'annotations that a runtime drops are in a file' is \
    "$(jq -r '."com.urunc.unikernel.unikernelType" | @base64d' bundle/rootfs/urunc.json)" linux

# A registry, as Debian has it; not installed, where its service would listen on every address. Without a mirror: skipped.
registry=$(command -v docker-registry) || registry=$PWD/registry/usr/bin/docker-registry
[ -x "$registry" ] || { (timeout 120 apt-get -q download docker-registry && dpkg-deb -x docker-registry_*.deb registry) >registry.log 2>&1; }
port=$(free_port) && place=127.0.0.1:$port/shop
printf '{ "version": "0.1", "storage": { "filesystem": { "rootdirectory": "%s" } }, "http": { "addr": "127.0.0.1:%s" } }\n' \
    "$PWD/pushed" "$port" >registry.yml
mkdir -p ~/.config/containers
printf '[[registry]]\nlocation = "127.0.0.1:%s"\ninsecure = true\n' "$port" >~/.config/containers/registries.conf
printf '{ "default": [{ "type": "insecureAcceptAnything" }] }\n' >~/.config/containers/policy.json
printf 'name: reg\nservices:\n  catalog: { build: ./catalog, restart: always }\n' >registry.compose.yaml
pushes() { # the commands that `deploy` prints, as they are printed
    uc -f registry.compose.yaml deploy kubernetes --registry "$place" >deployed.log || return
    sed -n 's/^skopeo copy /&-q /p' deployed.log >push.sh
    cat push.sh && (cd reg-kubernetes && sh -eu ../push.sh)
}
tag() { sed -n 's|^skopeo .*/catalog:\([0-9a-f]*\)$|\1|p' push.sh; }
if [ -x "$registry" ]; then
    "$registry" serve registry.yml >registry.log 2>&1 &
    keeper=$!
    claim 'a registry' until_true 10 get "http://127.0.0.1:$port/v2/"
    claim 'skopeo pushes to it, as deploy says' pushes
    claim 'under the tag that the manifest names' grep -qF "image: \"$place/catalog:$(tag)\"" reg-kubernetes/catalog.yaml
    claim 'it is there' is "$(get "http://127.0.0.1:$port/v2/shop/catalog/tags/list")" "{\"name\":\"shop/catalog\",\"tags\":[\"$(tag)\"]}"
    claim 'and comes back' skopeo copy -q "docker://$place/catalog:$(tag)" oci:pulled:1.0
    claim 'with the labels that a runtime reads' says '"com.urunc.unikernel.binary": "/boot/service.elf"' \
        skopeo inspect "docker://$place/catalog:$(tag)"
    claim 'umoci unpacks that too' umoci unpack --rootless --image pulled:1.0 pulled-bundle
    claim 'its kernel is the same' same bundle/rootfs/boot/service.elf pulled-bundle/rootfs/boot/service.elf
    kill $keeper
else
    skip 'a registry' 'docker-registry is not installed, and no mirror of Debian has it'
fi

# As urunc starts its type "linux" on QEMU: an address as Linux writes it, variables, an init.
is_200() { [ "$(curl -s --max-time 10 -o /dev/null -w '%{http_code}' "$1")" = 200 ]; }
boots() {
    local port status
    port=$(free_port)
    qemu-system-x86_64 -m 96M -cpu max -accel tcg -no-reboot -serial file:serial.log -nodefaults -nographic \
        -kernel bundle/rootfs/boot/service.elf \
        -append 'panic=-1 console=ttyS0 ip=10.0.2.15::10.0.2.2:255.255.255.0:urunc:eth0:off UC_PORT=8123 init=/boot/service.elf -- ' \
        -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:8123" -device virtio-net-pci,netdev=net >qemu.log 2>&1 </dev/null &
    until_true 60 is_200 "http://127.0.0.1:$port/items"
    status=$?
    kill $! 2>/dev/null
    wait $! 2>/dev/null
    [ $status = 0 ] || cat serial.log qemu.log
    return $status
}
claim 'the unpacked kernel answers' boots

# ---- what it is made of ----

bill() { jq -r "$1" catalog.raw.cdx.json; }
claim 'a bill of materials lies beside' is "$(bill '.bomFormat + " " + .specVersion')" 'CycloneDX 1.6'
claim 'it is of this image' is "$(bill '.metadata.component.hashes[0].content')" "$(sha256sum catalog.elf | cut -d' ' -f1)"
claim 'what is linked is in it' is "$(bill '[.components[].name] | sort | join(" ")')" 'libgcc libuv lwip musl ucompose'
claim 'with version, licence and source' is \
    "$(bill '.components[] | select(.name == "lwip") | [.version, .licenses[0].expression, .purl, .externalReferences[0].hashes[0].content] | join(" ")')" \
    '2.1.3 BSD-3-Clause pkg:deb/debian/lwip@2.1.3%2Bdfsg1-2?arch=source 0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24'
claim 'the compiler has a library, too' is "$(bill '.components[] | select(.name == "libgcc") | .hashes[0].content')" \
    "$(sha256sum "$(gcc -print-libgcc-file-name)" | cut -d' ' -f1)"
claim 'the service and ucompose have their versions' is \
    "$(bill '.metadata.component.version + " " + (.components[] | select(.name == "ucompose") | .version)')" \
    "1.0.0 $(uc --version | cut -d' ' -f2)"
claim 'a service that looks at tokens' uc image "$UC_E2E/secured" --format elf -o secured.elf
claim 'links more' is "$(jq -r '[.components[] | select(.purl) | .name] | sort | join(" ")' secured.elf.cdx.json)" \
    'bearssl libgcc libuv lwip musl ucompose'
claim 'every part is referred to' is "$(bill '[.components[]."bom-ref"] - .dependencies[0].dependsOn | length')" 0
cp catalog.raw.cdx.json first.json
uc image catalog -o catalog.raw >/dev/null
claim 'the same image has the same bill' same first.json catalog.raw.cdx.json

# ---- hashes and signatures ----

claim 'sha256sum takes the manifest' sha256sum -c catalog.raw.sha256
claim 'so does verify' says '2 files as they were written; who wrote them was not asked' uc verify catalog.raw
for kind in ed25519 'EC -pkeyopt ec_paramgen_curve:P-256' 'EC -pkeyopt ec_paramgen_curve:P-384'; do
    # shellcheck disable=SC2086
    openssl genpkey -algorithm $kind -out "${kind: -5}.pem" 2>/dev/null
    openssl pkey -in "${kind: -5}.pem" -pubout -out "${kind: -5}.pub"
done
for key in 25519 P-256; do
    claim "$key: signed" uc image catalog -o signed.raw --sign $key.pem
    claim "$key: verified" says "signed by the owner of $key.pub" uc verify signed.raw --key $key.pub
done
claim 'openssl alone verifies it too' openssl pkeyutl -verify -pubin -inkey P-256.pub -rawin -in signed.raw.sha256 \
    -sigfile signed.raw.sha256.sig -digest sha256
claim "another's key" refuses 1 'is not a signature of signed.raw.sha256 by the owner of 25519.pub' uc verify signed.raw --key 25519.pub
claim 'a key of another kind' refuses 1 'must be Ed25519, or ECDSA with P-256' uc verify signed.raw --key P-384.pub
claim 'nor is one signed with' refuses 1 'must be Ed25519, or ECDSA with P-256' uc image catalog -o x.raw --sign P-384.pem
claim 'a private key in its place' refuses 1 'is not a public key in PEM' uc verify signed.raw --key P-256.pem
openssl genpkey -algorithm ed25519 -aes256 -pass pass:secret -out locked.pem 2>/dev/null
openssl pkey -in locked.pem -passin pass:secret -pubout -out locked.pub
claim 'an encrypted key is called so' refuses 1 'locked.pem is encrypted: give its passphrase in the environment, UCOMPOSE_KEY_PASSPHRASE' \
    uc image catalog -o x.raw --sign locked.pem
claim 'another passphrase is told' refuses 1 'is encrypted, and not by the passphrase' env UCOMPOSE_KEY_PASSPHRASE=other "$UCOMPOSE" image catalog -o x.raw --sign locked.pem
claim 'with its own it signs' env UCOMPOSE_KEY_PASSPHRASE=secret "$UCOMPOSE" image catalog -o locked.raw --sign locked.pem
claim 'as its owner' uc verify locked.raw --key locked.pub
claim 'and the other way round' refuses 1 'is not a private key in PEM' uc image catalog -o x.raw --sign P-256.pub
claim 'no such key' refuses 1 'cannot read none.pub: No such file' uc verify signed.raw --key none.pub
claim 'no signature' refuses 1 'catalog.raw.sha256.sig: No such file.*ucompose image --sign' uc verify catalog.raw --key P-256.pub
cp signed.raw copy.raw
claim 'no manifest' refuses 1 'cannot read copy.raw.sha256' uc verify copy.raw
printf x | dd of=signed.raw bs=1 seek=100000 conv=notrunc status=none
claim 'a changed disk' refuses 1 'signed.raw has changed: its SHA-256 is' uc verify signed.raw --key P-256.pub
mv copy.raw signed.raw && sed -i 's/lwip/lwIP/' signed.raw.cdx.json
claim 'a changed bill' refuses 1 'signed.raw.cdx.json has changed' uc verify signed.raw --key P-256.pub
rm signed.raw.cdx.json
claim 'a bill that is gone' refuses 1 'signed.raw.cdx.json, which .* names, cannot be read' uc verify signed.raw
sed 's/signed/other/' signed.raw.sha256 >catalog.raw.sha256
claim 'a changed manifest' refuses 1 'is not a signature of' \
    eval 'cp catalog.raw.sha256 signed.raw.sha256; "$UCOMPOSE" verify signed.raw --key P-256.pub'
printf '%064d  ../../etc/passwd\n' 0 >catalog.raw.sha256
claim 'a manifest that leads elsewhere' refuses 1 'catalog.raw.sha256 is malformed' uc verify catalog.raw
claim 'a new image has no signature of an old one' uc image catalog -o signed.raw
claim 'indeed' test ! -e signed.raw.sha256.sig
printf 'services:\n  shop: { image: ./catalog.elf }\n' >compose.yaml
claim 'an image that was not built here has no bill' says 'no bill of materials is written' uc image shop -o signed.raw
claim 'nor an old one' test ! -e signed.raw.cdx.json
claim 'and is verified without one' says '1 file' uc verify signed.raw
touch signed.raw.sha256.sig
mkdir -p bin && for tool in sh env; do ln -sf "$(command -v $tool)" bin/; done
claim 'openssl missing is told with its package' refuses 1 'apt-get install openssl' \
    env PATH="$PWD/bin" "$UCOMPOSE" verify signed.raw --key P-256.pub
finish
