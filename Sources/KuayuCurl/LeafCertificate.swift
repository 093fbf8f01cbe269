import KuayuModel

/// What a partner's own certificate says: its serial number and the URIs among its alternative names (RFC 5280).
///
/// From the DER, not from the lines that libcurl prints: there a name that holds a comma passes for two.
/// The certificate has been verified before; what cannot be read all the same has neither names nor number.
package struct LeafCertificate: Sendable {
    /// Serial number in lower-case hexadecimal, whole octets without leading zeros (4.1.2.2).
    ///
    /// Nil when it cannot be read.
    package let serial: String?
    /// The URIs of the alternative names, in order (4.2.1.6).
    ///
    /// Names that are not ASCII are left out: a URI never is (RFC 3986, 2).
    package let uris: [String]

    /// Reads a certificate in PEM (RFC 7468).
    package init(pem: String) {
        let fields = Self.der(pem: pem).flatMap(Self.signedFields) ?? []
        serial = Self.serial(fields)
        uris = Self.uris(fields)
    }

    private enum Tag {
        static let integer: UInt8 = 0x02
        static let objectIdentifier: UInt8 = 0x06
        static let octetString: UInt8 = 0x04
        static let sequence: UInt8 = 0x30
        /// `uniformResourceIdentifier [6]` of `GeneralName`.
        static let uri: UInt8 = 0x86
        /// `extensions [3]` of `TBSCertificate`.
        static let extensions: UInt8 = 0xA3
        /// `version [0]` of `TBSCertificate`, left out by version 1.
        static let version: UInt8 = 0xA0
    }

    /// `id-ce-subjectAltName`, 2.5.29.17.
    private static let alternativeNames: [UInt8] = [0x55, 0x1D, 0x11]

    /// The fields of `TBSCertificate`.
    private static func signedFields(_ der: [UInt8]) -> [Element]? {
        contents(der[...], Tag.sequence).flatMap { contents($0, Tag.sequence) }.map(elements)
    }

    private static func serial(_ fields: [Element]) -> String? {
        guard let number = fields.first(where: { $0.tag != Tag.version }), number.tag == Tag.integer,
            !number.content.isEmpty
        else { return nil }
        return HexText.encode(magnitude(number.content))
    }

    /// The octets of an integer without its sign, as certificate tools print serial numbers; zero is one octet.
    private static func magnitude(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var octets = Array(content)
        if content.first.map({ $0 >= 0x80 }) == true {
            // Against RFC 5280, yet some authorities did it. Two's complement (ITU-T X.690, 8.3.3).
            var carry = true
            for index in octets.indices.reversed() {
                octets[index] = ~octets[index] &+ (carry ? 1 : 0)
                carry = carry && octets[index] == 0
            }
        }
        let digits = octets.drop { $0 == 0 }
        return digits.isEmpty ? [0] : Array(digits)
    }

    private static func uris(_ signed: [Element]) -> [String] {
        let fields = extensions(signed).compactMap { alternativeNames(in: $0) }
        // RFC 5280, 4.2: an extension stands at most once. Which of two would count?
        guard fields.count == 1, let field = fields.first, let names = contents(field, Tag.sequence) else { return [] }
        return elements(names).filter { $0.tag == Tag.uri && $0.content.allSatisfy { $0 < 0x80 } }
            .map { String(decoding: $0.content, as: UTF8.self) }
    }

    private static func extensions(_ signed: [Element]) -> [ArraySlice<UInt8>] {
        guard let field = signed.first(where: { $0.tag == Tag.extensions }),
            let list = contents(field.content, Tag.sequence)
        else { return [] }
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

    private typealias Element = (tag: UInt8, content: ArraySlice<UInt8>)

    /// What the first element of `bytes` holds when it has that tag.
    private static func contents(_ bytes: ArraySlice<UInt8>, _ tag: UInt8) -> ArraySlice<UInt8>? {
        guard let first = elements(bytes).first, first.tag == tag else { return nil }
        return first.content
    }

    /// The elements that stand one after the other in `bytes`; none when one of them is broken.
    private static func elements(_ bytes: ArraySlice<UInt8>) -> [Element] {
        var rest = bytes
        var elements: [Element] = []
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
