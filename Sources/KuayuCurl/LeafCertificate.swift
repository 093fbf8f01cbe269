/// Reads the URIs among the subject alternative names of a certificate (RFC 5280, 4.2.1.6).
///
/// From the DER, not from the line that libcurl prints of these names: there a name that holds a comma passes for two.
/// The certificate has been verified before; what cannot be read all the same has no names.
enum LeafCertificate {
    private enum Tag {
        static let objectIdentifier: UInt8 = 0x06
        static let octetString: UInt8 = 0x04
        static let sequence: UInt8 = 0x30
        /// `uniformResourceIdentifier [6]` of `GeneralName`.
        static let uri: UInt8 = 0x86
        /// `extensions [3]` of `TBSCertificate`.
        static let extensions: UInt8 = 0xA3
    }

    /// `id-ce-subjectAltName`, 2.5.29.17.
    private static let alternativeNames: [UInt8] = [0x55, 0x1D, 0x11]

    /// The URIs of a certificate in PEM (RFC 7468), in order.
    ///
    /// Names that are not ASCII are left out: a URI never is (RFC 3986, 2).
    static func uris(pem: String) -> [String] {
        guard let der = der(pem: pem), let extensions = extensions(der) else { return [] }
        let fields = extensions.compactMap { alternativeNames(in: $0) }
        // RFC 5280, 4.2: an extension stands at most once. Which of two would count?
        guard fields.count == 1, let field = fields.first, let names = contents(field, Tag.sequence) else { return [] }
        return elements(names).filter { $0.tag == Tag.uri && $0.content.allSatisfy { $0 < 0x80 } }
            .map { String(decoding: $0.content, as: UTF8.self) }
    }

    private static func extensions(_ der: [UInt8]) -> [ArraySlice<UInt8>]? {
        guard let certificate = contents(der[...], Tag.sequence), let signed = contents(certificate, Tag.sequence),
            let field = elements(signed).first(where: { $0.tag == Tag.extensions }),
            let list = contents(field.content, Tag.sequence)
        else { return nil }
        return elements(list).filter { $0.tag == Tag.sequence }.map(\.content)
    }

    /// The value of an extension when it is that of the alternative names.
    private static func alternativeNames(in field: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let parts = elements(field)
        guard let name = parts.first, name.tag == Tag.objectIdentifier, name.content.elementsEqual(alternativeNames),
            let value = parts.last, value.tag == Tag.octetString
        else { return nil }
        return value.content
    }

    // MARK: DER (ITU-T X.690, 8.1)

    /// What the first element of `bytes` holds when it has that tag.
    private static func contents(_ bytes: ArraySlice<UInt8>, _ tag: UInt8) -> ArraySlice<UInt8>? {
        guard let first = elements(bytes).first, first.tag == tag else { return nil }
        return first.content
    }

    /// The elements that stand one after the other in `bytes`; none when one of them is broken.
    private static func elements(_ bytes: ArraySlice<UInt8>) -> [(tag: UInt8, content: ArraySlice<UInt8>)] {
        var rest = bytes
        var elements: [(tag: UInt8, content: ArraySlice<UInt8>)] = []
        while let tag = rest.popFirst() {
            guard let count = length(&rest), count <= rest.count else { return [] }
            elements.append((tag, rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return elements
    }

    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.popFirst() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let digits = Int(first & 0x7F)
        guard (1...4).contains(digits), digits <= rest.count else { return nil }
        defer { rest = rest.dropFirst(digits) }
        return rest.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
    }

    // MARK: PEM

    private static func der(pem: String) -> [UInt8]? {
        let lines = pem.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard let first = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN CERTIFICATE-----".utf8) }),
            let last = lines.firstIndex(where: { $0.elementsEqual("-----END CERTIFICATE-----".utf8) }), first < last
        else { return nil }
        var bytes: [UInt8] = []
        var (bits, bitCount) = (0, 0)
        for character in lines[(first + 1)..<last].joined() where character != UInt8(ascii: "=") {
            guard let value = base64Value(character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return bytes
    }

    /// RFC 4648, 4.
    private static func base64Value(_ character: UInt8) -> Int? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
